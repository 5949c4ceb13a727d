import type { ColumnBuilderCallback, Expression } from "kysely";
import { sql } from "kysely";

/** What the two stores spell differently. */
export interface Columns {
  /** An integer wide enough for ms since the epoch and for commit numbers. */
  instant: "integer" | "bigint";
  /** A key that the store counts up, never reusing a number. */
  id: { type: "integer" | Expression<unknown>; with: ColumnBuilderCallback };
}

export const columnsOf: Record<"sqlite" | "postgres", Columns> = {
  sqlite: { instant: "integer", id: { type: "integer", with: (c) => c.primaryKey().autoIncrement() } },
  postgres: {
    instant: "bigint",
    id: { type: sql`bigint generated always as identity`, with: (c) => c.primaryKey() },
  },
};
