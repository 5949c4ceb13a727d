/**
 * Coverage as an offset table: the open stretches of a run of years with prefix sums, so that a question costs a look-up
 * and a binary search whatever the span. It grows when asked about years that it does not hold.
 */
import { DAY, LAST_INSTANT, startOfYear, yearOf } from "./civil.ts";

/** No table holds more years than this; a span past it is refused rather than paid for. */
const MOST_YEARS = 12_000;

export interface CoverageTable {
  /** Coverage from the table's beginning to an instant, ms; comparable only until the table grows. */
  measure(at: number): number;
  /** Makes `[from, to]` part of the table. */
  hold(from: number, to: number): void;
  /** The earliest instant by which `duration` > 0 of coverage has passed since `start`. */
  after(start: number, duration: number): number;
  /** The latest instant from which `duration` > 0 of coverage passes until `start`. */
  before(start: number, duration: number): number;
  /** Calls with each open stretch that meets `[from, to)`, whole. */
  each(from: number, to: number, visit: (start: number, end: number) => void): void;
  isOpen(at: number): boolean;
  /** The first open instant at or after `at`. */
  nextOpen(at: number): number;
}

export function coverageTable(stretches: (from: number, to: number) => number[]): CoverageTable {
  // nothing is held yet
  let firstYear = Infinity;
  let endYear = -Infinity;
  let from = Infinity;
  let to = -Infinity;
  let count = 0;
  let starts = new Float64Array(0);
  let ends = starts;
  /** Coverage before each stretch; one more for the whole. */
  let sums = starts;
  /** By day of the table: how many stretches have started when it begins. */
  let started = new Int32Array(0);

  const build = (first: number, past: number) => {
    if (past - first > MOST_YEARS) throw new RangeError(`the span holds more than ${MOST_YEARS} years`);
    [firstYear, endYear] = [first, past];
    [from, to] = [startOfYear(first), startOfYear(past)];
    const flat = stretches(from, to);
    count = flat.length / 2;
    starts = new Float64Array(count);
    ends = new Float64Array(count);
    sums = new Float64Array(count + 1);
    started = new Int32Array((to - from) / DAY + 1);
    let day = 0;
    for (let i = 0; i < count; i++) {
      const start = flat[2 * i]!;
      const end = flat[2 * i + 1]!;
      starts[i] = start;
      ends[i] = end;
      sums[i + 1] = sums[i]! + end - start;
      for (; from + day * DAY < start; day++) started[day] = i;
    }
    started.fill(count, day);
  };

  const hold = (low: number, high: number) => {
    if (low >= from && high < to) return;
    // a year to spare either way at first; later by half as much again, so that growing stays cheap
    const spare = Math.min(64, Math.max(1, Math.ceil((endYear - firstYear) / 2)));
    let first = Math.min(yearOf(low), firstYear) - (low < from ? spare : 0);
    let end = Math.max(yearOf(high) + 1, endYear) + (high >= to ? spare : 0);
    // what was asked before must not make a question too far: far from it, the table begins anew
    if (end - first > MOST_YEARS) [first, end] = [yearOf(low) - 1, yearOf(high) + 2];
    build(first, end);
  };

  /** How many stretches have started by `at`, which the table holds. */
  const startedBy = (at: number): number => {
    let i = started[((at - from) / DAY) | 0]!;
    while (i < count && starts[i]! <= at) i++;
    return i;
  };

  const measureHeld = (at: number): number => {
    const i = startedBy(at) - 1;
    return i < 0 ? 0 : sums[i]! + Math.min(at, ends[i]!) - starts[i]!;
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

  /** Grows by as many years as the missing coverage should take. */
  const grow = (missing: number, direction: 1 | -1) => {
    const share = sums[count]! / (to - from);
    const far = (share > 0 ? missing / share : 0) + 366 * DAY;
    const reach = direction > 0 ? to + far : from - far;
    if (!(Math.abs(reach) < LAST_INSTANT)) {
      throw new RangeError("duration reaches past the instants that a date can name");
    }
    hold(Math.min(from, reach), Math.max(to - 1, reach));
  };

  return {
    hold,
    measure(at) {
      hold(at, at);
      return measureHeld(at);
    },
    after(start, duration) {
      hold(start, start);
      for (;;) {
        const coverage = measureHeld(start) + duration;
        if (coverage <= sums[count]!) {
          const i = reaching(coverage, false);
          return starts[i]! + (coverage - sums[i]!);
        }
        grow(coverage - sums[count]!, 1);
      }
    },
    before(start, duration) {
      hold(start, start);
      for (;;) {
        const coverage = measureHeld(start) - duration;
        if (coverage >= 0) {
          const i = reaching(coverage, true);
          return starts[i]! + (coverage - sums[i]!);
        }
        grow(-coverage, -1);
      }
    },
    each(low, high, visit) {
      hold(low, high);
      for (let i = Math.max(0, startedBy(low) - 1); i < count && starts[i]! < high; i++) {
        if (ends[i]! > low) visit(starts[i]!, ends[i]!);
      }
    },
    isOpen(at) {
      hold(at, at);
      const i = startedBy(at) - 1;
      return i >= 0 && at < ends[i]!;
    },
    nextOpen(at) {
      hold(at, at);
      for (;;) {
        const i = startedBy(at);
        if (i > 0 && at < ends[i - 1]!) return at;
        if (i < count) return starts[i]!;
        grow(1, 1);
      }
    },
  };
}
