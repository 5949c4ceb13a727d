import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import SQLite from "better-sqlite3";
import { StoreError } from "./migrate.ts";

/**
 * Only one service at a time may serve from an embedded store: two would both deliver. The lock is an open
 * transaction on a small file of its own, so the operating system drops it with the process, however that ends;
 * the file beside it only says whose it is.
 * @throws StoreError naming the holder
 */
export function lockFor(named: string): { release(): void } {
  const store = realName(named);
  const holderFile = `${store}.serving.json`;
  const lock = new SQLite(`${store}.serving`, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    throw new StoreError(
      `Another process ${holder(holderFile)} is serving from ${store}. Stop it first, or give this one a file of its own, or let both share a PostgreSQL by DATABASE_URL.`,
    );
  }
  writeFileSync(holderFile, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  return {
    release() {
      rmSync(holderFile, { force: true });
      lock.exec("ROLLBACK");
      lock.close();
    },
  };
}

/** The store's own name: a symbolic link names the same store. */
export function realName(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // there is none yet
    return join(realpathSync(dirname(file)), basename(file));
  }
}

function holder(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, "utf8")) as { pid: number; since: string };
    return `(pid ${pid}, since ${since})`;
  } catch {
    return "(it has not said which)";
  }
}
