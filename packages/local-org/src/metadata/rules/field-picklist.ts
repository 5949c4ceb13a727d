/** Value sets of picklists, and what a controlling field allows of them. */
import { all, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { decodeName } from "../deploy/model.ts";
import { isStandardValueSet } from "../standard/value-sets.ts";
import type { RuleContext } from "./rule.ts";
import { limitLengths, notFound } from "./words.ts";

export function picklistField(object: string, element: XmlElement, context: RuleContext): void {
  const set = child(element, "valueSet");
  if (set === undefined) {
    if (child(element, "picklist") === undefined)
      context.report("Value set must reference a value set name or define a value set, but not both");
    return;
  }
  const name = textOf(set, "valueSetName");
  const definition = child(set, "valueSetDefinition");
  if ((name === undefined) === (definition === undefined)) {
    context.report("Value set must reference a value set name or define a value set, but not both", set);
    return;
  }
  if (
    name !== undefined &&
    !isStandardValueSet(name) &&
    context.model.find("GlobalValueSet", name) === undefined
  )
    context.report(notFound("valueSetName", "GlobalValueSet", name), child(set, "valueSetName"));
  if (definition !== undefined) valueList(all(definition, "value"), definition, context);
  dependency(object, set, name, definition, context);
}

/** Values of a picklist or of a global set: names once, one default. */
export function valueList(values: XmlElement[], where: XmlElement, context: RuleContext): void {
  const seen = new Set<string>();
  for (const value of values) {
    const name = decodeName(textOf(value, "fullName") ?? "");
    if (name === "") {
      context.report("Required field is missing: fullName", value);
      continue;
    }
    if (seen.has(name.toLowerCase()))
      context.report(`Duplicate value found: ${name} is defined multiple times`, value);
    seen.add(name.toLowerCase());
    limitLengths(value, { fullName: 255, label: 255 }, context);
  }
  const defaults = values.filter((value) => flag(value, "default"));
  if (defaults.length > 1)
    context.report("Only one value of a picklist can be the default", defaults[1] ?? where);
  if (values.length > 1000) context.report("A picklist can have at most 1,000 values", where);
}

function dependency(
  object: string,
  set: XmlElement,
  name: string | undefined,
  definition: XmlElement | undefined,
  context: RuleContext,
): void {
  const settings = all(set, "valueSettings");
  const controllingName = textOf(set, "controllingField");
  if (controllingName === undefined) {
    if (settings.length > 0) context.report("Required field is missing: controllingField", settings[0]);
    return;
  }
  const where = child(set, "controllingField");
  const controlling = context.model.object(object)?.field(controllingName);
  if (controlling === undefined) {
    context.report(notFound("controllingField", "CustomField", `${object}.${controllingName}`), where);
    return;
  }
  if (!["Picklist", "Checkbox", "Unknown"].includes(controlling.kind)) {
    context.report(`The controlling field ${controllingName} must be a picklist or a checkbox`, where);
    return;
  }
  const valid = controlling.kind === "Checkbox" ? ["checked", "unchecked"] : controlling.values;
  const shared = name === undefined ? undefined : context.model.find("GlobalValueSet", name)?.element;
  const own =
    definition !== undefined
      ? all(definition, "value")
      : shared !== undefined
        ? all(shared, "customValue")
        : undefined;
  const names = own && new Set(own.map((value) => decodeName(textOf(value, "fullName") ?? "")));
  for (const setting of settings) {
    for (const value of all(setting, "controllingFieldValue")) {
      const text = decodeName(value.text.trim());
      if (valid !== undefined && !valid.includes(text))
        context.report(
          `Control field value '${text}' not found, valid values are [${valid.join(", ")}]`,
          value,
        );
    }
    if (all(setting, "controllingFieldValue").length === 0)
      context.report("Required field is missing: controllingFieldValue", setting);
    const dependent = decodeName(textOf(setting, "valueName") ?? "");
    if (names !== undefined && !names.has(dependent))
      context.report(`Picklist value: ${dependent} in picklist: valueSettings not found`, setting);
  }
}
