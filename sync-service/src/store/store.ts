import type { Kysely } from "kysely";
import type pg from "pg";
import type { WallClock } from "../runtime.ts";
import type { Database } from "./schema.ts";
import type { StoreWatch } from "./watch.ts";

export interface Store {
  db: Kysely<Database>;
  kind: "sqlite" | "postgres";
  /** The embedded store's file. null on PostgreSQL. */
  file: string | null;
  /** The pool for LISTEN: that of the direct address if there is one. null on SQLite. */
  pool: pg.Pool | null;
  /** What a pooler before PostgreSQL takes away, in sentences. */
  lacks: readonly string[];
  /** The health of the store: whether it accepts writes. */
  watch: StoreWatch;
  /** Tries the store with an empty write. Rejects if the store refuses it. */
  probe(): Promise<void>;
  /** The address with which you can open the store once more. */
  place: StorePlace;
  close(): Promise<void>;
}

/** `directUrl` is the server's own address, where `databaseUrl` is that of a pooler before it. */
export type StorePlace = { databaseUrl: string; directUrl?: string } | { file: string };
export interface OpenOptions {
  /** True if this process serves. An embedded store refuses a second process that serves. */
  serving?: boolean;
  /** The number of connections on PostgreSQL. */
  connections?: number;
  clock?: WallClock;
  /** Opens the store for reading only, and does not migrate it. */
  readOnly?: boolean;
}
