import { createHash } from "node:crypto";
import type { FieldDef, ObjectDef } from "@compromiso/local-org";
import type { Context } from "../context.ts";
import { UiApiError } from "./errors.ts";
import { fieldOf, objectOf, readable } from "./fields.ts";
import { isRequired } from "@compromiso/local-org/screens";
import { MASTER_RECORD_TYPE } from "./records.ts";
import { iconOf } from "./icons.ts";

const DATA_TYPES: Record<FieldDef["type"], string> = {
  id: "Reference",
  string: "String",
  textarea: "TextArea",
  boolean: "Boolean",
  int: "Int",
  double: "Double",
  currency: "Currency",
  percent: "Percent",
  date: "Date",
  datetime: "DateTime",
  time: "Time",
  picklist: "Picklist",
  multipicklist: "MultiPicklist",
  reference: "Reference",
  email: "Email",
  phone: "Phone",
  url: "Url",
  encryptedstring: "EncryptedString",
  address: "Address",
  combobox: "ComboBox",
  anyType: "AnyType",
  base64: "Base64",
};

/** The metadata of an object that one user may see. */
export function objectInfo(context: Context, name: string): Record<string, unknown> {
  const object = objectOf(context, name);
  const { org, caller, words } = context;
  const rights = org.access.object(caller.userId, object.name);
  const fields: Record<string, unknown> = {};
  for (const field of object.fields.values())
    if (readable(context, object, field)) fields[field.name] = fieldInfo(context, object, field);
  const info = {
    apiName: object.name,
    associateEntityType: null,
    associateParentEntity: null,
    childRelationships: childRelationships(context, object),
    compactLayoutable: true,
    createable: object.createable && rights.create,
    custom: object.custom,
    defaultRecordTypeId: defaultRecordType(object),
    deletable: object.deletable && rights.delete,
    dependentFields: {},
    feedEnabled: false,
    fields,
    keyPrefix: object.keyPrefix,
    label: words.object(object.name, object.label),
    labelPlural: words.object(object.name, object.labelPlural, true),
    layoutable: true,
    mruEnabled: true,
    nameFields: [object.nameField],
    queryable: object.queryable,
    recordTypeInfos: recordTypeInfos(object),
    searchLayoutable: true,
    searchable: true,
    themeInfo: iconOf(object.name),
    updateable: object.updateable && rights.edit,
  };
  return { ...info, eTag: createHash("md5").update(JSON.stringify(info)).digest("hex") };
}

export function defaultRecordType(object: ObjectDef): string {
  return object.recordTypes.find(({ active }) => active)?.id ?? MASTER_RECORD_TYPE;
}

function recordTypeInfos(object: ObjectDef): Record<string, unknown> {
  const infos: Record<string, unknown> = {};
  const preferred = defaultRecordType(object);
  for (const { id, label, active } of object.recordTypes)
    infos[id] = {
      available: active,
      defaultRecordTypeMapping: id === preferred,
      master: false,
      name: label,
      recordTypeId: id,
    };
  infos[MASTER_RECORD_TYPE] = {
    available: true,
    defaultRecordTypeMapping: preferred === MASTER_RECORD_TYPE,
    master: true,
    name: "Master",
    recordTypeId: MASTER_RECORD_TYPE,
  };
  return infos;
}

function fieldInfo(context: Context, object: ObjectDef, field: FieldDef): Record<string, unknown> {
  const { org, caller, words } = context;
  const right = org.access.field(caller.userId, object.name, field.name);
  return {
    apiName: field.name,
    calculated: field.formula !== undefined,
    compound: false,
    compoundComponentName: null,
    compoundFieldName: null,
    controllerName: null,
    controllingFields: [],
    createable: field.createable && right.edit,
    custom: field.custom,
    dataType: DATA_TYPES[field.type],
    defaultValue: field.defaultValue ?? null,
    defaultedOnCreate: field.defaultedOnCreate ?? false,
    digits: field.type === "int" ? (field.precision ?? 0) : 0,
    externalId: field.externalId ?? false,
    extraTypeInfo: field.type === "textarea" ? "PlainTextArea" : null,
    filterable: field.filterable,
    filteredLookupInfo: null,
    highScaleNumber: false,
    htmlFormatted: false,
    inlineHelpText: words.help(object.name, field.name, field.inlineHelpText) ?? null,
    label: words.field(object.name, field.name, field.label),
    length: field.length ?? 0,
    maskType: null,
    nameField: field.name === object.nameField,
    polymorphicForeignKey: (field.referenceTo?.length ?? 0) > 1,
    precision: field.precision ?? 0,
    reference: field.type === "reference",
    referenceTargetField: null,
    referenceToInfos: (field.referenceTo ?? []).map((apiName) => ({
      apiName,
      nameFields: [org.schema.object(apiName)?.nameField ?? "Name"],
    })),
    relationshipName: field.relationshipName ?? null,
    required: isRequired(field),
    scale: field.scale ?? 0,
    searchPrefilterable: false,
    sortable: field.sortable,
    unique: field.unique ?? false,
    updateable: field.updateable && right.edit,
  };
}

export function childRelationships({ org, caller }: Context, object: ObjectDef): Record<string, unknown>[] {
  const children: Record<string, unknown>[] = [];
  for (const child of org.schema.objects())
    for (const field of child.fields.values())
      if (
        field.childRelationshipName &&
        field.referenceTo?.includes(object.name) &&
        org.access.object(caller.userId, child.name).read
      )
        children.push({
          childObjectApiName: child.name,
          fieldName: field.name,
          junctionIdListNames: [],
          junctionReferenceTo: [],
          relationshipName: field.childRelationshipName,
        });
  return children;
}

/** The translated values of a picklist for a record type. */
export function picklistValues(
  context: Context,
  objectName: string,
  recordTypeId: string,
  fieldName: string,
) {
  const object = objectOf(context, objectName);
  const field = fieldOf(object, fieldName);
  if (!field?.picklist || !readable(context, object, field))
    throw new UiApiError(
      400,
      "INVALID_FIELD",
      `The field ${fieldName} of ${object.name} is not a picklist, doesn't exist, or you don't have access to it.`,
    );
  return picklistOf(context, object, field, recordTypeId);
}

function picklistOf(context: Context, object: ObjectDef, field: FieldDef, recordTypeId: string) {
  const open = object.recordTypes.find(({ id }) => id === recordTypeId)?.picklists.get(field.name);
  const value = (each: { value: string; label: string; closed?: boolean }) => ({
    attributes:
      each.closed === undefined ? null : { closed: each.closed, picklistAtrributesValueType: "CaseStatus" },
    label: context.words.picklist(object.name, field.name, each.value, each.label),
    validFor: [],
    value: each.value,
  });
  const values = (field.picklist?.values ?? []).filter(
    ({ value: v, active }) => active && (!open || open.has(v)),
  );
  const preferred = values.find((each) => each.default);
  return {
    controllerValues: {},
    defaultValue: preferred ? value(preferred) : null,
    eTag: createHash("md5")
      .update(JSON.stringify([context.user.language, values]))
      .digest("hex"),
    url: `${context.uiApi}/object-info/${object.name}/picklist-values/${recordTypeId}/${field.name}`,
    values: values.map(value),
  };
}

export function allPicklistValues(context: Context, objectName: string, recordTypeId: string) {
  const object = objectOf(context, objectName);
  const picklistFieldValues: Record<string, unknown> = {};
  for (const field of object.fields.values())
    if (field.picklist && readable(context, object, field))
      picklistFieldValues[field.name] = picklistOf(context, object, field, recordTypeId);
  return { eTag: "", picklistFieldValues };
}
