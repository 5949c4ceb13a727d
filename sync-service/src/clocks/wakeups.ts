import { sql, type Transaction } from "kysely";
import type pg from "pg";
import type { Runtime } from "../runtime.ts";
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

/**
 * Wakes at every announcement of every instance. It opens a broken connection again, and looks once after each
 * connect, because it may have missed an announcement.
 */
export function listenForClocks(
  pool: pg.Pool,
  runtime: Runtime,
  wake: () => void,
): { close(): Promise<void> } {
  const closing = new AbortController();
  const patience = new StorePatience(runtime, "clocks: listening for announcements");
  const run = async () => {
    while (!closing.signal.aborted)
      try {
        await listen(pool, closing.signal, () => {
          patience.worked();
          wake();
        });
      } catch (error) {
        await patience.wait(error, {}, closing.signal);
      }
  };
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Resolves when the caller stops it. Rejects when the connection breaks. */
async function listen(pool: pg.Pool, signal: AbortSignal, wake: () => void): Promise<void> {
  const client = await pool.connect();
  try {
    client.on("notification", wake);
    const ended = new Promise<void>((resolve, reject) => {
      client.once("error", reject);
      client.once("end", () => reject(new Error("the server ended the connection")));
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    // the connection may break before anybody waits for it
    ended.catch(() => {});
    await client.query(`listen ${clocksChannel}`);
    wake();
    await ended;
  } finally {
    client.off("notification", wake);
    client.release(true);
  }
}
