/** A clock, by its org, case and cycle. */
export interface ClockKey {
  orgId: string;
  caseId: string;
  cycle: number;
}

/** An org's clocks that we cannot decide or compute, for health, metrics and the fleet page. */
export interface OrgClockTrouble {
  orgId: string;
  /** The number of clocks. One of them is the example. */
  clocks: number;
  caseId: string;
  cause: string;
}

/** Hears of each clock that we could or could not decide or compute. */
export interface ClockWatch {
  /** @returns the time until we look at it again, ms */
  failed(clock: ClockKey, error: unknown): number;
  worked(clock: ClockKey): void;
}

const firstLook = 60_000;
/** We look less and less often at a clock that fails again and again. This is the longest pause, ms. */
const lastLook = 15 * 60_000;
/** We only count the clocks beyond this number. */
const mostKept = 10_000;
const longestCause = 300;

/**
 * Remembers the clocks that this process could not decide. Such a clock must not stop another, and a person must see
 * it.
 */
export class ClockTroubles implements ClockWatch {
  readonly #byClock = new Map<string, { clock: ClockKey; cause: string; times: number }>();
  readonly #onFirst: (clock: ClockKey, cause: string) => void;

  /** @param onFirst called when a clock fails for the first time, or for a new cause */
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

/** The trouble in words that a person can act on. */
export const sayTrouble = ({ clocks, caseId, cause }: OrgClockTrouble): string =>
  clocks === 1
    ? `The clock of case ${caseId} cannot be decided: ${cause}`
    : `${clocks} clocks cannot be decided, of case ${caseId} and others: ${cause}`;

/** For a caller that needs no account. */
export const nobodyWatches: ClockWatch = { failed: () => firstLook, worked: () => {} };
