/** Fields whose value is an address: bytes are fetched where it points, and are never part of a record. */
import type { FieldDef, ObjectDef, Row, Value } from "./types.ts";

export function addressOf(
  object: ObjectDef,
  field: FieldDef,
  instanceUrl: string,
  api: string,
): ((row: Row) => Value) | undefined {
  if (field.download !== undefined) return (row) => `${instanceUrl}${field.download}${row.Id}`;
  if (field.type !== "base64") return undefined;
  const version = /(\d+\.\d)/.exec(api)?.[1] ?? "66.0";
  return (row) =>
    (row[field.name] ?? null) === null
      ? null
      : `/services/data/v${version}/sobjects/${object.name}/${row.Id}/${field.name}`;
}
