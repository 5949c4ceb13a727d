import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { Basis } from "./basis.ts";
import { decide, type Decided } from "./decision.ts";
import { basesOf, dueClocks, orgsWithDue } from "./due-clocks.ts";

/** We prepare decisions this long before their instants, and look at this much of that time at once, ms. */
const horizon = 5_000;
const stretch = 1_000;
/** We prepare this many clocks at a time, so that a step that is due waits only for some milliseconds. */
const clocksAtOnce = 100;
/** We drop a prepared decision after this long, because its clock was decided otherwise or not at all. */
const staleAfter = 10_000;

const keyOf = ({ row }: Basis) => `${row.org_id}/${row.case_id}/${row.cycle}`;

/**
 * Prepares decisions shortly before their instants, so that the service only has to write them then. This class
 * writes and sends nothing. A decision is a function of its basis. The deciding transaction reads the basis again and
 * uses the decision only if the basis is still the same.
 */
export class Ahead {
  readonly #db: Kysely<Database>;
  readonly #ready = new Map<string, { basis: Basis; decided: Decided }>();
  /**
   * We have looked at everything that is due up to here. In the stretch after it, we skip this many clocks of each
   * org.
   */
  #reach = 0;
  #skip = 0;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /**
   * Prepares the next clocks.
   * @param next the earliest instant at which something is due
   * @returns the instant of the next look, which is now while more can be prepared
   */
  async look(now: number, next: number): Promise<number> {
    // somebody may have set the wall clock back: then we look at that time again
    const from = Math.max(Math.min(this.#reach, now + horizon) + 1, this.#skip === 0 ? next : 0);
    const upTo = from + stretch - 1;
    if (upTo > now + horizon) return upTo - horizon;
    this.#reach = from - 1;
    this.#forget(now);
    const orgs = new Map((await orgsWithDue(this.#db, upTo, from)).map((org) => [org.id, org]));
    const share = Math.ceil(clocksAtOnce / Math.max(1, orgs.size));
    const rows = await dueClocks(this.#db, [...orgs.keys()], { from, upTo, share, skip: this.#skip });
    this.#skip += share;
    if (rows.length === 0) {
      this.#reach = upTo;
      this.#skip = 0;
    }
    for (const basis of await basesOf(this.#db, orgs, rows))
      try {
        this.#ready.set(keyOf(basis), { basis, decided: decide(basis, basis.row.next_at) });
      } catch {
        // the firing loop reports the error at the clock's instant
      }
    return now;
  }

  /** Returns the prepared decision for the clock's next instant, if it still holds. */
  take(basis: Basis): Decided | undefined {
    const key = keyOf(basis);
    const ready = this.#ready.get(key);
    this.#ready.delete(key);
    return ready !== undefined && isSame(ready.basis, basis) ? ready.decided : undefined;
  }

  #forget(now: number): void {
    for (const [key, { basis }] of this.#ready)
      if (basis.row.next_at < now - staleAfter) this.#ready.delete(key);
      else break;
  }
}

const isSame = (a: Basis, b: Basis): boolean =>
  a.policy === b.policy && sameRow(a.org, b.org) && sameRow(a.row, b.row) && sameRow(a.state, b.state);

function sameRow<Row extends object>(a: Row, b: Row): boolean {
  for (const column in a) if (a[column] !== b[column]) return false;
  return true;
}
