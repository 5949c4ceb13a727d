import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { Basis } from "./basis.ts";
import { decide, type Decided } from "./decision.ts";
import { basesOf, dueClocks, orgsWithDue } from "./due-clocks.ts";

/** How long before their instants decisions are made ready, and how much of that time is looked at together, ms. */
const horizon = 5_000;
const stretch = 1_000;
/** Clocks at a time: few enough that whatever is due waits for no more than some milliseconds. */
const clocksAtOnce = 100;
/** A decision whose instant passed so long ago was made in another way, or is none any more. */
const staleAfter = 10_000;

const keyOf = ({ row }: Basis) => `${row.org_id}/${row.case_id}/${row.cycle}`;

/**
 * Decisions made ready shortly before their instants, so that then they have only to be written. Nothing is written or
 * sent here. A decision is a function of its basis, and is taken only for a basis, read in the deciding transaction, that
 * is still the same: whatever has changed meanwhile is decided then.
 */
export class Ahead {
  readonly #db: Kysely<Database>;
  readonly #ready = new Map<string, { basis: Basis; decided: Decided }>();
  /** What is due up to here has been looked at; of the stretch after it, so many clocks of each org. */
  #reach = 0;
  #skip = 0;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /**
   * Makes some more ready.
   * @param next nothing is due before
   * @returns when there is more to do: now, when there is already
   */
  async look(now: number, next: number): Promise<number> {
    // a wall clock that was set back: what it had reached lies ahead again
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
        // said when its instant comes
      }
    return now;
  }

  /** The decision for the clock's next instant, if it is ready and still holds. */
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
