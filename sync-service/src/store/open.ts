import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import {
  CompiledQuery,
  Kysely,
  PostgresDialect,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
} from "kysely";
import pg from "pg";
import { lockFor } from "./lock.ts";
import { migrate, StoreError } from "./migrate.ts";
import type { Database } from "./schema.ts";

export { StoreError };

export interface Store {
  db: Kysely<Database>;
  kind: "sqlite" | "postgres";
  /** The embedded store's file; null on PostgreSQL. */
  file: string | null;
  /** The pool, for LISTEN/NOTIFY; null on SQLite. */
  pool: pg.Pool | null;
  close(): Promise<void>;
}

export type StorePlace = { databaseUrl: string } | { file: string };
export interface OpenOptions {
  /** This process serves: on an embedded store, a second one is refused. */
  serving?: boolean;
  /** Connections on PostgreSQL. */
  connections?: number;
}

/**
 * Opens the store and brings it forward.
 * @throws StoreError when it cannot be reached, is newer than this version, or is being served from already
 */
export async function openStore(place: StorePlace, options: OpenOptions = {}): Promise<Store> {
  const store =
    "databaseUrl" in place ? openPostgres(place.databaseUrl, options) : openSqlite(place.file, options);
  try {
    await migrate(store.db, store.kind);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

function openSqlite(file: string, { serving = false }: OpenOptions): Store {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = serving ? lockFor(file) : null;
  const fresh = !existsSync(file);
  let database: SQLite.Database;
  try {
    // commands and the service take turns at writing; each waits this long for the other
    database = new SQLite(file, { timeout: 10_000 });
    if (fresh) database.pragma("auto_vacuum = INCREMENTAL");
    database.pragma("journal_mode = WAL");
    // an acknowledged event has reached the disk, not only the operating system
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma("cache_size = -65536");
  } catch (error) {
    lock?.release();
    throw new StoreError(`The store ${file} could not be opened: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const db = new Kysely<Database>({ dialect: new ImmediateSqliteDialect({ database }) });
  return {
    db,
    kind: "sqlite",
    file,
    pool: null,
    async close() {
      await db.destroy();
      if (database.open) database.close();
      lock?.release();
    },
  };
}

/**
 * A transaction takes the write lock when it begins: one that first reads and then finds the lock taken by another
 * process would fail at its first write instead of waiting for its turn.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: { database: SQLite.Database };
  constructor(config: { database: SQLite.Database }) {
    super(config);
    this.#config = config;
  }
  override createDriver() {
    return new ImmediateSqliteDriver(this.#config);
  }
}
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}

function openPostgres(databaseUrl: string, { connections = 10 }: OpenOptions): Store {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    // bigint as a number: instants and commit numbers stay far below 2^53
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as "text"),
    } as pg.CustomTypesConfig,
  });
  // an idle connection that breaks is replaced by the pool; without a listener it would end the process
  pool.on("error", () => {});
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, kind: "postgres", file: null, pool, close: () => db.destroy() };
}
