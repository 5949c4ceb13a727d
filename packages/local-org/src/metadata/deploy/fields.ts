/** A deployed custom field as the kernel's FieldDef. */
import { all, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { decodeName, type Model } from "./model.ts";
import type { FieldDef } from "../../org/types.ts";

const types: Record<string, FieldDef["type"]> = {
  AutoNumber: "string",
  Lookup: "reference",
  MasterDetail: "reference",
  Hierarchy: "reference",
  MetadataRelationship: "reference",
  ExternalLookup: "reference",
  IndirectLookup: "reference",
  Checkbox: "boolean",
  Currency: "currency",
  Date: "date",
  DateTime: "datetime",
  Email: "email",
  Number: "double",
  Percent: "percent",
  Phone: "phone",
  Picklist: "picklist",
  MultiselectPicklist: "multipicklist",
  Text: "string",
  TextArea: "textarea",
  LongTextArea: "textarea",
  Html: "textarea",
  Url: "url",
  EncryptedText: "encryptedstring",
  Summary: "double",
  Time: "time",
  Location: "anyType",
  Address: "address",
};
const lengths: Record<string, number> = {
  Text: 255,
  TextArea: 255,
  Email: 80,
  Phone: 40,
  Url: 255,
  Picklist: 255,
  MultiselectPicklist: 4099,
  AutoNumber: 30,
  Lookup: 18,
  MasterDetail: 18,
  Hierarchy: 18,
};

const number = (element: XmlElement, name: string): number | undefined => {
  const value = textOf(element, name);
  return value === undefined ? undefined : Number(value);
};

export function fieldDef(object: string, name: string, element: XmlElement, model: Model): FieldDef {
  const metadataType = textOf(element, "type") ?? "Text";
  const formula = textOf(element, "formula");
  const computed = formula !== undefined || metadataType === "Summary" || metadataType === "AutoNumber";
  const long = metadataType === "LongTextArea" || metadataType === "Html";
  const required = flag(element, "required") || metadataType === "MasterDetail";
  const isLookup = types[metadataType] === "reference";
  const def: FieldDef = {
    name,
    label: textOf(element, "label") ?? name,
    type: types[metadataType] ?? "string",
    custom: true,
    metadataType,
    nillable: !required && metadataType !== "Checkbox",
    createable: !computed,
    updateable: !computed && !(metadataType === "MasterDetail" && !flag(element, "reparentableMasterDetail")),
    filterable: !long && metadataType !== "EncryptedText",
    sortable: !long && metadataType !== "MultiselectPicklist" && metadataType !== "EncryptedText",
    groupable:
      !long &&
      !computed &&
      !["Number", "Currency", "Percent", "DateTime", "MultiselectPicklist"].includes(metadataType),
  };
  const length = number(element, "length") ?? (formula === undefined ? lengths[metadataType] : 1300);
  if (length !== undefined && def.type !== "boolean") def.length = length;
  const precision = number(element, "precision") ?? (metadataType === "Summary" ? 18 : undefined);
  if (precision !== undefined) def.precision = precision;
  const scale = number(element, "scale") ?? (metadataType === "Summary" ? 2 : undefined);
  if (scale !== undefined) def.scale = scale;
  if (flag(element, "unique")) def.unique = true;
  if (flag(element, "externalId")) def.externalId = true;
  if (formula !== undefined) def.formula = formula;
  if (metadataType === "AutoNumber") def.autoNumber = { format: textOf(element, "displayFormat") ?? "{0}" };
  const defaultValue = textOf(element, "defaultValue");
  if (metadataType === "Checkbox") {
    if (formula === undefined) def.defaultValue = defaultValue === "true";
  } else if (defaultValue !== undefined && defaultValue !== "") def.defaultValue = `=${defaultValue}`;
  if (flag(element, "trackHistory")) def.trackHistory = true;
  const help = textOf(element, "inlineHelpText");
  if (help !== undefined) def.inlineHelpText = help;
  if (isLookup) {
    def.referenceTo = all(element, "referenceTo").map((target) => target.text.trim());
    if (metadataType === "Hierarchy") def.referenceTo = [object];
    def.relationshipName = name.replace(/__c$/, "__r");
    const children = textOf(element, "relationshipName");
    if (children !== undefined) def.childRelationshipName = `${children}__r`;
    const constraint = textOf(element, "deleteConstraint");
    def.deleteConstraint =
      metadataType === "MasterDetail"
        ? "Cascade"
        : ((constraint as FieldDef["deleteConstraint"]) ?? "SetNull");
  }
  const picklist = picklistOf(element, model);
  if (picklist !== undefined) {
    def.picklist = picklist;
    const preset = picklist.values.find((value) => value.default === true);
    if (preset !== undefined && def.defaultValue === undefined) def.defaultValue = preset.value;
  }
  return def;
}

function picklistOf(element: XmlElement, model: Model): FieldDef["picklist"] {
  const set = child(element, "valueSet");
  if (set === undefined) return undefined;
  const name = textOf(set, "valueSetName");
  const definition = child(set, "valueSetDefinition");
  const shared = name === undefined ? undefined : model.find("GlobalValueSet", name)?.element;
  const values =
    shared === undefined ? (definition ? all(definition, "value") : []) : all(shared, "customValue");
  return {
    restricted: flag(set, "restricted") || shared !== undefined,
    values: values.map((value) => {
      const fullName = decodeName(textOf(value, "fullName") ?? "");
      return {
        value: fullName,
        label: textOf(value, "label") ?? fullName,
        default: flag(value, "default"),
        active: textOf(value, "isActive") !== "false",
      };
    }),
  };
}
