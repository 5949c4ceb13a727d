/**
 * Coverage as an offset table: the open stretches of a run of years with prefix sums, so that a question costs a look-up
 * and a binary search whatever the span. It grows when asked about years that it does not hold.
 */
import { DAY, LAST_INSTANT, startOfYear, yearOf } from "./civil.ts";
import { checkInstant } from "./faults.ts";

/** No table holds more years than this; a span past it is refused rather than paid for. */
export const MOST_YEARS = 12_000;

export interface CoverageTable {
  /** The coverage in `[from, to)`, ms; negative when `to` comes first. */
  between(from: number, to: number): number;
  /** The earliest instant by which `duration` > 0 of coverage has passed since `start`. */
  after(start: number, duration: number): number;
  /** The latest instant from which `duration` > 0 of coverage passes until `start`. */
  before(start: number, duration: number): number;
  /** How many stretches open in `(from, to]`. */
  openings(from: number, to: number): number;
  /** Calls with each open stretch that meets `[from, to)`, whole. */
  each(from: number, to: number, visit: (start: number, end: number) => void): void;
  isOpen(at: number): boolean;
  /** The first open instant at or after `at`. */
  nextOpen(at: number): number;
}

/**
 * @param stretches lays out the open stretches between two instants
 * @param mostYears a question that needs more is refused with a RangeError
 */
export function coverageTable(
  stretches: (from: number, to: number) => readonly number[],
  mostYears = MOST_YEARS,
): CoverageTable {
  // nothing is held yet
  let firstYear = Infinity;
  let endYear = -Infinity;
  let from = Infinity;
  let to = from;
  /** Of stretches, with an empty one where the table begins, so that one has always started. */
  let count = 0;
  /** One more than there are stretches, which never comes. */
  let starts = new Float64Array(0);
  let ends = starts;
  /** Coverage before each stretch; one more for the whole. */
  let sums = starts;
  /** By day of the table: how many stretches have started when it ends. */
  let started = new Int32Array(0);

  const build = (first: number, past: number) => {
    if (past - first > mostYears) throw new RangeError(`the span holds more than ${mostYears} years`);
    [firstYear, endYear] = [first, past];
    [from, to] = [startOfYear(first), startOfYear(past)];
    const flat = stretches(Math.max(from, -LAST_INSTANT), Math.min(to, LAST_INSTANT));
    count = 1 + flat.length / 2;
    starts = new Float64Array(count + 1).fill(Infinity);
    ends = new Float64Array(count);
    sums = new Float64Array(count + 1);
    started = new Int32Array((to - from) / DAY);
    starts[0] = ends[0] = from;
    for (let i = 1; i < count; i++) {
      starts[i] = flat[2 * i - 2]!;
      ends[i] = flat[2 * i - 1]!;
      sums[i + 1] = sums[i]! + (ends[i]! - starts[i]!);
    }
    for (let day = 0, i = 0; day < started.length; day++) {
      while (starts[i]! < from + (day + 1) * DAY) i++;
      started[day] = i;
    }
  };

  const hold = (low: number, high: number) => {
    if (low >= from && high < to) return;
    // a year to spare either way at first; later by half as much again, so that growing stays cheap
    const spare = Math.min(64, Math.max(1, Math.ceil((endYear - firstYear) / 2)));
    let first = Math.min(yearOf(low) - spare, firstYear);
    let end = Math.max(yearOf(high) + 1 + spare, endYear);
    // what was asked before must not make a question too far: far from it, the table begins anew
    if (end - first > mostYears) [first, end] = [yearOf(low) - 1, yearOf(high) + 2];
    build(first, end);
  };

  /** The last stretch that has started by `at`, which the table holds. */
  const lastStarted = (at: number): number => {
    let i = started[((at - from) / DAY) | 0]! - 1;
    while (starts[i]! > at) i--;
    return i;
  };

  /** Coverage from the table's beginning to an instant that it holds. */
  const measure = (at: number): number => {
    const i = lastStarted(at);
    return sums[i]! + (Math.min(at, ends[i]!) - starts[i]!);
  };

  /** The first stretch by whose end `coverage` has been reached (`strictly`: exceeded). */
  const reaching = (coverage: number, strictly: boolean): number => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const sum = sums[middle + 1]!;
      if (sum < coverage || (strictly && sum === coverage)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  /** How much time so much more coverage should take. */
  const expected = (missing: number): number => {
    const share = sums[count]! / (to - from);
    const time = share > 0 ? missing / share : 0;
    // Some years full of holidays exaggerate: where not many years are held, each step is a few times as long at most.
    return mostYears < MOST_YEARS ? Math.min(time, 4 * (to - from)) : time;
  };

  /** Holds what lies between `start` and `reach`, where the way to an answer leads out of the table. */
  const grow = (start: number, reach: number) => {
    checkInstant(reach, "duration");
    hold(Math.min(start, reach), Math.max(start, reach));
  };

  return {
    between(low, high) {
      hold(Math.min(low, high), Math.max(low, high));
      return measure(high) - measure(low);
    },
    after(start, duration) {
      hold(start, start);
      for (;;) {
        const coverage = measure(start) + duration;
        if (coverage <= sums[count]!) {
          const i = reaching(coverage, false);
          return starts[i]! + (coverage - sums[i]!);
        }
        grow(start, to + expected(coverage - sums[count]!));
      }
    },
    before(start, duration) {
      hold(start, start);
      for (;;) {
        const coverage = measure(start) - duration;
        if (coverage >= 0) {
          const i = reaching(coverage, true);
          return starts[i]! + (coverage - sums[i]!);
        }
        grow(start, from - 1 - expected(-coverage));
      }
    },
    openings(low, high) {
      hold(low, high);
      return lastStarted(high) - lastStarted(low);
    },
    each(low, high, visit) {
      hold(low, high);
      for (let i = lastStarted(low); starts[i]! < high; i++) {
        if (ends[i]! > low) visit(starts[i]!, ends[i]!);
      }
    },
    isOpen(at) {
      hold(at, at);
      return at < ends[lastStarted(at)]!;
    },
    nextOpen(at) {
      hold(at, at);
      for (;;) {
        const i = lastStarted(at);
        if (at < ends[i]!) return at;
        if (starts[i + 1]! < Infinity) return starts[i + 1]!;
        grow(at, to);
      }
    },
  };
}
