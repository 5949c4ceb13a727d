/**
 * The org as it would be with the package in it. The package's parts win, its removals are gone, and the order of
 * files does not matter. Rules ask here whether a name exists and what it is.
 */
import { all, child, flag, localName, parseXml, textOf, type XmlElement } from "../xml/parse.ts";
import { childType, parentOf } from "../package/registry.ts";
import type { Item } from "../package/read.ts";
import { text } from "../package/zip.ts";
import { catalogueObject } from "../standard/catalogue.ts";
import type { Component, FieldDef, Org } from "../../org/types.ts";

/** A metadata field type, `Id`, or `Unknown` where only the name is known. */
export type FieldKind = string;

export interface FieldView {
  name: string;
  kind: FieldKind;
  custom: boolean;
  required: boolean;
  formula: boolean;
  calculated: boolean;
  referenceTo: string[];
  /** API names of its values; undefined when they are not known here. */
  values: string[] | undefined;
  /** One part of a compound field: BillingCity of BillingAddress. */
  partOf?: string;
  relationshipName?: string;
  length?: number;
  element?: XmlElement;
}

export interface ObjectView {
  name: string;
  custom: boolean;
  /** Its fields are all known here: an unknown name is wrong. */
  complete: boolean;
  field(name: string): FieldView | undefined;
  fields(): FieldView[];
  /** Fields of other objects that point here, by child relationship name (`Things__r`, `Contacts`). */
  childRelationship(name: string): string | undefined;
  sharingModel: string | undefined;
  enableHistory: boolean | undefined;
}

const kernelKinds: Record<FieldDef["type"], FieldKind> = {
  id: "Id",
  string: "Text",
  textarea: "TextArea",
  boolean: "Checkbox",
  int: "Number",
  double: "Number",
  currency: "Currency",
  percent: "Percent",
  date: "Date",
  datetime: "DateTime",
  time: "Time",
  picklist: "Picklist",
  multipicklist: "MultiselectPicklist",
  reference: "Lookup",
  email: "Email",
  phone: "Phone",
  url: "Url",
  encryptedstring: "EncryptedText",
  address: "Address",
  combobox: "Picklist",
  anyType: "Unknown",
  base64: "Unknown",
};

const addressPart =
  /^(\w*?)(Street|City|State|PostalCode|Country|StateCode|CountryCode|Latitude|Longitude|GeocodeAccuracy)$/;
const addressOf = (name: string, has: (name: string) => boolean): string | undefined => {
  const match = addressPart.exec(name);
  if (match === null) return undefined;
  const whole = `${match[1]}Address`;
  return has(whole) || ["Billing", "Shipping", "Mailing", "Other"].includes(match[1] ?? "")
    ? whole
    : undefined;
};

const lower = (type: string, name: string): string => `${type} ${name}`.toLowerCase();

/** Picklists among the standard fields; everything else that is text stays text. */
const standardPicklists = new Set(
  (
    "Account.Type Account.Industry Account.Rating Account.Ownership Account.AccountSource Account.CleanStatus Contact.LeadSource Contact.Salutation " +
    "Lead.Status Lead.LeadSource Lead.Rating Lead.Industry Lead.Salutation Opportunity.StageName Opportunity.LeadSource Opportunity.Type " +
    "Opportunity.ForecastCategoryName Case.Status Case.Priority Case.Origin Case.Reason Case.Type Task.Status Task.Priority Event.ShowAs " +
    "Campaign.Status Campaign.Type Contract.Status Order.Status Order.Type Asset.Status Product2.Family Solution.Status WorkOrder.Status " +
    "WorkOrder.Priority User.UserType"
  ).split(" "),
);
const dateTimes =
  /^(Created|LastModified|LastViewed|LastReferenced|SystemModstamp|Closed|Converted(?!Date$)|Sla|Stop|LastLogin|Start|End)\w*/;

export class Model {
  readonly org: Org;
  readonly items: Item[];
  readonly removed: Set<string>;
  #byName = new Map<string, Item>();
  #byType = new Map<string, Item[]>();
  #objects = new Map<string, ObjectView | undefined>();
  #stored: Map<string, Item> | undefined;
  #relationships: Map<string, Map<string, string>> | undefined;

  constructor(org: Org, items: Item[], removed: Iterable<{ type: string; fullName: string }> = []) {
    this.org = org;
    this.items = items;
    this.removed = new Set([...removed].map(({ type, fullName }) => lower(type, fullName)));
    for (const item of items) {
      this.#byName.set(lower(item.type, item.fullName), item);
      this.#byType.set(item.type, [...(this.#byType.get(item.type) ?? []), item]);
    }
  }

  /** What was deployed before, one item a component. */
  #deployed(): Map<string, Item> {
    if (this.#stored === undefined) {
      this.#stored = new Map();
      for (const component of this.org.components.list())
        this.#stored.set(lower(component.type, component.fullName), storedItem(component));
    }
    return this.#stored;
  }

  inPackage(type: string, fullName: string): Item | undefined {
    return this.#byName.get(lower(type, fullName));
  }
  inOrg(type: string, fullName: string): Item | undefined {
    return this.#deployed().get(lower(type, fullName));
  }
  find(type: string, fullName: string): Item | undefined {
    const key = lower(type, fullName);
    const item = this.#byName.get(key);
    if (item !== undefined) return item;
    return this.removed.has(key) ? undefined : this.#deployed().get(key);
  }
  list(type: string): Item[] {
    const here = this.#byType.get(type) ?? [];
    const names = new Set(here.map((item) => item.fullName.toLowerCase()));
    const others = [...this.#deployed().values()].filter(
      (item) =>
        item.type === type &&
        !names.has(item.fullName.toLowerCase()) &&
        !this.removed.has(lower(type, item.fullName)),
    );
    return [...here, ...others];
  }

  object(name: string): ObjectView | undefined {
    const key = name.toLowerCase();
    if (!this.#objects.has(key)) this.#objects.set(key, this.#buildObject(name));
    return this.#objects.get(key);
  }

  /** `Case.Status`, `Thing__c.Note__c`. */
  field(path: string): FieldView | undefined {
    const [object = "", ...rest] = path.split(".");
    return this.object(object)?.field(rest.join("."));
  }

  #buildObject(name: string): ObjectView | undefined {
    if (this.removed.has(lower("CustomObject", name))) return undefined;
    const item = this.find("CustomObject", name);
    const kernel = this.org.schema.object(name);
    const standard = catalogueObject(name);
    if (item === undefined && kernel === undefined && standard === undefined) return undefined;
    const custom = /__(c|mdt|e|b|x|kav)$/i.test(name);
    if (custom && item === undefined && kernel === undefined) return undefined;
    const canonical = kernel?.name ?? standard?.[0] ?? item?.fullName ?? name;
    const fields = new Map<string, FieldView>();
    const put = (field: FieldView): void => void fields.set(field.name.toLowerCase(), field);

    for (const [field, code] of Object.entries(standard?.[1].fields ?? {}))
      put(catalogueField(canonical, field, code, standard?.[1].parents ?? {}));
    if (custom) for (const field of systemFields(item?.element)) put(field);
    for (const def of kernel?.fields.values() ?? [])
      put(kernelField(def, (part) => kernel?.fields.has(part) ?? false));
    for (const field of this.list("CustomField")) {
      const [object, own] = splitName(field.fullName);
      if (object.toLowerCase() !== key(canonical) || field.element === undefined) continue;
      if (isCustomField(own)) put(this.#declaredField(own, field.element));
    }
    for (const gone of this.removed) {
      const prefix = `customfield ${canonical}.`.toLowerCase();
      if (gone.startsWith(prefix) && !this.#byName.has(gone)) fields.delete(gone.slice(prefix.length));
    }
    const sharing = item?.element && textOf(item.element, "sharingModel");
    return {
      name: canonical,
      custom,
      complete: custom || kernel !== undefined,
      field: (field) => fields.get(field.toLowerCase()),
      fields: () => [...fields.values()],
      childRelationship: (relationship) => this.#childRelationship(canonical, relationship),
      sharingModel: sharing ?? kernel?.sharing,
      enableHistory:
        item?.element !== undefined && child(item.element, "enableHistory") !== undefined
          ? flag(item.element, "enableHistory")
          : kernel?.enableHistory,
    };
  }

  #childRelationship(object: string, relationship: string): string | undefined {
    if (this.#relationships === undefined) {
      this.#relationships = new Map();
      for (const field of this.list("CustomField")) {
        const name = field.element && textOf(field.element, "relationshipName");
        const target = field.element && textOf(field.element, "referenceTo");
        if (!name || !target) continue;
        const known = this.#relationships.get(target.toLowerCase()) ?? new Map<string, string>();
        known.set(`${name}__r`.toLowerCase(), splitName(field.fullName)[0]);
        this.#relationships.set(target.toLowerCase(), known);
      }
    }
    const declared = this.#relationships.get(object.toLowerCase())?.get(relationship.toLowerCase());
    if (declared !== undefined) return declared;
    for (const [name, target] of Object.entries(catalogueObject(object)?.[1].children ?? {}))
      if (name.toLowerCase() === relationship.toLowerCase()) return target;
    for (const def of this.org.schema.objects())
      for (const field of def.fields.values())
        if (
          field.childRelationshipName?.toLowerCase() === relationship.toLowerCase() &&
          field.referenceTo?.includes(object)
        )
          return def.name;
    return undefined;
  }

  #declaredField(name: string, element: XmlElement): FieldView {
    const formula = textOf(element, "formula");
    const kind = textOf(element, "type") ?? "Unknown";
    const length = textOf(element, "length");
    const relationshipName = /__c$/.test(name) ? name.replace(/__c$/, "__r") : undefined;
    return {
      name,
      kind,
      custom: true,
      required: flag(element, "required") || kind === "MasterDetail",
      formula: formula !== undefined,
      calculated: formula !== undefined || kind === "Summary" || kind === "AutoNumber",
      referenceTo: all(element, "referenceTo").map((target) => target.text.trim()),
      values: this.#valuesOf(element),
      ...(relationshipName === undefined ? {} : { relationshipName }),
      ...(length === undefined ? {} : { length: Number(length) }),
      element,
    };
  }

  #valuesOf(element: XmlElement): string[] | undefined {
    const set = child(element, "valueSet");
    if (set === undefined) return undefined;
    const name = textOf(set, "valueSetName");
    if (name !== undefined) {
      const item = this.find("GlobalValueSet", name);
      if (item?.element === undefined) return undefined;
      return all(item.element, "customValue").map((value) => decodeName(textOf(value, "fullName") ?? ""));
    }
    const definition = child(set, "valueSetDefinition");
    if (definition === undefined) return undefined;
    return all(definition, "value").map((value) => decodeName(textOf(value, "fullName") ?? ""));
  }
}

const key = (name: string): string => name.toLowerCase();
export const isCustomField = (name: string): boolean => /__(c|pc|latitude__s|longitude__s)$/i.test(name);
/** Values are kept URL-encoded in record types and value sets (`didn%27t`). */
export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
/** `Thing__c.Note__c` → its object and the rest. */
export function splitName(fullName: string): [object: string, rest: string] {
  const dot = fullName.indexOf(".");
  return dot < 0 ? ["", fullName] : [fullName.slice(0, dot), fullName.slice(dot + 1)];
}

const plain = (name: string, kind: FieldKind, more: Partial<FieldView> = {}): FieldView => ({
  name,
  kind,
  custom: false,
  required: false,
  formula: false,
  calculated: false,
  referenceTo: [],
  values: undefined,
  ...more,
});

function systemFields(object: XmlElement | undefined): FieldView[] {
  const nameField = object && child(object, "nameField");
  const kind = (nameField && textOf(nameField, "type")) === "AutoNumber" ? "AutoNumber" : "Text";
  const calculated = { calculated: true };
  return [
    plain("Id", "Id", calculated),
    plain("Name", kind, { required: true, calculated: kind === "AutoNumber" }),
    plain("OwnerId", "Lookup", { required: true, referenceTo: ["User", "Group"], relationshipName: "Owner" }),
    plain("RecordTypeId", "Lookup", { referenceTo: ["RecordType"], relationshipName: "RecordType" }),
    plain("CurrencyIsoCode", "Picklist"),
    plain("CreatedById", "Lookup", { ...calculated, referenceTo: ["User"], relationshipName: "CreatedBy" }),
    plain("CreatedDate", "DateTime", calculated),
    plain("LastModifiedById", "Lookup", {
      ...calculated,
      referenceTo: ["User"],
      relationshipName: "LastModifiedBy",
    }),
    plain("LastModifiedDate", "DateTime", calculated),
    plain("SystemModstamp", "DateTime", calculated),
    plain("LastActivityDate", "Date", calculated),
    plain("LastViewedDate", "DateTime", calculated),
    plain("LastReferencedDate", "DateTime", calculated),
    plain("IsDeleted", "Checkbox", calculated),
  ];
}

function catalogueField(
  object: string,
  name: string,
  code: string,
  parents: Record<string, string>,
): FieldView {
  const part = addressOf(name, () => false);
  const required = code.endsWith("!") && !["b", "d"].includes(code[0] ?? "");
  const base = { required, ...(part === undefined ? {} : { partOf: part }) };
  if (name === "Id") return plain(name, "Id", { calculated: true });
  if (name === "RecordTypeId")
    return plain(name, "Lookup", { referenceTo: ["RecordType"], relationshipName: "RecordType" });
  if (code.startsWith("l")) {
    const relationshipName = name.slice(0, -2);
    const target = parents[relationshipName] ?? "Name";
    return plain(name, "Lookup", {
      ...base,
      referenceTo: target === "Name" ? ["User", "Group"] : [target],
      relationshipName,
    });
  }
  if (standardPicklists.has(`${object}.${name}`)) return plain(name, "Picklist", base);
  if (code.startsWith("s"))
    return plain(
      name,
      /Email$/.test(name)
        ? "Email"
        : /Phone$|^Fax$|Mobile$/.test(name)
          ? "Phone"
          : /^Description$|Comments$|Body$/.test(name)
            ? "LongTextArea"
            : /Website|Url$/i.test(name)
              ? "Url"
              : "Text",
      base,
    );
  if (code.startsWith("b")) return plain(name, "Checkbox", base);
  if (code.startsWith("n"))
    return plain(name, /Revenue|Amount|Price|Cost/.test(name) ? "Currency" : "Number", base);
  if (code.startsWith("d"))
    return plain(name, dateTimes.test(name) && !/Activity|Birth/.test(name) ? "DateTime" : "Date", base);
  if (code.startsWith("a")) return plain(name, "Address", base);
  return plain(name, "Unknown", base);
}

function kernelField(def: FieldDef, has: (name: string) => boolean): FieldView {
  const part = addressOf(def.name, has);
  const long = def.type === "textarea" && (def.length ?? 0) > 255;
  return plain(def.name, def.metadataType ?? (long ? "LongTextArea" : kernelKinds[def.type]), {
    custom: def.custom,
    required: !def.nillable && def.type !== "boolean" && def.createable,
    formula: def.formula !== undefined,
    calculated:
      def.formula !== undefined || def.autoNumber !== undefined || (!def.createable && !def.updateable),
    referenceTo: def.referenceTo ?? [],
    values: def.picklist?.values.map((value) => value.value),
    ...(part === undefined ? {} : { partOf: part }),
    ...(def.relationshipName === undefined ? {} : { relationshipName: def.relationshipName }),
    ...(def.length === undefined ? {} : { length: def.length }),
  });
}

const parsed = new WeakMap<Component, Item>();
/** A stored component as an item: children are kept as a fragment of their parent's file. */
export function storedItem(component: Component): Item {
  const known = parsed.get(component);
  if (known !== undefined) return known;
  const child = childType(component.type);
  const parent = parentOf(component.type);
  const path =
    [...component.files.keys()].find((file) => file.endsWith("-meta.xml")) ??
    [...component.files.keys()].find((file) => !file.startsWith("compiled/")) ??
    "";
  const content = component.files.get(path);
  let source = "";
  let element: XmlElement | undefined;
  if (content !== undefined) {
    source = text(content);
    try {
      const root = parseXml(source);
      element =
        child === undefined
          ? root
          : root.children.find((candidate) => localName(candidate) === child.element);
    } catch {
      element = undefined; // a content file without metadata
    }
  }
  const item: Item = {
    type: component.type,
    fullName: component.fullName,
    file: path || `${parent?.directoryName ?? ""}/${component.fullName}`,
    element,
    source,
    files: component.files,
  };
  parsed.set(component, item);
  return item;
}
