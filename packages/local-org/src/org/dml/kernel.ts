import type { Access } from "../access.ts";
import type { OrgSchema } from "../schema.ts";
import type { Table } from "../table.ts";
import type { Caller, Faults, Id, ObjectDef, RecordChange, Row } from "../types.ts";

/** The parts of the org that a transaction needs. */
export interface Kernel {
  readonly schema: OrgSchema;
  readonly access: Access;
  readonly faults: Faults;
  readonly timeZone: string;
  readonly language: string;
  table(object: string): Table;
  nextId(object: ObjectDef): Id;
  nextNumber(counter: string): number;
  now(): number;
}

/** A running transaction: its changes so far, and the way to undo them. */
export class Work {
  readonly kernel: Kernel;
  readonly caller: Caller;
  /** The stamp of all rows in the transaction. It has whole seconds, as in Salesforce. */
  readonly at: number;
  readonly changes: RecordChange[] = [];
  readonly #undo: (() => void)[] = [];

  constructor(kernel: Kernel, caller: Caller) {
    this.kernel = kernel;
    this.caller = caller;
    this.at = Math.floor(kernel.now() / 1000) * 1000;
  }

  mark(): number {
    return this.#undo.length;
  }

  rollback(to: number): void {
    while (this.#undo.length > to) this.#undo.pop()!();
  }

  put(def: ObjectDef, before: Row | null, after: Row, kind: RecordChange["kind"]): void {
    const table = this.kernel.table(def.name);
    table.put(after);
    const changedFields =
      before === null
        ? Object.keys(after).filter((name) => after[name] !== null && name !== "Id")
        : Object.keys(after).filter((name) => (after[name] ?? null) !== (before[name] ?? null));
    this.changes.push({ object: def.name, id: after.Id, kind, before, after, changedFields });
    this.#undo.push(() => {
      this.changes.pop();
      if (before === null) table.remove(after.Id);
      else table.put(before);
    });
  }

  /** Deletes a row without the recycle bin. */
  erase(def: ObjectDef, row: Row): void {
    const table = this.kernel.table(def.name);
    table.remove(row.Id);
    this.changes.push({
      object: def.name,
      id: row.Id,
      kind: "DELETE",
      before: row,
      after: null,
      changedFields: [],
    });
    this.#undo.push(() => {
      this.changes.pop();
      table.put(row);
    });
  }
}
