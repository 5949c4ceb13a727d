import { PostgresAdapter, type Kysely } from "kysely";
import type { Database } from "./schema.ts";

/** Whether the store can lock rows and skip locked ones. PostgreSQL can. SQLite has one writer and needs no row locks. */
export const locksRows = (db: Kysely<Database>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;
