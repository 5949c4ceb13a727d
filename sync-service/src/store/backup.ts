import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname } from "node:path";
import SQLite from "better-sqlite3";
import { lockFor, realName } from "./lock.ts";
import { StoreError } from "./migrate.ts";

/**
 * A whole copy of the embedded store, taken while the service may go on writing.
 * @throws StoreError when the target exists, or the copy does not check
 */
export async function backup(file: string, target: string): Promise<void> {
  if (existsSync(target)) throw new StoreError(`${target} exists already; a backup never overwrites.`);
  if (!existsSync(file)) throw new StoreError(`There is no store at ${file}.`);
  const source = new SQLite(file, { readonly: true });
  try {
    await source.backup(target);
  } finally {
    source.close();
  }
  requireSound(target);
}

/**
 * Puts a backup in the store's place; what was there is kept beside it.
 * @returns where the store that was there before is now, or null
 * @throws StoreError when a service is serving from the store, or the backup is damaged
 */
export function restore(named: string, from: string, now: number): string | null {
  if (!existsSync(from)) throw new StoreError(`There is no backup at ${from}.`);
  requireSound(from);
  const file = realName(named);
  const lock = lockFor(file);
  try {
    const kept = existsSync(file)
      ? `${file}.before-restore-${new Date(now).toISOString().replaceAll(":", "")}`
      : null;
    // whole and on the disk before anything is put aside: at every moment there is a store under the name
    copyFileSync(from, `${file}.restoring`);
    sync(`${file}.restoring`);
    if (kept !== null) {
      // what the write-ahead log still holds belongs to the store that is put aside
      new SQLite(file).close();
      linkSync(file, kept);
    }
    for (const rest of ["-wal", "-shm"]) rmSync(file + rest, { force: true });
    renameSync(`${file}.restoring`, file);
    sync(dirname(file));
    return kept;
  } finally {
    lock.release();
  }
}

/** What was written to a file, or which names a folder holds, survives a power cut. */
function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}

function requireSound(file: string): void {
  let said: string;
  try {
    const copy = new SQLite(file, { readonly: true });
    said = String(copy.pragma("integrity_check", { simple: true }));
    copy.close();
  } catch (error) {
    said = (error as Error).message;
  }
  if (said !== "ok") throw new StoreError(`${file} is damaged (${said}); it is not used.`);
}
