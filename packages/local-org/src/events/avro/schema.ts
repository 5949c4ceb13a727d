/** Event schemas as Salesforce generates them: the header first, then every field of the object, each able to be null. */
import { createHash } from "node:crypto";
import { changeEventHeader } from "@compromiso/pubsub-api";
import avro from "avsc";
import type { FieldDef, ObjectDef } from "../../org/types.ts";
import { carried, changeEventName, eventFields, type EventField } from "../capture/fields.ts";

const NAMESPACE = "com.sforce.eventbus";

export interface EventSchema {
  /** Fingerprint of the schema; also its `uuid`. */
  id: string;
  json: string;
  type: avro.Type;
  /** In the record's order, without the header: bit n of a bitmap is field n − 1. */
  fields: EventField[];
}

type AvroField = { name: string; type: unknown; doc?: string; default?: null };

export function changeEventSchema(object: ObjectDef): EventSchema {
  const fields = eventFields(object);
  const named = new Set<string>();
  return finish(changeEventName(object.name), fields, [
    { name: "ChangeEventHeader", type: changeEventHeader },
    ...fields.map((field) => avroField(field, object, named)),
  ]);
}

export function platformEventSchema(object: ObjectDef): EventSchema {
  const fields = [...object.fields.values()]
    .filter((field) => field.name.endsWith("__c") && carried(field))
    .map((field): EventField => ({ kind: "simple", name: field.name, field }));
  return finish(object.name, fields, [
    { name: "CreatedDate", type: "long", doc: "CreatedDate:DateTime" },
    { name: "CreatedById", type: "string", doc: "CreatedBy:EntityId" },
    ...fields.map((field) => avroField(field, object, new Set())),
  ]);
}

function finish(name: string, fields: EventField[], avroFields: AvroField[]): EventSchema {
  const schema = { name, namespace: NAMESPACE, type: "record", fields: avroFields };
  const id = createHash("md5").update(JSON.stringify(schema)).digest("base64url");
  const json = JSON.stringify({ ...schema, uuid: id });
  return { id, json, type: avro.Type.forSchema(JSON.parse(json), { wrapUnions: false }), fields };
}

/** A named type is written out where it first occurs and only named after. */
function avroField(field: EventField, object: ObjectDef, named: Set<string>): AvroField {
  if (field.kind === "compound") {
    const parts = field.parts.map((part) => [part.part, part.field] as const);
    return nullable(field.name, record(field.shape, parts, named), `Data:${field.shape}`);
  }
  if (object.name === "Account" && field.name === "Name") {
    const parts = ["Salutation", "FirstName", "LastName", "MiddleName", "InformalName", "Suffix"];
    const person = record(
      "Switchable_PersonName",
      parts.map((part) => [part, undefined] as const),
      named,
    );
    return {
      name: "Name",
      type: ["null", "string", person],
      doc: "Data:Switchable_PersonName",
      default: null,
    };
  }
  return nullable(field.name, avroType(field.field), docOf(field.field));
}

function record(
  name: string,
  parts: (readonly [string, FieldDef | undefined])[],
  named: Set<string>,
): unknown {
  if (named.has(name)) return `${NAMESPACE}.${name}`;
  named.add(name);
  return {
    type: "record",
    name,
    fields: parts.map(([part, field]) => nullable(part, field ? avroType(field) : "string")),
  };
}

function nullable(name: string, type: unknown, doc?: string): AvroField {
  return { name, type: ["null", type], ...(doc ? { doc } : {}), default: null };
}

function avroType(field: FieldDef): string {
  switch (field.type) {
    case "boolean":
      return "boolean";
    case "int":
      return "int";
    case "double":
    case "currency":
    case "percent":
      return "double";
    case "date":
    case "datetime":
    case "time":
      return "long";
    default:
      return "string";
  }
}

/** What kind of field it is, which the Avro type alone does not tell: `Data:DateOnly`. */
function docOf(field: FieldDef): string {
  switch (field.name) {
    case "CreatedDate":
    case "LastModifiedDate":
      return `${field.name}:DateTime`;
    case "CreatedById":
      return "CreatedBy:EntityId";
    case "LastModifiedById":
      return "LastModifiedBy:EntityId";
  }
  const DATA: Partial<Record<FieldDef["type"], string>> = {
    boolean: "Boolean",
    int: "Integer",
    double: "Double",
    currency: "Currency",
    percent: "Percent",
    date: "DateOnly",
    datetime: "DateTime",
    time: "TimeOnly",
    picklist: "DynamicEnum",
    multipicklist: "MultiEnum",
    combobox: "Text",
    textarea: "StringPlusClob",
    email: "Email",
    phone: "Phone",
    url: "Url",
    encryptedstring: "SfdcEncryptedText",
  };
  return field.type === "reference" ? "ForeignKey:EntityId" : `Data:${DATA[field.type] ?? "Text"}`;
}
