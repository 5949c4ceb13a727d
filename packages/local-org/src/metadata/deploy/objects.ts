/** Deployed objects, fields, validation rules and record types as the kernel runs them. */
import { all, child, flag, textOf, type XmlElement } from "../xml/parse.ts";
import { decodeName, splitName, type Model } from "./model.ts";
import { fieldDef } from "./fields.ts";
import { jobId } from "./job-id.ts";
import type { Item } from "../package/read.ts";
import type { FieldDef, ObjectDef, Org } from "../../org/types.ts";

const sharing: Record<string, ObjectDef["sharing"]> = {
  Private: "Private",
  Read: "Read",
  ReadSelect: "Read",
  ControlledByParent: "ControlledByParent",
};

/** The children of an object that change how the kernel treats it. */
const parts = new Set(["CustomObject", "CustomField", "ValidationRule", "RecordType"]);

export function applyObjects(org: Org, items: Item[], model: Model): void {
  const touched = new Map<string, Item[]>();
  for (const item of items) {
    if (!parts.has(item.type) || item.element === undefined) continue;
    const name = item.type === "CustomObject" ? item.fullName : splitName(item.fullName)[0];
    touched.set(name, [...(touched.get(name) ?? []), item]);
  }
  // objects first, so that lookups between them find their targets
  for (const [name, changes] of touched) {
    const own = changes.find((item) => item.type === "CustomObject");
    const known = org.schema.object(name);
    if (known !== undefined || own?.element === undefined || /__(mdt|e)$/.test(name)) continue;
    org.schema.putObject(newObject(org, name));
  }
  for (const [name, changes] of touched) {
    const known = org.schema.object(name);
    if (known === undefined) continue;
    const def: ObjectDef = {
      ...known,
      fields: new Map(known.fields),
      validationRules: [...known.validationRules],
      recordTypes: [...known.recordTypes],
    };
    for (const { type, fullName, element } of changes) {
      if (element === undefined) continue;
      const own = splitName(fullName)[1];
      if (type === "CustomObject") describeObject(def, element);
      else if (type === "CustomField") applyField(def, own, element, model);
      else if (type === "ValidationRule") applyRule(def, own, element);
      else applyRecordType(org, def, own, element);
    }
    org.schema.putObject(def);
  }
  applyGlobalSets(org, items, model);
}

function describeObject(def: ObjectDef, element: XmlElement): void {
  def.label = textOf(element, "label") ?? def.label;
  def.labelPlural = textOf(element, "pluralLabel") ?? def.labelPlural;
  const model = textOf(element, "sharingModel");
  if (model !== undefined) def.sharing = sharing[model] ?? "ReadWrite";
  if (child(element, "enableHistory") !== undefined) def.enableHistory = flag(element, "enableHistory");
  const nameField = child(element, "nameField");
  const name = def.fields.get("Name");
  if (nameField === undefined || name === undefined) return;
  const format = textOf(nameField, "type") === "AutoNumber" ? textOf(nameField, "displayFormat") : undefined;
  const plain: FieldDef = { ...name, label: textOf(nameField, "label") ?? name.label };
  delete plain.autoNumber;
  def.fields.set(
    "Name",
    format === undefined
      ? { ...plain, nillable: false, createable: true, updateable: true }
      : {
          ...plain,
          autoNumber: { format },
          nillable: false,
          createable: false,
          updateable: false,
          defaultedOnCreate: true,
        },
  );
}

function applyField(def: ObjectDef, name: string, element: XmlElement, model: Model): void {
  if (!/__c$/i.test(name)) {
    // a standard field is only adjusted
    const known = def.fields.get(name);
    if (known !== undefined)
      def.fields.set(name, {
        ...known,
        trackHistory:
          child(element, "trackHistory") === undefined
            ? known.trackHistory === true
            : flag(element, "trackHistory"),
      });
    return;
  }
  def.fields.set(name, fieldDef(def.name, name, element, model));
  if (textOf(element, "type") === "MasterDetail") {
    def.fields.delete("OwnerId");
    def.sharing = "ControlledByParent";
  }
}

function applyRule(def: ObjectDef, name: string, element: XmlElement): void {
  const field = textOf(element, "errorDisplayField");
  def.validationRules = [
    ...def.validationRules.filter((rule) => rule.name !== name),
    {
      name,
      active: flag(element, "active"),
      formula: textOf(element, "errorConditionFormula") ?? "",
      message: textOf(element, "errorMessage") ?? "",
      ...(field === undefined ? {} : { field }),
    },
  ];
}

function applyRecordType(org: Org, def: ObjectDef, name: string, element: XmlElement): void {
  const known = def.recordTypes.find((recordType) => recordType.developerName === name);
  const picklists = new Map(
    all(element, "picklistValues").map((entry) => [
      textOf(entry, "picklist") ?? "",
      new Set(all(entry, "values").map((value) => decodeName(textOf(value, "fullName") ?? ""))),
    ]),
  );
  def.recordTypes = [
    ...def.recordTypes.filter((recordType) => recordType !== known),
    {
      id: known?.id ?? recordTypeId(org),
      developerName: name,
      label: textOf(element, "label") ?? name,
      active: flag(element, "active"),
      picklists,
    },
  ];
}

function recordTypeId(org: Org): string {
  const used = org.schema.objects().reduce((count, object) => count + object.recordTypes.length, 0);
  return jobId("012", 1_000_000 + org.now() * 10 + used);
}

/** A global value set that changed changes the fields that name it. */
function applyGlobalSets(org: Org, items: Item[], model: Model): void {
  const sets = new Set(items.filter((item) => item.type === "GlobalValueSet").map((item) => item.fullName));
  if (sets.size === 0) return;
  for (const field of model.list("CustomField")) {
    const set = field.element && child(field.element, "valueSet");
    const name = set && textOf(set, "valueSetName");
    const [object, own] = splitName(field.fullName);
    const def = org.schema.object(object);
    if (field.element === undefined || name === undefined || !sets.has(name) || def === undefined) continue;
    const fields = new Map(def.fields);
    fields.set(own, fieldDef(def.name, own, field.element, model));
    org.schema.putObject({ ...def, fields });
  }
}

const system = (
  name: string,
  label: string,
  type: FieldDef["type"],
  more: Partial<FieldDef> = {},
): FieldDef => ({
  name,
  label,
  type,
  custom: false,
  nillable: false,
  createable: false,
  updateable: false,
  filterable: true,
  sortable: true,
  ...more,
});

function newObject(org: Org, name: string): ObjectDef {
  // the kernel adds the id, the owner and the audit fields
  const fields = [
    system("Name", "Name", "string", { length: 80, nillable: true, createable: true, updateable: true }),
  ];
  return {
    name,
    label: name,
    labelPlural: name,
    keyPrefix: freeKeyPrefix(org),
    custom: true,
    fields: new Map(fields.map((field) => [field.name, field])),
    nameField: "Name",
    sharing: "ReadWrite",
    validationRules: [],
    recordTypes: [],
    queryable: true,
    createable: true,
    updateable: true,
    deletable: true,
    changeEvents: true,
  };
}

/** Custom objects count up from a00. */
function freeKeyPrefix(org: Org): string {
  for (let number = 0; number < 36 * 36; number += 1) {
    const prefix = `a${number.toString(36).padStart(2, "0")}`;
    if (org.schema.objectByKeyPrefix(prefix) === undefined) return prefix;
  }
  throw new Error("No key prefix is left for a new custom object: remove some objects first");
}

export function removeFromObjects(org: Org, type: string, fullName: string): void {
  if (type === "CustomObject") {
    if (org.schema.object(fullName)?.custom === true) org.schema.removeObject(fullName);
    return;
  }
  const [object, own] = splitName(fullName);
  const known = org.schema.object(object);
  if (known === undefined) return;
  const def: ObjectDef = { ...known, fields: new Map(known.fields) };
  if (type === "CustomField") def.fields.delete(own);
  else if (type === "ValidationRule")
    def.validationRules = known.validationRules.filter((rule) => rule.name !== own);
  else if (type === "RecordType")
    def.recordTypes = known.recordTypes.filter((recordType) => recordType.developerName !== own);
  else return;
  org.schema.putObject(def);
}
