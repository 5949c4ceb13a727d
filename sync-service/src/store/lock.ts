import { readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import SQLite from "better-sqlite3";
import { StoreError } from "./migrate.ts";
import { systemClock } from "../runtime.ts";

/**
 * Locks an embedded store, because two services would both deliver its items.
 * The lock is an open transaction on a small file, so the operating system frees it when the process ends in any way.
 * A second file names the holder.
 * @throws StoreError with the holder's name
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
  writeFileSync(
    holderFile,
    JSON.stringify({ pid: process.pid, since: new Date(systemClock.now()).toISOString() }),
  );
  return {
    release() {
      rmSync(holderFile, { force: true });
      lock.exec("ROLLBACK");
      lock.close();
    },
  };
}

/**
 * A store is served under one name only.
 * @throws StoreError when its file has another hard link, or is mounted without its folder
 */
export function mustHaveOneName(store: string): void {
  if (isMountedAlone(realName(store), mountsOfThisMachine()))
    throw new StoreError(
      `The store ${store} is mounted as a single file, so its log and its lock would stay outside. Mount the folder that holds it.`,
    );
  // SQLite keeps its log beside the name: under two names, two logs would ruin the one file
  const names = statSync(store, { throwIfNoEntry: false })?.nlink ?? 1;
  if (names > 1)
    throw new StoreError(
      `The store ${store} has ${names} names (hard links), and under another one a second service could write to it. Copy it with sla-sync store backup, and delete the other names.`,
    );
}

/** Whether this very file is a place where something is mounted, by the list that Linux gives. */
export function isMountedAlone(store: string, mounts: string): boolean {
  const unescaped = (path = "") =>
    path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return mounts.split("\n").some((line) => unescaped(line.split(" ")[4]) === store);
}

function mountsOfThisMachine(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}

/** The real path of the store's file, so that a symbolic link gives the same lock. */
export function realName(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // the store does not exist yet, but its folder does
    return join(realpathSync(dirname(file)), basename(file));
  }
}

function holder(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, "utf8")) as { pid: number; since: string };
    return `(pid ${pid}, since ${since})`;
  } catch {
    return "(its process id is not known)";
  }
}
