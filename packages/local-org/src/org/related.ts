import { relationshipField } from "./formulas.ts";
import type { OrgSchema } from "./schema.ts";
import type { Table } from "./table.ts";
import type { ObjectDef, Row } from "./types.ts";

interface Rows {
  readonly schema: OrgSchema;
  table(object: string): Table;
}

/** Finds the row of a lookup, even if the lookup has several target objects. */
export function parentRow(
  rows: Rows,
  object: ObjectDef,
  row: Row,
  relationship: string,
): { object: ObjectDef; row: Row } | undefined {
  const field = relationshipField(object, relationship);
  const id = field && row[field.name];
  if (typeof id !== "string") return undefined;
  const def = rows.schema.objectByKeyPrefix(id.slice(0, 3));
  const found = def && rows.table(def.name).get(id);
  return def !== undefined && found !== undefined ? { object: def, row: found } : undefined;
}
