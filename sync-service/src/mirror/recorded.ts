import type { Fact } from "c/slaEngine";

/** A fact about a case, as the store keeps it. */
export interface Recorded {
  fact: Fact;
  /** When the record was saved, ms. null: only one source reports this kind of fact, such as a creation or a reply. */
  savedAt: number | null;
  /** The id that the other source gives to the same change. */
  also: string | null;
}

/** A fact as one source reports it. */
export interface FromSource {
  fact: Fact;
  savedAt: number;
}

type Kept = Recorded & { stored: boolean; changed: boolean };

/**
 * How far the stamps of one change may lie apart, ms. Its event and its history rows usually have the same second.
 * They have the next one if automation saved the record again in the same transaction.
 */
const oneSave = 2_000;

/**
 * The recorded facts of one case, each change once. Events and field history are two sources, and either may arrive
 * first. Each report is matched with at most one report of the other source: the same field, value and user, and the
 * nearest save. So a value that is set, unset and set again within a second is recorded as often as it happened.
 */
export class RecordedFacts {
  #kept: Kept[];
  readonly #gone: string[] = [];

  constructor(stored: readonly Recorded[] = []) {
    this.#kept = stored.map((one) => ({ ...one, stored: true, changed: false }));
  }

  get facts(): Fact[] {
    return this.#kept.map(({ fact }) => fact);
  }
  /** The facts that the store does not have yet. */
  get added(): Recorded[] {
    return this.#kept.filter(({ stored }) => !stored);
  }
  /** The facts that the store has in an older form. */
  get changed(): Recorded[] {
    return this.#kept.filter(({ stored, changed }) => stored && changed);
  }
  /** The ids of facts that the store must delete. */
  get gone(): readonly string[] {
    return this.#gone;
  }
  /** True if the store must change. */
  get isNews(): boolean {
    return this.#gone.length > 0 || this.#kept.some(({ stored, changed }) => !stored || changed);
  }

  /** Adds a fact that only one source reports. Its id shows a repetition. */
  add(fact: Fact): void {
    if (!this.#knows(fact.id)) this.#keep(fact, null);
  }

  /** Adds a creation from its event. It replaces one that was read, because only the event knows the commit. */
  byCreation(fact: Fact): void {
    const read = this.#kept.find((kept) => kept.fact.kind === "created" && kept.fact.commit === undefined);
    if (read === undefined) return this.add(fact);
    read.fact = fact;
    read.changed = true;
  }

  /** Corrects a fact's `closed` by the org's record, because our list of statuses was out of date. */
  correctClosed(of: Fact, closed: boolean): void {
    for (const kept of this.#kept)
      if (kept.fact.id === of.id && (kept.fact.kind === "status" || kept.fact.kind === "created")) {
        kept.fact = { ...kept.fact, closed };
        kept.changed = true;
      }
  }

  /** Adds a change that a reading found and no source reported. A report replaces it later if it is inferred. */
  found(fact: Fact): void {
    if (!this.#knows(fact.id)) this.#keep(fact, fact.at);
  }

  /**
   * Adds the fact of an event.
   * @param readTo the stamp up to which the case has been read. Later changes cannot be in the history that was read.
   */
  byEvent({ fact, savedAt }: FromSource, readTo: number): void {
    if (this.#knows(fact.id)) return;
    const isRead = savedAt <= readTo;
    const [same] = this.#kept
      .filter(
        (kept) =>
          kept.also === null &&
          kept.fact.inferred !== true &&
          readByHistory.test(kept.fact.id) &&
          areOneChange(kept, { fact, savedAt }) &&
          (isRead || kept.savedAt! > readTo),
      )
      .sort((a, b) => apart(a, savedAt) - apart(b, savedAt));
    if (same === undefined) {
      if (isRead) this.#dropGuess({ fact, savedAt });
      this.#keep(fact, savedAt);
      this.#putBefore(fact);
      return;
    }
    const { at, commit, sequence } = fact;
    // we keep the verdict, and take the instant and the order of the commit, because only the event knows them
    same.fact = { ...same.fact, at, ...(commit === undefined ? {} : { commit, sequence: sequence ?? 0 }) };
    same.also = fact.id;
    same.changed = true;
    this.#putBefore(fact);
  }

  /** Puts history rows of the second of a deletion before it, because history rows have no commit number. */
  #putBefore(deletion: Fact): void {
    if (deletion.kind !== "deleted") return;
    for (const kept of this.#kept)
      if (kept.fact.at === deletion.at && kept.fact.commit === undefined && isOfHistory.test(kept.fact.id)) {
        kept.fact = { ...kept.fact, ...beforeDeletion(deletion) };
        kept.changed = true;
      }
  }

  /**
   * Adds the history rows of a reading, in their order.
   * @param readTo the stamp of the reading. Events report later changes, and its rows do not hold them.
   */
  byHistory(rows: readonly FromSource[], readTo: number): void {
    const fresh = new Set(rows.filter(({ fact }) => !this.#knows(fact.id)));
    const byEvents = this.#kept
      .filter(
        ({ fact, savedAt, also }) =>
          also === null && savedAt !== null && savedAt <= readTo && !byReading.test(fact.id),
      )
      .sort((a, b) => inOrder(a.fact, b.fact));
    const pairs = [...fresh].flatMap((row) =>
      byEvents.filter((kept) => areOneChange(kept, row)).map((kept) => ({ row, kept })),
    );
    pairs.sort((a, b) => apart(a.kept, a.row.savedAt) - apart(b.kept, b.row.savedAt));
    for (const { row, kept } of pairs) {
      if (!fresh.has(row) || kept.also !== null) continue;
      kept.also = row.fact.id;
      kept.changed = true;
      fresh.delete(row);
    }
    for (const row of fresh) {
      this.#dropGuess(row);
      this.#keep(row.fact, row.savedAt);
    }
  }

  #knows(id: string): boolean {
    return this.#kept.some(({ fact, also }) => fact.id === id || also === id);
  }

  #keep(fact: Fact, savedAt: number | null): void {
    this.#kept.push({ fact, savedAt, also: null, stored: false, changed: false });
  }

  /** Drops an inferred fact once a source reports it. The guess is no earlier, because the reading came after the change. */
  #dropGuess({ fact, savedAt }: FromSource): void {
    const guess = this.#kept.find(
      (kept) =>
        kept.fact.inferred === true &&
        kept.fact.kind === fact.kind &&
        valueOf(kept.fact) === valueOf(fact) &&
        kept.fact.at >= savedAt - oneSave,
    );
    if (guess === undefined) return;
    this.#kept = this.#kept.filter((kept) => kept !== guess);
    if (guess.stored) this.#gone.push(guess.fact.id);
  }
}

/** The order that puts a fact just before a deletion of the same second. */
export const beforeDeletion = ({ commit, sequence }: Fact) =>
  commit === undefined ? {} : { commit, sequence: (sequence ?? 0) - 1 };

const isOfHistory = /^history:/;
/** The ids of facts from a reading: from its history, or from the state that it found. */
const readByHistory = /^(history|deleted|undeleted):/;
const byReading = /^(history|deleted|undeleted|inferred):/;

const apart = ({ savedAt }: Recorded, from: number) => Math.abs((savedAt ?? -Infinity) - from);

const areOneChange = (kept: Recorded, { fact, savedAt }: FromSource) =>
  kept.fact.kind === fact.kind &&
  kept.fact.by.userId === fact.by.userId &&
  apart(kept, savedAt) <= oneSave &&
  valueOf(kept.fact) === valueOf(fact);

/** The value that the field took. */
function valueOf(fact: Fact): string | null {
  switch (fact.kind) {
    case "contract":
      return fact.contractId;
    case "priority":
      return fact.priority;
    case "category":
      return fact.category;
    case "channel":
      return fact.channel;
    case "status":
      return fact.status;
    case "owner":
      return fact.ownerId ?? null;
    case "created":
    case "acknowledgement":
    case "reply":
    case "deleted":
    case "undeleted":
      return null;
  }
}

export const inOrder = (a: Fact, b: Fact) =>
  a.at - b.at || (a.commit ?? 0) - (b.commit ?? 0) || (a.sequence ?? 0) - (b.sequence ?? 0);
