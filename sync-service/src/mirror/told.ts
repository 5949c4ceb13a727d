import type { Fact } from "c/slaEngine";

/** A fact about a case, as it is kept. */
export interface Told {
  fact: Fact;
  /** When the record was saved with it, ms; null for what no witness tells twice: creation, replies, other channels. */
  savedAt: number | null;
  /** The id under which the other witness tells of the same change. */
  also: string | null;
}

/** A fact as a witness tells it. */
export interface Witnessed {
  fact: Fact;
  savedAt: number;
}

type Kept = Told & { stored: boolean; changed: boolean };

/**
 * One save of a record stamps its event and its history rows with the same second, or the next one where automation
 * saved it once more in the same transaction, ms.
 */
const oneSave = 2_000;

/**
 * What is told of one case, each change once. There are two witnesses, the event and the field history, and either may
 * be heard first. Each thing told is matched with at most one of the other witness's: the same field taking the same
 * value by the same user, saved nearest in time. So a value that is set, unset and set again within a second is told as
 * often as it happened.
 */
export class ToldFacts {
  #kept: Kept[];
  readonly #gone: string[] = [];

  constructor(stored: readonly Told[] = []) {
    this.#kept = stored.map((told) => ({ ...told, stored: true, changed: false }));
  }

  get facts(): Fact[] {
    return this.#kept.map(({ fact }) => fact);
  }
  /** What the store has not got yet. */
  get added(): Told[] {
    return this.#kept.filter(({ stored }) => !stored);
  }
  /** What the store has otherwise. */
  get changed(): Told[] {
    return this.#kept.filter(({ stored, changed }) => stored && changed);
  }
  /** Ids of what the store has and should not have any more. */
  get gone(): readonly string[] {
    return this.#gone;
  }
  /** Whether anything is told that the store does not say yet. */
  get isNews(): boolean {
    return this.#gone.length > 0 || this.#kept.some(({ stored, changed }) => !stored || changed);
  }

  /** A fact that has no second witness; told again, it is the same by its id. */
  add(fact: Fact): void {
    if (!this.#knows(fact.id)) this.#keep(fact, null);
  }

  /** A creation by its event, which knows who committed it and when: better than what a reading says of it. */
  byCreation(fact: Fact): void {
    const read = this.#kept.find((kept) => kept.fact.kind === "created" && kept.fact.commit === undefined);
    if (read === undefined) return this.add(fact);
    read.fact = fact;
    read.changed = true;
  }

  /** The org's record says otherwise of a status than what was told: the list of statuses was out of date. */
  correctClosed(of: Fact, closed: boolean): void {
    for (const kept of this.#kept)
      if (kept.fact.id === of.id && (kept.fact.kind === "status" || kept.fact.kind === "created")) {
        kept.fact = { ...kept.fact, closed };
        kept.changed = true;
      }
  }

  /** What a reading found to be so without anything telling of the change. If inferred, it gives way to a witness. */
  found(fact: Fact): void {
    if (!this.#knows(fact.id)) this.#keep(fact, fact.at);
  }

  /**
   * What an event says.
   * @param readTo how far the case has been read, by its stamp: the history until then cannot tell of what came after
   */
  byEvent({ fact, savedAt }: Witnessed, readTo: number): void {
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
    // the verdict stands; only the event knows the commit's instant and its place among others
    same.fact = { ...same.fact, at, ...(commit === undefined ? {} : { commit, sequence: sequence ?? 0 }) };
    same.also = fact.id;
    same.changed = true;
    this.#putBefore(fact);
  }

  /** What the history told without a commit number, of the second in which an event says that the case was deleted. */
  #putBefore(deletion: Fact): void {
    if (deletion.kind !== "deleted") return;
    for (const kept of this.#kept)
      if (kept.fact.at === deletion.at && kept.fact.commit === undefined && isOfHistory.test(kept.fact.id)) {
        kept.fact = { ...kept.fact, ...beforeDeletion(deletion) };
        kept.changed = true;
      }
  }

  /**
   * What a reading's history says: its rows in their order.
   * @param readTo how far the reading goes, by its stamp: what events tell of later is in no row of it
   */
  byHistory(rows: readonly Witnessed[], readTo: number): void {
    const fresh = new Set(rows.filter(({ fact }) => !this.#knows(fact.id)));
    const told = this.#kept
      .filter(
        ({ fact, savedAt, also }) =>
          also === null && savedAt !== null && savedAt <= readTo && !byReading.test(fact.id),
      )
      .sort((a, b) => inOrder(a.fact, b.fact));
    const pairs = [...fresh].flatMap((row) =>
      told.filter((kept) => areOneChange(kept, row)).map((kept) => ({ row, kept })),
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

  /** What was inferred from a reading is witnessed now: that reading came after it, so the guess is no earlier. */
  #dropGuess({ fact, savedAt }: Witnessed): void {
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

/** The place of what happened in the second of a deletion, ahead of it. */
export const beforeDeletion = ({ commit, sequence }: Fact) =>
  commit === undefined ? {} : { commit, sequence: (sequence ?? 0) - 1 };

const isOfHistory = /^history:/;
/** Ids of what a reading told: by the history, or by the state it found. */
const readByHistory = /^(history|deleted|undeleted):/;
const byReading = /^(history|deleted|undeleted|inferred):/;

const apart = ({ savedAt }: Told, from: number) => Math.abs((savedAt ?? -Infinity) - from);

const areOneChange = (kept: Told, { fact, savedAt }: Witnessed) =>
  kept.fact.kind === fact.kind &&
  kept.fact.by.userId === fact.by.userId &&
  apart(kept, savedAt) <= oneSave &&
  valueOf(kept.fact) === valueOf(fact);

/** What its field took as its value. */
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
