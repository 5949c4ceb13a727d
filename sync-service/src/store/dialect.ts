import { PostgresAdapter, type Kysely } from "kysely";
import type { Database } from "./schema.ts";

/** Whether rows can be locked and skipped: PostgreSQL. SQLite has one writer, which needs neither. */
export const locksRows = (db: Kysely<Database>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;
