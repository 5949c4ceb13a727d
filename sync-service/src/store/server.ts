import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import pg from "pg";
import { systemClock } from "../runtime.ts";
import { addressFault, serverOf } from "./address.ts";
import { StoreError } from "./migrate.ts";
import type { Database } from "./schema.ts";
import type { OpenOptions, Store } from "./store.ts";
import { StoreWatch } from "./watch.ts";
import { commit, watching } from "./watching.ts";

/** A server that does not answer within this time counts as down, ms. */
const connectWithin = 10_000;
/** PostgreSQL ends a silent transaction after this long, ms, because another instance may wait for its locks. */
const letGoAfter = 60_000;

type ServerPlace = { databaseUrl: string; directUrl?: string };

/**
 * Opens a PostgreSQL, or a pooler before one.
 * @throws StoreError if the address names several hosts, or if a standby answers where the store must be written
 */
export async function openServer(place: ServerPlace, options: OpenOptions): Promise<Store> {
  for (const address of [place.databaseUrl, place.directUrl ?? place.databaseUrl]) {
    const fault = addressFault(address);
    if (fault !== null) throw new StoreError(`The address of the database cannot be used: ${fault}.`);
  }
  const store = openPostgres(place, options, { pooler: false });
  const met = await meet(store);
  if (met === "standby" && !options.readOnly) {
    await store.close();
    throw new StoreError(
      `The PostgreSQL at ${serverOf(place.databaseUrl)} is a standby and takes no writes. Give the address of the primary, or of an HAProxy that follows it.`,
    );
  }
  if (met !== "pooler") return store;
  await store.close();
  const pooled = openPostgres(place, options, { pooler: true });
  return { ...pooled, lacks: await lacksOf(pooled, place) };
}

/** A pooler takes no parameters at the start, and shares a connection among several clients. */
async function lacksOf({ db }: Store, { directUrl }: ServerPlace): Promise<string[]> {
  const { rows } = await sql<{
    limit: string;
  }>`select current_setting('idle_in_transaction_session_timeout') as "limit"`.execute(db);
  return [
    ...(rows[0]?.limit === "0"
      ? [
          `No silent transaction is ended. Set idle_in_transaction_session_timeout = '${letGoAfter / 1000}s' for the database's user.`,
        ]
      : []),
    ...(directUrl === undefined
      ? ["No announcement is heard. Set DATABASE_DIRECT_URL to PostgreSQL's own address, past the pooler."]
      : []),
  ];
}

/** Who answers. `silent`: an error that the first use of the store meets again, and says better. */
async function meet({ db }: Store): Promise<"primary" | "standby" | "pooler" | "silent"> {
  try {
    const { rows } = await sql<{ standby: boolean }>`select pg_is_in_recovery() as standby`.execute(db);
    return rows[0]?.standby ? "standby" : "primary";
  } catch (error) {
    return /unsupported startup parameter/.test((error as Error).message) ? "pooler" : "silent";
  }
}

function openPostgres(
  { databaseUrl, directUrl }: ServerPlace,
  { connections = 10, readOnly = false, clock = systemClock }: OpenOptions,
  { pooler }: { pooler: boolean },
): Store {
  const watch = new StoreWatch(clock);
  const pool = poolOf(databaseUrl, { max: connections, ...(pooler ? {} : parameters(readOnly)) });
  // one connection to listen on, and one to open it again
  const direct = directUrl === undefined ? null : poolOf(directUrl, { max: 2, ...parameters(readOnly) });
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
    pool: direct ?? pool,
    lacks: [],
    place: { databaseUrl, ...(directUrl === undefined ? {} : { directUrl }) },
    watch,
    probe: () => commit(db, sql`select pg_current_xact_id()`),
    close: async () => void (await Promise.all([db.destroy(), direct?.end()])),
  };
}

const parameters = (readOnly: boolean): pg.PoolConfig => ({
  idle_in_transaction_session_timeout: letGoAfter,
  ...(readOnly ? { options: "-c default_transaction_read_only=on" } : {}),
});

function poolOf(connectionString: string, config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: connectWithin,
    keepAlive: true,
    // we send statements without waiting for earlier answers
    pipeline: true,
    // we read bigint as a number, because instants and commit numbers stay far below 2^53
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === 20 ? Number : pg.types.getTypeParser(oid, format as "text"),
    } as pg.CustomTypesConfig,
    ...config,
  });
  // An idle connection that breaks emits an event, which would end the process if nobody listened. The next user of
  // the connection gets an error anyway.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
