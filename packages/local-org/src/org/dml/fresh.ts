/** New rows, before anybody has filled them. */
import type { Work } from "./kernel.ts";
import type { FieldDef, ObjectDef, Row } from "../types.ts";

/** Makes an empty row with all fields in the definition's order, so that all rows share one shape in memory. */
export function blank(object: ObjectDef): Row {
  const row: Row = { Id: "" };
  for (const field of object.fields.values())
    if (field.formula === undefined && field.name !== "Id")
      row[field.name] = field.type === "boolean" ? false : null;
  return row;
}

export function stampNew(work: Work, object: ObjectDef, row: Row, given: Map<FieldDef, unknown>): void {
  const set = (name: string, value: string | number): void => {
    const field = object.fields.get(name);
    if (field !== undefined && (!given.has(field) || row[name] === null)) row[name] = value;
  };
  const { caller, at } = work;
  set("CreatedDate", at);
  set("CreatedById", caller.userId);
  set("LastModifiedDate", at);
  set("LastModifiedById", caller.userId);
  if (object.fields.has("SystemModstamp")) row.SystemModstamp = at;
}

/** Makes a row that the org itself adds to a save: nobody sent it, so nothing is checked. */
export function addRow(work: Work, name: string, fields: Record<string, Row[string]>): Row | undefined {
  const object = work.kernel.schema.object(name);
  if (object === undefined) return undefined;
  const row: Row = { ...blank(object), ...fields, Id: work.kernel.nextId(object) };
  stampNew(work, object, row, new Map());
  work.put(object, null, row, "CREATE");
  return row;
}
