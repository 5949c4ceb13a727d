import SQLite from "better-sqlite3";
import { migrate } from "../../src/store/migrate.ts";
import { storeOn } from "../../src/store/open.ts";

let image: Promise<Buffer> | null = null;
/** An empty store that is brought forward, made once a process. */
async function emptyStore(): Promise<Buffer> {
  const database = new SQLite(":memory:");
  const store = storeOn(database, { file: "simulated" });
  await migrate(store.db, store.kind);
  const bytes = database.serialize();
  await store.close();
  return bytes;
}

/**
 * The one database that all simulated instances share. It outlives them. SQLite takes one transaction at a time, so
 * the others wait for the end of the one that is open.
 */
export class SharedStore {
  readonly database: SQLite.Database;
  #holder: object | null = null;
  #waiting: (() => void)[] = [];

  private constructor(database: SQLite.Database) {
    this.database = database;
  }

  static async make(): Promise<SharedStore> {
    const database = new SQLite(await (image ??= emptyStore()));
    database.pragma("foreign_keys = ON");
    return new SharedStore(database);
  }

  /** Resolves when no one else's transaction is open. */
  async turn(mine: object): Promise<void> {
    while (this.#holder !== null && this.#holder !== mine)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
  hold(mine: object): void {
    this.#holder = mine;
  }
  release(mine: object): void {
    if (this.#holder !== mine) return;
    this.#holder = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  /** The holder has died, and its open transaction is lost. */
  abandon(mine: object): void {
    if (this.#holder !== mine) return;
    if (this.database.inTransaction) this.database.exec("rollback");
    this.release(mine);
  }

  close(): void {
    this.database.close();
  }
}
