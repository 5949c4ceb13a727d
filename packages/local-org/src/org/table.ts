import type { Id, Row, Value } from "./types.ts";

/** The rows of one object, including deleted ones. The first use of an index builds it, and later changes keep it current. */
export class Table {
  readonly rows = new Map<Id, Row>();
  #indexes = new Map<string, Map<Value, Set<Id>>>();
  /** Entries by a date/time field, ascending. A changed row leaves an old entry behind, which readers skip. */
  #timelines = new Map<string, { at: number; id: Id }[]>();

  get(id: Id): Row | undefined {
    return this.rows.get(id);
  }

  /** Replaces a row and never changes it in place, so that a transaction's old row stays as it was. */
  put(row: Row): void {
    const before = this.rows.get(row.Id);
    this.rows.set(row.Id, row);
    for (const [field, timeline] of this.#timelines) {
      const at = row[field];
      if (typeof at !== "number" || at === before?.[field]) continue;
      // drop the timeline if a clock was set back or old entries outnumber rows; the next use builds it again
      if (at < (timeline.at(-1)?.at ?? 0) || timeline.length > 2 * this.rows.size + 1000)
        this.#timelines.delete(field);
      else timeline.push({ at, id: row.Id });
    }
    for (const [field, index] of this.#indexes) {
      const value = keyOf(row[field]);
      if (before !== undefined) {
        const old = keyOf(before[field]);
        if (old === value) continue;
        this.#drop(index, old, row.Id);
      }
      this.#add(index, value, row.Id);
    }
  }

  remove(id: Id): void {
    const before = this.rows.get(id);
    if (before === undefined) return;
    this.rows.delete(id);
    for (const [field, index] of this.#indexes) this.#drop(index, keyOf(before[field]), id);
  }

  /** Finds the rows whose field equals the value. Text ignores case. */
  *where(field: string, value: Value): Iterable<Row> {
    if (field === "Id") {
      const row = this.rows.get(value as Id);
      if (row !== undefined) yield row;
      return;
    }
    for (const id of this.#index(field).get(keyOf(value)) ?? []) yield this.rows.get(id)!;
  }

  /** Finds the rows whose date/time is at or after an instant, in ascending order. */
  *since(field: string, from: number): Iterable<Row> {
    let timeline = this.#timelines.get(field);
    if (timeline === undefined) {
      timeline = [];
      for (const row of this.rows.values()) {
        const at = row[field];
        if (typeof at === "number") timeline.push({ at, id: row.Id });
      }
      timeline.sort((a, b) => a.at - b.at);
      this.#timelines.set(field, timeline);
    }
    let low = 0;
    for (let high = timeline.length; low < high;) {
      const middle = (low + high) >>> 1;
      if ((timeline[middle]?.at ?? Infinity) >= from) high = middle;
      else low = middle + 1;
    }
    for (; low < timeline.length; low++) {
      const { at, id } = timeline[low]!;
      const row = this.rows.get(id);
      if (row?.[field] === at) yield row;
    }
  }

  #index(field: string): Map<Value, Set<Id>> {
    let index = this.#indexes.get(field);
    if (index === undefined) {
      index = new Map();
      for (const row of this.rows.values()) this.#add(index, keyOf(row[field]), row.Id);
      this.#indexes.set(field, index);
    }
    return index;
  }

  #add(index: Map<Value, Set<Id>>, value: Value, id: Id): void {
    if (value === null) return;
    const ids = index.get(value);
    if (ids === undefined) index.set(value, new Set([id]));
    else ids.add(id);
  }

  #drop(index: Map<Value, Set<Id>>, value: Value, id: Id): void {
    const ids = index.get(value);
    ids?.delete(id);
    if (ids?.size === 0) index.delete(value);
  }
}

const keyOf = (value: Value | undefined): Value =>
  value === undefined ? null : typeof value === "string" ? value.toLowerCase() : value;
