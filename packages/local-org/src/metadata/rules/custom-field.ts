/** Custom fields: what each type must have, may have and must not have. */
import { child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { splitName, type ObjectView } from "../deploy/model.ts";
import { codeOfKind, formulaProblem } from "../formula/check.ts";
import type { Item } from "../package/read.ts";
import { lookupField } from "./field-relationship.ts";
import { picklistField } from "./field-picklist.ts";
import { historyOfField } from "./history-tracking.ts";
import { rollupField } from "./field-rollup.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { limitLengths } from "./words.ts";

const relationships = [
  "Lookup",
  "MasterDetail",
  "Hierarchy",
  "MetadataRelationship",
  "ExternalLookup",
  "IndirectLookup",
];
const numbers = ["Number", "Currency", "Percent"];
const picklists = ["Picklist", "MultiselectPicklist"];

/** The types that take an element; everything else "can not specify" it. */
const takers: Record<string, string[]> = {
  length: ["Text", "LongTextArea", "Html", "EncryptedText"],
  precision: [...numbers],
  scale: [...numbers, "Location"],
  visibleLines: ["LongTextArea", "Html", "MultiselectPicklist"],
  displayFormat: ["AutoNumber"],
  startingNumber: ["AutoNumber"],
  populateExistingRows: ["AutoNumber"],
  referenceTo: relationships,
  relationshipName: relationships,
  relationshipLabel: relationships,
  deleteConstraint: ["Lookup"],
  lookupFilter: ["Lookup", "Hierarchy"],
  relationshipOrder: ["MasterDetail"],
  reparentableMasterDetail: ["MasterDetail"],
  writeRequiresMasterRead: ["MasterDetail"],
  valueSet: picklists,
  maskChar: ["EncryptedText"],
  maskType: ["EncryptedText"],
  displayLocationInDecimal: ["Location"],
  summaryForeignKey: ["Summary"],
  summaryOperation: ["Summary"],
  summarizedField: ["Summary"],
  summaryFilterItems: ["Summary"],
};
/** What a type cannot do without. */
const needs: Record<string, string[]> = {
  Text: ["length"],
  LongTextArea: ["length", "visibleLines"],
  Html: ["length", "visibleLines"],
  EncryptedText: ["length", "maskChar", "maskType"],
  Number: ["precision", "scale"],
  Currency: ["precision", "scale"],
  Percent: ["precision", "scale"],
  Location: ["scale", "displayLocationInDecimal"],
  AutoNumber: ["displayFormat"],
  Checkbox: ["defaultValue"],
  Lookup: ["referenceTo"],
  MasterDetail: ["referenceTo"],
  MultiselectPicklist: ["visibleLines"],
  Summary: ["summaryForeignKey", "summaryOperation"],
};
/** Bounds of numbers in the definition, both ends included. */
const bounds: Record<string, Record<string, [number, number]>> = {
  Text: { length: [1, 255] },
  LongTextArea: { length: [256, 131072], visibleLines: [2, 50] },
  Html: { length: [256, 131072], visibleLines: [10, 50] },
  EncryptedText: { length: [1, 175] },
  MultiselectPicklist: { visibleLines: [3, 10] },
};
const uniqueTypes = ["Text", "Number", "Email"];
const externalIdTypes = [...uniqueTypes, "AutoNumber"];
const formulaTypes = ["Checkbox", "Currency", "Date", "DateTime", "Number", "Percent", "Text", "Time"];
const settingsTypes = [
  "Checkbox",
  "Currency",
  "Date",
  "DateTime",
  "Email",
  "Number",
  "Percent",
  "Phone",
  "Text",
  "TextArea",
  "Url",
];
const eventTypes = ["Checkbox", "Date", "DateTime", "LongTextArea", "Number", "Text"];

export const customField: Rule = (item, element, context) => {
  const [objectName, name] = splitName(item.fullName);
  const object = context.model.object(objectName);
  if (object === undefined) {
    context.report(`In field: fullName - no CustomObject named ${objectName} found`);
    return;
  }
  historyOfField(item, object, element, context);
  if (!/__c$/i.test(name)) {
    if (
      object.field(name) === undefined &&
      object.field(`${name}Id`) === undefined &&
      object.field(`${name}Address`) === undefined
    )
      context.report("Could not resolve standard field's name.");
    return;
  }
  limitLengths(element, { label: 40, description: 1000, inlineHelpText: 510 }, context);
  if ((textOf(element, "label") ?? "") === "")
    context.report("Must specify a non-empty label for the CustomField");
  const type = textOf(element, "type");
  if (type === undefined || type === "") {
    context.report(
      `Must specify 'type' for a CustomField${textOf(element, "formula") === undefined ? "" : ": the type of the formula's result"}`,
    );
    return;
  }
  const formula = textOf(element, "formula");
  elements(type, formula !== undefined, element, context);
  numeric(type, element, context);
  longTexts(item, type, context);
  flags(type, formula !== undefined, element, context);
  hosts(objectName, type, element, context);
  if (formula !== undefined) formulaField(name, type, formula, object, element, context);
  else defaults(type, object, element, context);
  if (relationships.includes(type)) lookupField(item, type, element, context);
  if (picklists.includes(type)) picklistField(objectName, element, context);
  if (type === "Summary") rollupField(objectName, element, context);
  typeChange(item, type, formula !== undefined, context);
};

function elements(type: string, formula: boolean, element: XmlElement, context: RuleContext): void {
  for (const [name, types] of Object.entries(takers)) {
    const found = child(element, name);
    if (found !== undefined && !types.includes(type) && !(formula && name === "length"))
      context.report(`Can not specify '${name}' for a CustomField of type ${type}`, found);
  }
  for (const name of needs[type] ?? []) {
    if (formula && !["precision", "scale"].includes(name)) continue;
    if ((textOf(element, name) ?? "") === "" && child(element, name)?.children.length !== 1)
      context.report(`Must specify '${name}' for a CustomField of type ${type}`);
  }
  const treat = child(element, "formulaTreatBlanksAs");
  if (treat !== undefined && !formula)
    context.report("Can not specify 'formulaTreatBlanksAs' for a CustomField that has no formula", treat);
}

function numeric(type: string, element: XmlElement, context: RuleContext): void {
  const number = (name: string): number | undefined => {
    const value = textOf(element, name);
    return value === undefined || value === "" ? undefined : Number(value);
  };
  for (const [name, [least, most]] of Object.entries(bounds[type] ?? {})) {
    const value = number(name);
    if (value !== undefined && (value < least || value > most))
      context.report(
        `Value for ${name} must be between ${least} and ${most}: ${value}`,
        child(element, name),
      );
  }
  if (!numbers.includes(type)) return;
  const precision = number("precision");
  const scale = number("scale");
  if (precision !== undefined && (precision < 1 || precision > 18))
    context.report(`Precision must be between 1 and 18: ${precision}`, child(element, "precision"));
  if (scale !== undefined && (scale < 0 || scale > 17))
    context.report(`Scale must be between 0 and 17: ${scale}`, child(element, "scale"));
  if (precision !== undefined && scale !== undefined && scale > precision)
    context.report(
      `Scale (${scale}) must not be greater than precision (${precision})`,
      child(element, "scale"),
    );
}

/** Characters that the long and rich text areas of an object may hold together. */
const LONG_TEXTS = 1_638_400;

/** Reports the field, in the order of their names, that is one too many. */
function longTexts(item: Item, type: string, context: RuleContext): void {
  if (type !== "LongTextArea" && type !== "Html") return;
  const [object, name] = splitName(item.fullName);
  let sum = 0;
  for (const other of context.model.list("CustomField")) {
    const [of, own] = splitName(other.fullName);
    if (of !== object || own > name || other.element === undefined) continue;
    if (["LongTextArea", "Html"].includes(textOf(other.element, "type") ?? ""))
      sum += Number(textOf(other.element, "length") ?? 0);
  }
  if (sum > LONG_TEXTS)
    context.report(
      `You've exceeded the characters of all long and rich text areas of ${object} by ${sum - LONG_TEXTS}: together they can have ${LONG_TEXTS.toLocaleString("en-US")}`,
      item.element && child(item.element, "length"),
    );
}

function flags(type: string, formula: boolean, element: XmlElement, context: RuleContext): void {
  const is = (name: string): XmlElement | undefined =>
    flag(element, name) ? child(element, name) : undefined;
  const unique = is("unique");
  const externalId = is("externalId");
  const required = is("required");
  if (formula) {
    for (const found of [unique, externalId, required])
      if (found !== undefined)
        context.report(`Can not specify ${found.name} for CustomFields that have a formula`, found);
    return;
  }
  if (unique !== undefined && !uniqueTypes.includes(type))
    context.report(
      picklists.includes(type)
        ? "Invalid data type."
        : `Can not specify 'unique' for a CustomField of type ${type}`,
      unique,
    );
  if (externalId !== undefined && !externalIdTypes.includes(type))
    context.report(
      picklists.includes(type)
        ? "Invalid data type."
        : `Can not specify 'externalId' for a CustomField of type ${type}`,
      externalId,
    );
  const trending = is("trackTrending");
  if (trending !== undefined && picklists.includes(type)) context.report("Invalid data type.", trending);
  if (type === "MasterDetail" && child(element, "required") !== undefined)
    context.report(
      "Master-Detail Relationship Fields Cannot be Optional or Required",
      child(element, "required"),
    );
  if (required !== undefined && ["Checkbox", "AutoNumber", "LongTextArea", "Html", "Summary"].includes(type))
    context.report(`Can not specify 'required' for a CustomField of type ${type}`, required);
  const format = textOf(element, "displayFormat");
  if (type === "AutoNumber" && format !== undefined && !/\{0+\}/.test(format))
    context.report(
      `The display format must hold a number such as {0} or {0000}: ${format}`,
      child(element, "displayFormat"),
    );
}

/** Custom settings and platform events take few types. */
function hosts(object: string, type: string, element: XmlElement, context: RuleContext): void {
  const host = context.model.find("CustomObject", object)?.element;
  const settings = host !== undefined && textOf(host, "customSettingsType") !== undefined;
  if ((settings && !settingsTypes.includes(type)) || (/__e$/i.test(object) && !eventTypes.includes(type)))
    context.report("Invalid data type.", child(element, "type"));
}

function formulaField(
  name: string,
  type: string,
  formula: string,
  object: ObjectView,
  element: XmlElement,
  context: RuleContext,
): void {
  const where = child(element, "formula");
  if (!formulaTypes.includes(type)) {
    context.report(`Can not specify 'formula' for a CustomField of type ${type}`, where);
    return;
  }
  const problem = formulaProblem(formula, codeOfKind(type), { model: context.model, object, use: "formula" });
  if (problem !== undefined) context.report(problem, where);
  else if (new RegExp(`(?<![\\w.])${name}(?!\\w)`, "i").test(formula.replace(/"[^"]*"/g, "")))
    context.report(`The formula of ${name} cannot refer to the field itself`, where);
}

const noDefault = ["AutoNumber", "MasterDetail", "Summary", "Location", "Address"];

function defaults(type: string, object: ObjectView, element: XmlElement, context: RuleContext): void {
  const where = child(element, "defaultValue");
  const value = where?.text.trim();
  if (value === undefined || value === "") return;
  if (noDefault.includes(type))
    context.report(`Can not specify 'defaultValue' for a CustomField of type ${type}`, where);
  else if (type === "Checkbox") {
    if (value !== "true" && value !== "false")
      context.report(`The default value of a checkbox must be true or false: ${value}`, where);
  } else {
    const code = codeOfKind(type);
    const expected = code === "p" || code === "q" || code === "L" ? "t" : code;
    const problem = formulaProblem(value, expected, { model: context.model, object, use: "default" });
    if (problem !== undefined) context.report(problem, where);
  }
}

const converts = ["Lookup", "MasterDetail"];

/** A field that exists keeps its nature. */
function typeChange(item: Item, type: string, formula: boolean, context: RuleContext): void {
  const before = context.model.inOrg("CustomField", item.fullName)?.element;
  if (before === undefined) return;
  const was = textOf(before, "type") ?? type;
  const where = item.element && child(item.element, "type");
  const wasFormula = textOf(before, "formula") !== undefined;
  if (wasFormula !== formula)
    context.report(
      formula
        ? "Cannot update a field to a Formula from something else"
        : "Cannot update a field from a Formula to something else",
      where,
    );
  else if (was !== type && (relationships.includes(type) || relationships.includes(was))) {
    if (converts.includes(type) && converts.includes(was)) return;
    context.report(
      relationships.includes(type)
        ? "Cannot update a field to a Lookup, MasterDetail, or Hierarchy from something else"
        : `Cannot update a field from a ${was} to something else`,
      where,
    );
  } else if (was !== type && (was === "Summary" || type === "Summary"))
    context.report("Cannot update a field from or to a Roll-Up Summary", where);
}
