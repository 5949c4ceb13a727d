/** Field history: which fields may keep one, and how many of an object. */
import { child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { splitName, type Model, type ObjectView } from "../deploy/model.ts";
import type { Item } from "../package/read.ts";
import type { RuleContext } from "./rule.ts";

export function historyOfField(
  item: Item,
  object: ObjectView,
  element: XmlElement,
  context: RuleContext,
): void {
  const where = child(element, "trackHistory");
  if (where === undefined || !flag(element, "trackHistory")) return;
  const off = object.custom ? object.enableHistory !== true : object.enableHistory === false;
  if (off)
    context.report(
      `Can not track the history of a field while enableHistory is not true on ${object.name}`,
      where,
    );
  else if (
    textOf(element, "formula") !== undefined ||
    ["AutoNumber", "Summary"].includes(textOf(element, "type") ?? "")
  )
    context.report(
      "Can not specify 'trackHistory' for formula, roll-up summary and auto-number fields",
      where,
    );
  else if (isOneTooMany(object.name, splitName(item.fullName)[1], context.model))
    context.report("exceeded the allowed number of fields to track on a given entity", where);
}

/** The name of a record keeps a history too. */
export function historyOfName(item: Item, element: XmlElement, context: RuleContext): void {
  const name = child(element, "nameField");
  if (name === undefined || !flag(name, "trackHistory")) return;
  if (isOneTooMany(item.fullName, "Name", context.model))
    context.report("exceeded the allowed number of fields to track on a given entity", name);
}

/** Fields that keep a history already come first, then those of the package by name. */
function isOneTooMany(object: string, field: string, model: Model): boolean {
  const before = trackedBefore(object, model);
  const wanted = new Map([...before].map((name): [string, boolean] => [name, true]));
  for (const item of [...model.list("CustomField")].sort((a, b) => (a.fullName < b.fullName ? -1 : 1))) {
    const [of, own] = splitName(item.fullName);
    if (of.toLowerCase() !== object.toLowerCase() || item.element === undefined) continue;
    if (child(item.element, "trackHistory") !== undefined)
      wanted.set(own.toLowerCase(), flag(item.element, "trackHistory"));
  }
  const nameField = model.find("CustomObject", object)?.element;
  const named = nameField && child(nameField, "nameField");
  if (named !== undefined && flag(named, "trackHistory")) wanted.set("name", true);
  const tracked = [...wanted].filter(([, is]) => is).map(([name]) => name);
  return tracked.indexOf(field.toLowerCase()) >= model.org.settings.historyFields;
}

function trackedBefore(object: string, model: Model): Set<string> {
  const fields = model.org.schema.object(object)?.fields.values() ?? [];
  return new Set(
    [...fields]
      .filter((field) => field.trackHistory === true)
      .map((field) => field.name.toLowerCase())
      .filter((name) => !model.removed.has(`customfield ${object}.${name}`.toLowerCase())),
  );
}
