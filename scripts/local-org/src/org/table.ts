import type { Id, Row, Value } from "./types.ts";

/** The rows of one object, deleted ones too. Indexes are made when first asked for and kept from then on. */
export class Table {
  readonly rows = new Map<Id, Row>();
  #indexes = new Map<string, Map<Value, Set<Id>>>();

  get(id: Id): Row | undefined {
    return this.rows.get(id);
  }

  /** Rows are replaced, never changed: a transaction's before stays what it was. */
  put(row: Row): void {
    const before = this.rows.get(row.Id);
    this.rows.set(row.Id, row);
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

  /** Rows whose field equals the value; text ignores case. */
  *where(field: string, value: Value): Iterable<Row> {
    if (field === "Id") {
      const row = this.rows.get(value as Id);
      if (row !== undefined) yield row;
      return;
    }
    for (const id of this.#index(field).get(keyOf(value)) ?? []) yield this.rows.get(id)!;
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
