import type { FieldDef, Id, Value } from "../../org/types.ts";
import type { ChangeEvent, PlatformEvent } from "../event.ts";
import { bitmapsOf } from "./bitmap.ts";
import type { EventSchema } from "./schema.ts";

export function encodeChange(event: ChangeEvent, schema: EventSchema): Buffer {
  const { header, fields } = event;
  const record: Record<string, unknown> = {
    ChangeEventHeader: {
      ...header,
      nulledFields: bitmapsOf(header.nulledFields, schema.fields),
      diffFields: bitmapsOf(header.diffFields, schema.fields),
      changedFields: bitmapsOf(header.changedFields, schema.fields),
    },
  };
  const difference = new Set(header.diffFields);
  const valueOf = (field: FieldDef) => {
    const value = fields[field.name] ?? null;
    return difference.has(field.name) ? value : avroValue(field, value);
  };
  for (const field of schema.fields) {
    if (field.kind === "simple") {
      record[field.name] = valueOf(field.field);
      continue;
    }
    const present = field.parts.some((part) => fields[part.field.name] !== undefined);
    record[field.name] = present
      ? Object.fromEntries(field.parts.map((part) => [part.part, valueOf(part.field)]))
      : null;
  }
  return schema.type.toBuffer(record);
}

export function encodePlatform(event: PlatformEvent, schema: EventSchema, createdAt: number): Buffer {
  const record: Record<string, unknown> = {
    CreatedDate: event.fields.CreatedDate ?? createdAt,
    CreatedById: event.fields.CreatedById ?? "",
  };
  for (const field of schema.fields) {
    if (field.kind === "simple") {
      record[field.name] = avroValue(field.field, event.fields[field.name] ?? null);
    }
  }
  return schema.type.toBuffer(record);
}

/** The kernel's values of a published platform event. Throws on bytes that are not of the schema. */
export function decodePlatform(
  payload: Uint8Array,
  schema: EventSchema,
  createdById: Id,
  now: number,
): Record<string, Value> {
  const record = schema.type.fromBuffer(Buffer.from(payload)) as Record<string, Value>;
  const fields: Record<string, Value> = { CreatedDate: now, CreatedById: createdById };
  for (const field of schema.fields) {
    const value = record[field.name];
    if (field.kind !== "simple" || value === null || value === undefined) continue;
    fields[field.name] =
      field.field.type === "date" && typeof value === "number"
        ? new Date(value).toISOString().slice(0, "YYYY-MM-DD".length)
        : value;
  }
  return fields;
}

/** Dates and times are longs in Avro: ms since the epoch, a date at midnight UTC, a time since midnight. */
function avroValue(field: FieldDef, value: Value): unknown {
  if (value === null) return null;
  switch (field.type) {
    case "date":
    case "datetime":
      return typeof value === "number" ? value : Date.parse(String(value));
    case "time":
      return typeof value === "number"
        ? value
        : Date.parse(`1970-01-01T${String(value).replace(/Z?$/, "Z")}`);
    case "int":
      return Math.trunc(Number(value));
    case "double":
    case "currency":
    case "percent":
      return Number(value);
    case "boolean":
      return Boolean(value);
    default:
      return String(value);
  }
}
