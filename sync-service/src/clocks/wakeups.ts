import { sql, type Transaction } from "kysely";
import type pg from "pg";
import type { Runtime } from "../runtime.ts";
import { locksRows } from "../store/dialect.ts";
import { StorePatience } from "../store/patience.ts";
import type { Database } from "../store/schema.ts";

const clocksChannel = "compromiso_clocks";

/**
 * Tells every instance, when this transaction commits, that clocks have a new next instant. Within the one process
 * of an embedded store the mirror's `Wake` says the same.
 */
export async function announceClocks(tx: Transaction<Database>, earliest: number): Promise<void> {
  if (earliest === Infinity || !locksRows(tx)) return;
  await sql`select pg_notify(${clocksChannel}, ${String(earliest)})`.execute(tx);
}

/**
 * Wakes at every announcement, from whichever instance. A broken connection is opened again; what was announced
 * meanwhile is seen by looking once after each connect.
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

/** Resolves when it is told to stop; rejects when the connection breaks. */
async function listen(pool: pg.Pool, signal: AbortSignal, wake: () => void): Promise<void> {
  const client = await pool.connect();
  try {
    client.on("notification", wake);
    const ended = new Promise<void>((resolve, reject) => {
      client.once("error", reject);
      client.once("end", () => reject(new Error("the connection was ended")));
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    // it may break before anybody waits for it
    ended.catch(() => {});
    await client.query(`listen ${clocksChannel}`);
    wake();
    await ended;
  } finally {
    client.off("notification", wake);
    client.release(true);
  }
}
