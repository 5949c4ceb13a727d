/** Page layouts: the fields that a layout of an object cannot do without, and its related lists. */
import { all, child, textOf, type XmlElement } from "../xml/parse.ts";
import type { ObjectView } from "../deploy/model.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { notFound } from "./words.ts";

/** As far as a real org has told: it names one field at a time. */
const standard: Record<string, { there: string[]; required: string[] }> = {
  Case: { there: ["ContactId", "Description", "SuppliedEmail"], required: ["Status"] },
  Opportunity: { there: ["Name", "StageName", "Probability"], required: ["Name", "StageName"] },
};

function requiredItems(object: ObjectView, items: ReadonlyMap<string, string>): string | undefined {
  const { there, required } = standard[object.name] ?? custom(object);
  const missing = there.find((name) => !items.has(name));
  if (missing !== undefined) return `Layout must contain an item for required layout field: ${missing}`;
  const optional = required.find((name) => items.get(name) !== "Required");
  if (optional !== undefined) return `Field:${optional} must be Required`;
  const fixed = [...items].find(([name, behavior]) => behavior === "Required" && isComputed(object, name));
  return fixed && `Field:${fixed[0]} must not be Required`;
}

/** A custom object needs its name, unless it is a number that Salesforce gives, and each field that is always required. */
function custom(object: ObjectView): { there: string[]; required: string[] } {
  const own = object
    .fields()
    .filter((field) => field.custom && field.required)
    .map(({ name }) => name);
  const named = /__c$/.test(object.name) && object.field("Name")?.kind === "Text" ? ["Name"] : [];
  return { there: [...named, ...own], required: [...named, ...own] };
}

const isComputed = (object: ObjectView, name: string): boolean => object.field(name)?.calculated === true;

/** `Thing__c.Parent__c`: the records of an object that look up to this one. */
function relatedList(list: XmlElement, context: RuleContext): void {
  const name = textOf(list, "relatedList") ?? "";
  const [objectName = "", lookup = ""] = name.split(".");
  const object = context.model.object(objectName);
  if (lookup !== "" && object?.field(lookup) === undefined) {
    context.report(`Cannot find related list:${name}`, child(list, "relatedList"));
    return;
  }
  for (const field of all(list, "fields")) {
    const own = field.text.trim();
    if (own === "") context.report("Required field is missing: fields", field);
    else if (lookup !== "" && /__c$/i.test(own) && object?.field(own) === undefined)
      context.report(`Invalid field:${own} in related list:${name}`, field);
  }
}

export const layout: Rule = (item, element, context) => {
  const [objectName = ""] = item.fullName.split("-");
  const object = context.model.object(objectName);
  if (object === undefined) {
    context.report(`In field: fullName - no CustomObject named ${objectName} found`);
    return;
  }
  const seen = new Set<string>();
  const items = new Map<string, string>();
  for (const section of all(element, "layoutSections"))
    for (const column of all(section, "layoutColumns"))
      for (const entry of all(column, "layoutItems")) {
        const name = textOf(entry, "field");
        if (name === undefined) continue;
        if (/__c$/i.test(name) && object.field(name) === undefined)
          context.report(notFound("field", "CustomField", `${objectName}.${name}`), child(entry, "field"));
        if (seen.has(name)) context.report(`Duplicate field on the layout: ${name}`, entry);
        seen.add(name);
        items.set(name, textOf(entry, "behavior") ?? "Edit");
      }
  const problem = requiredItems(object, items);
  if (problem !== undefined) context.report(problem);
  for (const list of all(element, "relatedLists")) relatedList(list, context);
};
