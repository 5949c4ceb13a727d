/** Describes: an object and its fields as the caller may see them. */
import { isAlwaysVisible } from "../org/access.ts";
import type { Caller, FieldDef, ObjectDef, Org } from "../org/types.ts";

const soapTypes: Partial<Record<FieldDef["type"], string>> = {
  id: "tns:ID",
  reference: "tns:ID",
  boolean: "xsd:boolean",
  int: "xsd:int",
  double: "xsd:double",
  currency: "xsd:double",
  percent: "xsd:double",
  date: "xsd:date",
  datetime: "xsd:dateTime",
  time: "xsd:time",
  base64: "xsd:base64Binary",
  address: "urn:address",
};
const numbers = new Set(["int", "double", "currency", "percent"]);

export function summary(org: Org, caller: Caller, def: ObjectDef, version: string) {
  const may = org.access.object(caller.userId, def.name);
  const base = `/services/data/v${version}/sobjects/${def.name}`;
  return {
    activateable: false,
    associateEntityType: def.historyOf === undefined ? null : "History",
    associateParentEntity: def.historyOf ?? null,
    createable: def.createable && may.create,
    custom: def.custom,
    customSetting: def.customSetting === true,
    deepCloneable: false,
    deletable: def.deletable && may.delete,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: def.keyPrefix,
    label: def.label,
    labelPlural: def.labelPlural,
    layoutable: !def.setup && def.historyOf === undefined,
    mergeable: ["Account", "Case", "Contact", "Lead"].includes(def.name),
    mruEnabled: !def.setup,
    name: def.name,
    queryable: def.queryable,
    replicateable: def.fields.has("SystemModstamp"),
    retrieveable: true,
    searchable: !def.setup && def.historyOf === undefined,
    triggerable: !def.setup,
    undeletable: def.fields.has("IsDeleted") && def.deletable,
    updateable: def.updateable && may.edit,
    urls: { rowTemplate: `${base}/{ID}`, describe: `${base}/describe`, sobject: base },
  };
}

export function describe(org: Org, caller: Caller, def: ObjectDef, version: string) {
  const fields = [...def.fields.values()].filter(
    (field) => org.access.field(caller.userId, def.name, field.name).read,
  );
  return {
    actionOverrides: [],
    ...summary(org, caller, def, version),
    childRelationships: childRelationships(org, def),
    compactLayoutable: !def.setup,
    fields: fields.map((field) => describeField(org, caller, def, field)),
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: recordTypes(org, def, version),
    searchLayoutable: !def.setup,
    supportedScopes: [
      { label: "All", name: "everything" },
      { label: "My", name: "mine" },
    ],
  };
}

function childRelationships(org: Org, def: ObjectDef) {
  const found = [];
  for (const child of org.schema.objects())
    for (const field of child.fields.values())
      if (field.referenceTo?.some((target) => target.toLowerCase() === def.name.toLowerCase()))
        found.push({
          cascadeDelete: field.deleteConstraint === "Cascade",
          childSObject: child.name,
          deprecatedAndHidden: false,
          field: field.name,
          junctionIdListNames: [],
          junctionReferenceTo: [],
          relationshipName: childName(field),
          restrictedDelete: field.deleteConstraint === "Restrict",
        });
  return found;
}

/** The relationship's name from the parent's side, with `__r` when it is custom. */
export const childName = (field: FieldDef): string | null =>
  field.childRelationshipName === undefined
    ? null
    : field.custom && !field.childRelationshipName.endsWith("__r")
      ? `${field.childRelationshipName}__r`
      : field.childRelationshipName;

export const MASTER = "012000000000000AAA";

function recordTypes(_org: Org, def: ObjectDef, version: string) {
  const layout = (id: string) => ({
    layout: `/services/data/v${version}/sobjects/${def.name}/describe/layouts/${id}`,
  });
  const own = def.recordTypes.map((type) => ({
    active: type.active,
    available: type.active,
    defaultRecordTypeMapping: false,
    developerName: type.developerName,
    master: false,
    name: type.label,
    recordTypeId: type.id,
    urls: layout(type.id),
  }));
  return [
    ...own,
    {
      active: true,
      available: true,
      defaultRecordTypeMapping: true,
      developerName: "Master",
      master: true,
      name: "Master",
      recordTypeId: MASTER,
      urls: layout(MASTER),
    },
  ];
}

export function describeField(org: Org, caller: Caller, def: ObjectDef, field: FieldDef) {
  const may = org.access.field(caller.userId, def.name, field.name);
  const calculated = field.formula !== undefined;
  const text = !numbers.has(field.type) && !["boolean", "date", "datetime", "time"].includes(field.type);
  const length = field.type === "id" || field.type === "reference" ? 18 : text ? (field.length ?? 0) : 0;
  const auto = field.autoNumber !== undefined;
  return {
    aggregatable: field.filterable && field.type !== "boolean" && field.type !== "multipicklist",
    aiPredictionField: false,
    autoNumber: auto,
    byteLength: length * 3 > 393_216 ? length : length * 3,
    calculated,
    calculatedFormula: field.formula ?? null,
    cascadeDelete: field.metadataType === "MasterDetail" || field.deleteConstraint === "Cascade",
    caseSensitive: false,
    compoundFieldName: null,
    controllerName: null,
    createable: field.createable && !calculated && !auto && may.edit,
    custom: field.custom,
    defaultValue: field.type === "boolean" ? (field.defaultValue ?? false) : null,
    defaultValueFormula:
      typeof field.defaultValue === "string" && field.defaultValue.startsWith("=")
        ? field.defaultValue.slice(1)
        : null,
    defaultedOnCreate:
      field.defaultedOnCreate ?? (field.type === "boolean" || field.defaultValue !== undefined),
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === "int" ? (field.precision ?? 9) : 0,
    displayLocationInDecimal: false,
    encrypted: field.type === "encryptedstring",
    externalId: field.externalId === true,
    extraTypeInfo:
      field.type === "textarea" ? (field.metadataType === "Html" ? "richtextarea" : "plaintextarea") : null,
    filterable: field.filterable,
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable:
      field.groupable ??
      (field.filterable &&
        !["datetime", "double", "currency", "percent", "textarea", "multipicklist"].includes(field.type)),
    highScaleNumber: false,
    htmlFormatted: field.metadataType === "Html",
    idLookup:
      field.type === "id" ||
      field.externalId === true ||
      (field.name === def.nameField && !auto) ||
      field.unique === true,
    inlineHelpText: field.inlineHelpText ?? null,
    label: field.label,
    length,
    mask: null,
    maskType: null,
    name: field.name,
    nameField: field.name === def.nameField,
    namePointing: (field.referenceTo?.length ?? 0) > 1,
    nillable: field.nillable,
    permissionable: !isAlwaysVisible(def, field),
    picklistValues: (field.picklist?.values ?? []).map((v) => ({
      active: v.active,
      defaultValue: v.default === true,
      label: v.label,
      validFor: null,
      value: v.value,
    })),
    polymorphicForeignKey: (field.referenceTo?.length ?? 0) > 1,
    precision: numbers.has(field.type) && field.type !== "int" ? (field.precision ?? 18) : 0,
    queryByDistance: false,
    referenceTargetField: null,
    referenceTo: field.referenceTo ?? [],
    relationshipName: field.relationshipName ?? null,
    relationshipOrder: field.metadataType === "MasterDetail" ? 0 : null,
    restrictedDelete: field.deleteConstraint === "Restrict",
    restrictedPicklist: field.picklist?.restricted === true,
    scale: field.type === "int" ? 0 : (field.scale ?? 0),
    searchPrefilterable: field.type === "reference",
    soapType: soapTypes[field.type] ?? "xsd:string",
    sortable: field.sortable,
    type: field.type,
    unique: field.unique === true,
    updateable: field.updateable && !calculated && !auto && may.edit,
    writeRequiresMasterRead: false,
  };
}
