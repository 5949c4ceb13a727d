import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import { Kysely, PostgresDialect, type Logger, type PostgresPool, type RawBuilder, sql } from "kysely";
import pg from "pg";
import { systemClock, type WallClock } from "../runtime.ts";
import { checkpointAfter } from "./checkpoints.ts";
import { EmbeddedDialect, standsStillFor, waitsForWriter, type StoreSeam } from "./embedded.ts";
import { lockFor, mustHaveOneName } from "./lock.ts";
import { migrate, StoreError } from "./migrate.ts";
import type { Database } from "./schema.ts";
import { StoreWatch } from "./watch.ts";

export { StoreError };

export interface Store {
  db: Kysely<Database>;
  kind: "sqlite" | "postgres";
  /** The embedded store's file. null on PostgreSQL. */
  file: string | null;
  /** The pool, for LISTEN and NOTIFY. null on SQLite. */
  pool: pg.Pool | null;
  /** The health of the store: whether it accepts writes. */
  watch: StoreWatch;
  /** Tries the store with an empty write. Rejects if the store refuses it. */
  probe(): Promise<void>;
  /** The address with which you can open the store once more. */
  place: StorePlace;
  close(): Promise<void>;
}

export type StorePlace = { databaseUrl: string } | { file: string };
export interface OpenOptions {
  /** True if this process serves. An embedded store refuses a second process that serves. */
  serving?: boolean;
  /** The number of connections on PostgreSQL. */
  connections?: number;
  clock?: WallClock;
  /** Opens the store for reading only, and does not migrate it. */
  readOnly?: boolean;
}

/**
 * Opens the store and migrates it.
 * @throws StoreError if we cannot reach it, if it is newer than this version, or if another process serves from it
 */
export async function openStore(place: StorePlace, options: OpenOptions = {}): Promise<Store> {
  const store =
    "databaseUrl" in place ? openPostgres(place.databaseUrl, options) : openSqlite(place.file, options);
  if (options.readOnly) return store;
  try {
    await migrate(store.db, store.kind);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

function openSqlite(
  file: string,
  { serving = false, readOnly = false, clock = systemClock }: OpenOptions,
): Store {
  if (!readOnly) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (serving) mustHaveOneName(file);
  const lock = serving ? lockFor(file) : null;
  const fresh = !existsSync(file);
  let database: SQLite.Database;
  try {
    // commands and the service take turns at writing, and each waits this long for the other
    database = new SQLite(file, { timeout: waitsForWriter, readonly: readOnly });
    if (fresh) database.pragma("auto_vacuum = INCREMENTAL");
    if (!readOnly) database.pragma("journal_mode = WAL");
    // an event that we acknowledge is on the disk, not only in the operating system
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma("cache_size = -65536");
    database.pragma(`wal_autocheckpoint = ${checkpointAfter}`);
    // from here on, waiting does not stop the process
    database.pragma(`busy_timeout = ${standsStillFor}`);
  } catch (error) {
    lock?.release();
    throw new StoreError(`The store ${file} could not be opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const store = storeOn(database, { file, clock });
  return {
    ...store,
    async close() {
      await store.close();
      lock?.release();
    },
  };
}

/** A store on a database that is open and migrated. */
export function storeOn(
  database: SQLite.Database,
  { file, clock = systemClock, seam }: { file: string; clock?: WallClock; seam?: StoreSeam },
): Store {
  const watch = new StoreWatch(clock);
  const db = new Kysely<Database>({
    dialect: new EmbeddedDialect(database, (error) => watch.failed(error), seam),
    log: watching(watch),
  });
  return {
    db,
    kind: "sqlite",
    file,
    pool: null,
    watch,
    // a number in the file's header that nothing else uses
    probe: () => commit(db, sql`pragma user_version = 0`),
    place: { file },
    async close() {
      await db.destroy();
      if (database.open) database.close();
    },
  };
}

const commit = (db: Kysely<Database>, statement: RawBuilder<unknown>) =>
  db.transaction().execute(async (tx) => void (await statement.execute(tx)));

/** Only a commit proves that the store accepts writes. A statement alone does not. */
const watching =
  (watch: StoreWatch): Logger =>
  (event) => {
    if (event.level === "error") watch.failed(event.error);
    else if (watch.trouble !== null && event.query.sql === "commit") watch.worked();
  };

/** A server that does not answer within this time counts as down, ms. */
const connectWithin = 10_000;
/** PostgreSQL ends a silent transaction after this long, ms, because another instance may wait for its locks. */
const letGoAfter = 60_000;

function openPostgres(
  databaseUrl: string,
  { connections = 10, readOnly = false, clock = systemClock }: OpenOptions,
): Store {
  const watch = new StoreWatch(clock);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: connectWithin,
    idle_in_transaction_session_timeout: letGoAfter,
    keepAlive: true,
    // we send statements without waiting for earlier answers
    pipeline: true,
    ...(readOnly ? { options: "-c default_transaction_read_only=on" } : {}),
    // we read bigint as a number, because instants and commit numbers stay far below 2^53
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as "text"),
    } as pg.CustomTypesConfig,
  });
  // An idle connection that breaks emits an event, which would end the process if nobody listened. The next user of
  // the connection gets an error anyway.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const connect = async () => {
    try {
      return await pool.connect();
    } catch (error) {
      throw watch.failed(error);
    }
  };
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: { connect, end: () => pool.end(), options: pool.options } as unknown as PostgresPool,
    }),
    log: watching(watch),
  });
  return {
    db,
    kind: "postgres",
    file: null,
    pool,
    place: { databaseUrl },
    watch,
    probe: () => commit(db, sql`select pg_current_xact_id()`),
    close: () => db.destroy(),
  };
}
