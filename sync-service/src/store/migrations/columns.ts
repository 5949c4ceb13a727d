import type { ColumnBuilderCallback, CreateTableBuilder, Expression } from "kysely";
import { sql } from "kysely";

/** What the two stores spell differently. */
export interface Columns {
  /** An integer wide enough for ms since the epoch and for commit numbers. */
  instant: "integer" | "bigint";
  /** A key that the store counts up, never reusing a number. */
  id: { type: "integer" | Expression<unknown>; with: ColumnBuilderCallback };
  /** Small rows that are written in numbers: kept in their key's own order, one page to write instead of two. */
  byKey<Table extends CreateTableBuilder<string, string>>(table: Table): Table;
}

export const columnsOf: Record<"sqlite" | "postgres", Columns> = {
  sqlite: {
    instant: "integer",
    id: { type: "integer", with: (c) => c.primaryKey().autoIncrement() },
    byKey: (table) => table.modifyEnd(sql`without rowid`) as typeof table,
  },
  postgres: {
    instant: "bigint",
    id: { type: sql`bigint generated always as identity`, with: (c) => c.primaryKey() },
    byKey: (table) => table,
  },
};
