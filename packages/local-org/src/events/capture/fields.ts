import type { FieldDef, ObjectDef } from "../../org/types.ts";

/** A field of a change event: one of the object's, or a compound of several (`Name`, `BillingAddress`). */
export type EventField =
  | { kind: "simple"; name: string; field: FieldDef }
  | { kind: "compound"; name: string; shape: "Address" | "PersonName"; parts: EventPart[] };

/** `part` is its name inside the compound (`Street`), `field` the object's own (`BillingStreet`). */
export interface EventPart {
  part: string;
  field: FieldDef;
}

const ADDRESS_PARTS = [
  "Street",
  "City",
  "State",
  "PostalCode",
  "Country",
  "StateCode",
  "CountryCode",
  "Latitude",
  "Longitude",
  "GeocodeAccuracy",
];
const PERSON_PARTS = ["Salutation", "FirstName", "LastName", "MiddleName", "InformalName", "Suffix"];

/** System fields that change events leave out. */
const NEVER = new Set([
  "Id",
  "IsDeleted",
  "SystemModstamp",
  "LastViewedDate",
  "LastReferencedDate",
  "LastActivityDate",
  // Written through a case, kept as a comment.
  "Comments",
]);

export function carried(field: FieldDef): boolean {
  return (
    field.formula === undefined && field.type !== "id" && field.type !== "base64" && !NEVER.has(field.name)
  );
}

/** The event's fields in schema order, compounds at the place of their first part. */
export function eventFields(object: ObjectDef): EventField[] {
  const fields = [...object.fields.values()].filter(carried);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const parts = new Map<string, EventField & { kind: "compound" }>();
  const compound = (
    name: string,
    shape: "Address" | "PersonName",
    members: [string, FieldDef | undefined][],
  ) => {
    const present = members.flatMap(([part, field]) => (field ? [{ part, field }] : []));
    if (present.length === 0) return;
    const made = { kind: "compound" as const, name, shape, parts: present };
    for (const { field } of present) parts.set(field.name, made);
  };

  if (byName.has("LastName")) {
    compound(
      "Name",
      "PersonName",
      PERSON_PARTS.map((part) => [part, byName.get(part)]),
    );
  }
  for (const field of fields) {
    const prefix = /^(.*)Street(__s)?$/.exec(field.name);
    if (!prefix || !byName.has(`${prefix[1]}City${prefix[2] ?? ""}`)) continue;
    compound(
      `${prefix[1]}Address`,
      "Address",
      ADDRESS_PARTS.map((part) => [part, byName.get(`${prefix[1]}${part}${prefix[2] ?? ""}`)]),
    );
  }

  const compounds = new Set([...parts.values()].map(({ name }) => name));
  const told = new Set<string>();
  const result: EventField[] = [];
  for (const field of fields) {
    const within = parts.get(field.name);
    if (within) {
      if (told.has(within.name)) continue;
      told.add(within.name);
      result.push(within);
    } else if (!compounds.has(field.name) && field.type !== "address") {
      result.push({ kind: "simple", name: field.name, field });
    }
  }
  return result;
}

/** `CaseChangeEvent`, `Support_Contract__ChangeEvent`. */
export function changeEventName(objectName: string): string {
  return objectName.endsWith("__c")
    ? `${objectName.slice(0, -"__c".length)}__ChangeEvent`
    : `${objectName}ChangeEvent`;
}

/** The object a change event is about, or undefined when the name is not one of a change event. */
export function objectOfChangeEvent(name: string): string | undefined {
  if (name.endsWith("__ChangeEvent")) return `${name.slice(0, -"__ChangeEvent".length)}__c`;
  if (name.endsWith("ChangeEvent") && name !== "ChangeEvent") return name.slice(0, -"ChangeEvent".length);
  return undefined;
}
