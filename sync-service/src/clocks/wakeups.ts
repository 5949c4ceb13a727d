import { sql, type Transaction } from "kysely";
import type pg from "pg";
import { locksRows } from "../store/dialect.ts";
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
  wake: () => void,
  onTrouble: (error: Error) => void,
): { close(): Promise<void> } {
  let closed = false;
  let client: pg.PoolClient | null = null;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    try {
      const connected = await pool.connect();
      if (closed) return void connected.release(true);
      client = connected;
      connected.on("notification", wake);
      connected.once("error", (error) => {
        connected.release(true);
        client = null;
        onTrouble(error);
        if (!closed) retry = setTimeout(connect, 1_000);
      });
      await connected.query(`listen ${clocksChannel}`);
      wake();
    } catch (error) {
      onTrouble(error as Error);
      if (!closed) retry = setTimeout(connect, 1_000);
    }
  };
  const first = connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await first;
      client?.release(true);
    },
  };
}
