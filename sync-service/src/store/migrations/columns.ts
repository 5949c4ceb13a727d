import type { ColumnBuilderCallback, CreateTableBuilder, Expression } from "kysely";
import { sql } from "kysely";

/** The column types that the two stores spell differently. */
export interface Columns {
  /** A 64-bit integer, for ms since the epoch and for commit numbers. */
  instant: "integer" | "bigint";
  /** A key that the store counts up. It never uses a number twice. */
  id: { type: "integer" | Expression<unknown>; with: ColumnBuilderCallback };
  /** True where a database can spread a table's rows over partitions, by what its key begins with. */
  spread: boolean;
  /** For tables with many small rows. SQLite then stores rows by their key and writes one page instead of two. */
  byKey<Table extends CreateTableBuilder<string, string>>(table: Table): Table;
}

export const columnsOf: Record<"sqlite" | "postgres", Columns> = {
  sqlite: {
    instant: "integer",
    id: { type: "integer", with: (c) => c.primaryKey().autoIncrement() },
    spread: false,
    byKey: (table) => table.modifyEnd(sql`without rowid`) as typeof table,
  },
  postgres: {
    instant: "bigint",
    id: { type: sql`bigint generated always as identity`, with: (c) => c.primaryKey() },
    spread: true,
    byKey: (table) => table,
  },
};
