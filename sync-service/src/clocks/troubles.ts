/** A clock, by its org, case and cycle. */
export interface ClockKey {
  orgId: string;
  caseId: string;
  cycle: number;
}

/** An org's clocks that cannot be decided or computed, for health, metrics and the fleet page. */
export interface OrgClockTrouble {
  orgId: string;
  /** How many there are, with one of them as the example. */
  clocks: number;
  caseId: string;
  cause: string;
}

/** Told of each clock that cannot be decided or computed, and of each that could be. */
export interface ClockWatch {
  /** @returns when to look at it again, ms from now */
  failed(clock: ClockKey, error: unknown): number;
  worked(clock: ClockKey): void;
}

const firstLook = 60_000;
/** A clock that fails again and again is looked at less and less often, down to this. */
const lastLook = 15 * 60_000;
/** More than this are counted and not remembered one by one. */
const mostKept = 10_000;
const longestCause = 300;

/** Remembers which clocks this process could not decide. A clock of one org must stop no other, and must not go unseen. */
export class ClockTroubles implements ClockWatch {
  readonly #byClock = new Map<string, { clock: ClockKey; cause: string; times: number }>();
  readonly #onFirst: (clock: ClockKey, cause: string) => void;

  /** @param onFirst told when a clock fails for the first time, or for another cause than before */
  constructor(onFirst: (clock: ClockKey, cause: string) => void = () => {}) {
    this.#onFirst = onFirst;
  }

  failed(clock: ClockKey, error: unknown): number {
    const cause = (error instanceof Error ? error.message : String(error)).slice(0, longestCause);
    const key = keyOf(clock);
    const before = this.#byClock.get(key);
    const times = (before?.times ?? 0) + 1;
    if (before !== undefined || this.#byClock.size < mostKept)
      this.#byClock.set(key, { clock, cause, times });
    if (before?.cause !== cause) this.#onFirst(clock, cause);
    return Math.min(lastLook, firstLook * 2 ** Math.min(times - 1, 10));
  }

  worked(clock: ClockKey): void {
    if (this.#byClock.size > 0) this.#byClock.delete(keyOf(clock));
  }

  byOrg(): OrgClockTrouble[] {
    const all = Map.groupBy(this.#byClock.values(), ({ clock }) => clock.orgId);
    return [...all].map(([orgId, some]) => {
      const { clock, cause } = some[0]!;
      return { orgId, clocks: some.length, caseId: clock.caseId, cause };
    });
  }
}

const keyOf = ({ orgId, caseId, cycle }: ClockKey) => `${orgId}/${caseId}/${cycle}`;

/** In words that a person can act on. */
export const sayTrouble = ({ clocks, caseId, cause }: OrgClockTrouble): string =>
  clocks === 1
    ? `The clock of case ${caseId} cannot be decided: ${cause}`
    : `${clocks} clocks cannot be decided, of case ${caseId} and others: ${cause}`;

/** For a caller that keeps no account of it. */
export const nobodyWatches: ClockWatch = { failed: () => firstLook, worked: () => {} };
