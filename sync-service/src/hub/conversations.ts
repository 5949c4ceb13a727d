/** When each case's conversation is read: often while somebody waits or looks, else now and then. */
import { WAITING_STATES } from "c/slaEngine";
import { readEntries, type Entry } from "./conversation.ts";
import { findGone, giveEntries, type EntryParts } from "./entries.ts";

const minute = 60_000;
export const idleEvery = minute;
/** The whole conversation of a case is compared with the hub's so often, ms. */
const wholeEvery = 60 * minute;
/** A case on which something happened is looked at often for so long, ms. */
const stirredFor = 10 * minute;
/** A comment that was saved before a reading may be seen only after it, ms. */
const overlap = minute;

export interface Read {
  next: number;
  /** Cases that were read. */
  read: number;
  /** Entries that the hub was given. */
  given: number;
}

export class Conversations {
  readonly #parts: EntryParts;
  readonly #activeEvery: number;
  readonly #stirred = new Map<string, number>();
  readonly #readAt = new Map<string, number>();
  /** When all of a case's conversation was read. */
  readonly #wholeAt = new Map<string, number>();

  /** @param activeEvery a case that waits, or that somebody looks at, is read so often, ms */
  constructor(parts: EntryParts, activeEvery: number) {
    this.#parts = parts;
    this.#activeEvery = activeEvery;
  }

  /** Something happened on these cases. */
  stir(caseIds: Iterable<string>): void {
    const until = this.#parts.now() + stirredFor;
    for (const id of caseIds) this.#stirred.set(id, until);
  }
  /** Reads these cases at the next turn. */
  hurry(caseIds: Iterable<string>): void {
    const before = this.#parts.now() - minute;
    for (const id of caseIds) this.#readAt.set(id, Math.min(this.#readAt.get(id) ?? 0, before));
  }
  /** Reads all of these cases' conversations at the next turn. */
  forget(caseIds?: Iterable<string>): void {
    if (caseIds === undefined) this.#readAt.clear();
    else for (const id of caseIds) this.#readAt.delete(id);
  }

  /** Reads the conversations whose turn it is: one request for all of them. */
  async turn(): Promise<Read> {
    const { client, now } = this.#parts;
    const at = now();
    const cases = await this.#openCases();
    const active = await this.#activeCases(at);
    const every = (id: string) => (active.has(id) ? this.#activeEvery : idleEvery);
    const due = cases.filter((id) => at - (this.#readAt.get(id) ?? -Infinity) >= every(id));
    const isWhole = (id: string) =>
      !this.#readAt.has(id) || at - (this.#wholeAt.get(id) ?? -Infinity) >= wholeEvery;
    const fresh = due.filter(isWhole);
    const again = due.filter((id) => !isWhole(id));
    const since = Math.min(...again.map((id) => this.#readAt.get(id)!)) - overlap;
    const whole = fresh.length > 0 ? await readEntries(client, fresh, null) : [];
    let given = await this.#give(whole, fresh, ["Comment", "Email", "File"]);
    const news = again.length > 0 ? await readEntries(client, again, since) : [];
    given += await this.#give(news, again, ["File"]);
    for (const id of due) this.#readAt.set(id, at);
    for (const id of fresh) this.#wholeAt.set(id, at);
    return { next: at + (active.size > 0 ? this.#activeEvery : idleEvery), read: due.length, given };
  }

  async #give(entries: Entry[], caseIds: string[], whole: Entry["kind"][]): Promise<number> {
    const gone = await findGone(this.#parts, caseIds, entries, whole);
    return giveEntries(this.#parts, [...entries, ...gone]);
  }

  /** The cases that the hub shows, and that still say something. */
  async #openCases(): Promise<string[]> {
    const { db, client } = this.#parts;
    const rows = await db
      .selectFrom("hub_cases")
      .innerJoin("cases", (join) =>
        join.onRef("cases.org_id", "=", "hub_cases.org_id").onRef("cases.id", "=", "hub_cases.case_id"),
      )
      .select("cases.id")
      .where("hub_cases.org_id", "=", client.org.id)
      .where("hub_cases.written", "is not", null)
      .where("hub_cases.paused", "=", 0)
      .where("cases.is_deleted", "=", 0)
      .where("cases.contract_id", "is not", null)
      .where((eb) =>
        eb.or([eb("cases.is_closed", "=", 0), eb("cases.id", "in", ["", ...this.#stirred.keys()])]),
      )
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Somebody waits for an answer there, looks at it, or has just done something. */
  async #activeCases(now: number): Promise<Set<string>> {
    const { db, client } = this.#parts;
    const waiting = await db
      .selectFrom("clocks")
      .select("case_id")
      .where("org_id", "=", client.org.id)
      .where("ended_at", "is", null)
      .where("status", "in", WAITING_STATES)
      .execute();
    const looked = await db
      .selectFrom("hub_cases")
      .select("case_id")
      .where("org_id", "=", client.org.id)
      .where("looked_until", ">", now)
      .execute();
    for (const [id, until] of this.#stirred) if (until <= now) this.#stirred.delete(id);
    return new Set([...waiting, ...looked].map(({ case_id }) => case_id).concat(...this.#stirred.keys()));
  }
}
