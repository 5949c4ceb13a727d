/**
 * An org's file on disk. Each commit appends one line of JSON before the caller gets its answer, so that a killed process
 * loses no acknowledged commit. If a kill cut the last line short, we drop it. Opening rewrites the file as a snapshot.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
  ftruncateSync,
} from "node:fs";
import { join } from "node:path";
import type { Caller, Id, ObjectDef, Row, Transaction } from "./types.ts";

export interface StoredComponent {
  type: string;
  fullName: string;
  id: Id;
  createdAt: number;
  modifiedAt: number;
  /** path → base64 */
  files: [string, string][];
}

export type Entry =
  | { kind: "meta"; format: 1; orgId: Id; name: string }
  | {
      kind: "rows";
      at: number;
      commit: number;
      put: [object: string, row: Row][];
      gone: [object: string, id: Id][];
      counters: [string, number][];
      /** The caller and the transaction's key. A snapshot lacks both. */
      by?: { key: string; caller: Caller };
    }
  | { kind: "object"; name: string; def: ObjectDef | null }
  | { kind: "component"; component: StoredComponent }
  | { kind: "componentGone"; type: string; fullName: string };

export class Journal {
  readonly #file: string;
  #descriptor: number | undefined;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Opens the journal and passes each of its entries to `replay`. */
  static open(folder: string, replay: (entry: Entry) => void): Journal {
    mkdirSync(folder, { recursive: true });
    const journal = new Journal(join(folder, "org.jsonl"));
    if (existsSync(journal.#file)) {
      const text = readFileSync(journal.#file, "utf8");
      let whole = 0;
      for (let start = 0; start < text.length;) {
        const end = text.indexOf("\n", start);
        if (end < 0) break;
        replay(decode(text.slice(start, end)));
        whole = start = end + 1;
      }
      if (whole < text.length) {
        const descriptor = openSync(journal.#file, "r+");
        ftruncateSync(descriptor, Buffer.byteLength(text.slice(0, whole)));
        closeSync(descriptor);
      }
    }
    journal.#descriptor = openSync(journal.#file, "a", 0o600);
    return journal;
  }

  append(entry: Entry): void {
    if (this.#descriptor !== undefined) writeSync(this.#descriptor, `${encode(entry)}\n`);
  }

  /** Replaces all entries by the full state and flushes it to the disk. */
  rewrite(entries: Iterable<Entry>): void {
    const next = `${this.#file}.next`;
    const descriptor = openSync(next, "w", 0o600);
    let pending = "";
    for (const entry of entries) {
      pending += `${encode(entry)}\n`;
      if (pending.length > 1 << 20) {
        writeSync(descriptor, pending);
        pending = "";
      }
    }
    writeSync(descriptor, pending);
    fsyncSync(descriptor);
    closeSync(descriptor);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    renameSync(next, this.#file);
    this.#descriptor = openSync(this.#file, "a", 0o600);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Rebuilds the transaction of an entry. `before` reads the rows from before it. */
export function lastCommit(
  entry: Entry & { kind: "rows" },
  before: (object: string, id: Id) => Row | undefined,
): (() => Transaction) | undefined {
  const { by } = entry;
  if (by === undefined) return undefined;
  const rows = entry.put.map(([object, after]) => ({
    object,
    after,
    before: before(object, after.Id) ?? null,
  }));
  return () => ({
    key: by.key,
    commitNumber: entry.commit,
    at: entry.at,
    caller: by.caller,
    changes: rows.map(({ object, before, after }) => ({
      object,
      id: after.Id,
      kind:
        before === null
          ? "CREATE"
          : before.IsDeleted === after.IsDeleted
            ? "UPDATE"
            : after.IsDeleted === true
              ? "DELETE"
              : "UNDELETE",
      before,
      after,
      changedFields:
        before === null
          ? []
          : Object.keys(after).filter((name) => (before[name] ?? null) !== (after[name] ?? null)),
    })),
  });
}

/** Handles maps and sets only in definitions, because a search in every row would make opening four times slower. */
const encode = (entry: Entry): string =>
  entry.kind === "object" ? JSON.stringify(entry, replace) : JSON.stringify(entry);
const decode = (line: string): Entry =>
  (line.startsWith('{"kind":"object"') ? JSON.parse(line, revive) : JSON.parse(line)) as Entry;

const replace = (_key: string, value: unknown): unknown =>
  value instanceof Map ? { $map: [...value] } : value instanceof Set ? { $set: [...value] } : value;
const revive = (_key: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if ("$map" in value) return new Map(value.$map as [string, unknown][]);
  if ("$set" in value) return new Set(value.$set as unknown[]);
  return value;
};
