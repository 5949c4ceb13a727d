import { sql, type Kysely, type Transaction } from "kysely";
import type pg from "pg";
import { pause, type Runtime } from "../runtime.ts";
import { locksRows } from "../store/dialect.ts";
import { StorePatience } from "../store/patience.ts";
import type { Database } from "../store/schema.ts";

const clocksChannel = "compromiso_clocks";

/**
 * Tells every instance at the commit of this transaction that clocks have a new next instant. With an embedded store
 * there is one process, and the mirror's `Wake` tells it the same.
 */
export async function announceClocks(tx: Transaction<Database>, earliest: number): Promise<void> {
  if (earliest === Infinity || !locksRows(tx)) return;
  await sql`select pg_notify(${clocksChannel}, ${String(earliest)})`.execute(tx);
}

/** Announcements count as unheard if our own does not come back within this time, ms. */
const heardWithin = 5_000;
/** Between two announcements of our own that prove the way, ms. */
const provedEvery = 60_000;
/** How often we look while announcements do not arrive, ms. */
const lookEvery = 1_000;

interface Listening {
  /** False while announcements do not arrive, as behind a pooler: then we look every second. */
  readonly heard: boolean;
  close(): Promise<void>;
}

/**
 * Wakes at every announcement of every instance. It opens a broken connection again, and looks once after each
 * connect, because it may have missed an announcement. Behind a pooler LISTEN succeeds and hears nothing. So it proves
 * the way with an announcement of its own.
 */
export function listenForClocks(
  { db, pool }: { db: Kysely<Database>; pool: pg.Pool },
  runtime: Pick<Runtime, "clock" | "timers" | "log">,
  wake: () => void,
  within = heardWithin,
): Listening {
  const closing = new AbortController();
  const patience = new StorePatience(runtime, "clocks: listening for announcements");
  let heard = true;
  const said = (now: boolean) => {
    if (heard && !now)
      runtime.log.warn(
        {},
        "clocks: announcements do not arrive through the database's address, as behind a pooler; looking every second. Set DATABASE_DIRECT_URL to PostgreSQL's own address",
      );
    heard = now;
  };
  const listen = async () => {
    const client = await pool.connect();
    const ended = new AbortController();
    let failure: Error | null = null;
    const end = (error: Error) => {
      failure ??= error;
      ended.abort();
    };
    let arrived = 0;
    const notified = () => {
      arrived++;
      said(true);
      patience.worked();
      wake();
    };
    try {
      client.on("notification", notified);
      client.once("error", end);
      client.once("end", () => end(new Error("the server ended the connection")));
      const signal = AbortSignal.any([closing.signal, ended.signal]);
      await client.query(`listen ${clocksChannel}`);
      patience.worked();
      wake();
      while (!signal.aborted) {
        const before = arrived;
        await sql`select pg_notify(${clocksChannel}, '')`.execute(db);
        await pause(runtime.timers, within, signal);
        if (signal.aborted) break;
        said(arrived > before);
        for (let waited = within; waited < provedEvery && !signal.aborted; waited += lookEvery) {
          if (!heard) wake();
          await pause(runtime.timers, heard ? provedEvery - waited : lookEvery, signal);
          if (heard) break;
        }
      }
      if (failure !== null) throw failure as Error;
    } finally {
      client.off("notification", notified);
      client.release(true);
    }
  };
  const run = async () => {
    while (!closing.signal.aborted)
      try {
        await listen();
      } catch (error) {
        await patience.wait(error, {}, closing.signal);
      }
  };
  const running = run();
  return {
    get heard() {
      return heard;
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
