import { ApiError } from "./errors.ts";
import { base62 } from "./ids.ts";
import type { Caller, QueryResult, Row } from "./types.ts";

const LIFETIME = 15 * 60_000;
const KEPT = 100;

interface Cursor {
  userId: string;
  rows: Row[];
  write: (row: Row) => Record<string, unknown>;
  size: number;
  version: string;
  usedAt: number;
}

/** The open query locators. Each keeps the rows that matched, and writes one page at a time. */
export class Cursors {
  readonly #open = new Map<string, Cursor>();
  #count = 0;

  open(caller: Caller, rows: Row[], write: Cursor["write"], size: number, now: number): QueryResult {
    const id = `01g${base62(++this.#count, 12)}AAA`;
    const version = /(\d+\.\d)/.exec(caller.api)?.[1] ?? "66.0";
    this.#open.set(id, { userId: caller.userId, rows, write, size, version, usedAt: now });
    if (this.#open.size > KEPT) this.#open.delete(this.#open.keys().next().value!);
    return this.#page(id, 0, now);
  }

  next(caller: Caller, locator: string, now: number): QueryResult {
    const [id = "", at = ""] = locator.split("-");
    const cursor = this.#open.get(id);
    const from = Number(at);
    if (
      cursor === undefined ||
      cursor.userId !== caller.userId ||
      now - cursor.usedAt > LIFETIME ||
      !Number.isInteger(from) ||
      from >= cursor.rows.length
    )
      throw new ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    return this.#page(id, from, now);
  }

  #page(id: string, from: number, now: number): QueryResult {
    const cursor = this.#open.get(id)!;
    cursor.usedAt = now;
    const to = Math.min(from + cursor.size, cursor.rows.length);
    const done = to >= cursor.rows.length;
    const records = cursor.rows.slice(from, to).map(cursor.write);
    return {
      totalSize: cursor.rows.length,
      done,
      records,
      ...(done ? {} : { nextRecordsUrl: `/services/data/v${cursor.version}/query/${id}-${to}` }),
    };
  }
}
