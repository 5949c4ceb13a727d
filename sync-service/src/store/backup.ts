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
 * Copies the whole embedded store. The service may go on writing meanwhile.
 * @throws StoreError if the target exists, or if the copy is damaged
 */
export async function backup(file: string, target: string): Promise<void> {
  if (existsSync(target))
    throw new StoreError(
      `${target} exists already, and a backup never overwrites a file. Choose another name.`,
    );
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
 * Puts a backup in the store's place and keeps the old store beside it.
 * @returns the old store's new path, or null if there was no store
 * @throws StoreError if a service uses the store, or if the backup is damaged
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
    // write the copy to the disk before the old store moves, so that a whole store exists at every moment
    copyFileSync(from, `${file}.restoring`);
    sync(`${file}.restoring`);
    if (kept !== null) {
      // opening and closing it moves the write-ahead log into the old store, to which it belongs
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

/** Flushes a file or a folder to the disk, so that it survives a power cut. */
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
  if (said !== "ok") throw new StoreError(`${file} is damaged (${said}), so it is not used.`);
}
