import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import { Kysely, sql } from "kysely";
import { systemClock, type WallClock } from "../runtime.ts";
import { checkpointAfter } from "./checkpoints.ts";
import { EmbeddedDialect, standsStillFor, waitsForWriter, type StoreSeam } from "./embedded.ts";
import { lockFor, mustHaveOneName } from "./lock.ts";
import { migrate, StoreError } from "./migrate.ts";
import { openServer } from "./server.ts";
import type { OpenOptions, Store, StorePlace } from "./store.ts";
import { commit, watching } from "./watching.ts";
import type { Database } from "./schema.ts";
import { StoreWatch } from "./watch.ts";

export { StoreError };
export type { Store, StorePlace } from "./store.ts";

/**
 * Opens the store and migrates it.
 * @throws StoreError if we cannot reach it, if it is newer than this version, or if another process serves from it
 */
export async function openStore(place: StorePlace, options: OpenOptions = {}): Promise<Store> {
  const store = "databaseUrl" in place ? await openServer(place, options) : openSqlite(place.file, options);
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
    lacks: [],
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
