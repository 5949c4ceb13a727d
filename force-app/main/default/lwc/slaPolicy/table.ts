/**
 * Coverage as an offset table: the weeks of a run of years with prefix sums, so that a question costs a look-up, a binary
 * search and a walk through one week, whatever the span. It grows when asked about years that it does not hold.
 */
import { LAST_INSTANT, startOfYear, yearOf } from "./civil.ts";
import type { Week, Weeks } from "./coverage.ts";
import { WEEK } from "./coverage.ts";
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
  /** Calls with each open stretch that meets `[from, to)`, at least as far as they meet, until `visit` says that it is enough. */
  each(from: number, to: number, visit: (start: number, end: number) => unknown): void;
  isOpen(at: number): boolean;
  /** The first open instant at or after `at`. */
  nextOpen(at: number): number;
}

/**
 * @param lay lays out weeks
 * @param mostYears a question that needs more is refused with a RangeError
 */
export function coverageTable(
  lay: (first: number, past: number) => Weeks,
  mostYears = MOST_YEARS,
): CoverageTable {
  // nothing is held yet
  let firstYear = Infinity;
  let endYear = -Infinity;
  let from = Infinity;
  let to = from;
  let count = 0;
  /** Where each week begins; one more, where the last ends. */
  let starts: Weeks["starts"] = new Float64Array(0);
  let weeks: Week[] = [];
  /** Coverage before each week; one more for the whole. */
  let sums: Weeks["starts"] = starts;
  /** Coverage of a week. */
  let average = 0;

  const build = (first: number, past: number) => {
    if (past - first > mostYears) throw new RangeError(`the span holds more than ${mostYears} years`);
    [firstYear, endYear] = [first, past];
    [from, to] = [startOfYear(first), startOfYear(past)];
    // a week of local time begins up to a day before or after one of UTC
    const firstWeek = Math.floor(Math.max(from, -LAST_INSTANT) / WEEK) - 1;
    const pastWeek = Math.ceil(Math.min(to, LAST_INSTANT) / WEEK) + 1;
    ({ starts, weeks } = lay(firstWeek, pastWeek));
    count = weeks.length;
    sums = new Float64Array(count + 1);
    for (let i = 0; i < count; i++) sums[i + 1] = sums[i]! + weeks[i]!.length;
    average = sums[count]! / count;
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

  /** The week of an instant that the table holds. */
  const weekOf = (at: number): number => {
    let i = ((at - starts[0]!) / WEEK) | 0;
    while (starts[i]! > at) i--;
    while (starts[i + 1]! <= at) i++;
    return i;
  };

  /** Coverage from the table's beginning to an instant that it holds, in that week. */
  const measure = (at: number, i = weekOf(at)): number => {
    const { edges } = weeks[i]!;
    const until = at - starts[i]!;
    let sum = sums[i]!;
    for (let k = 0; k < edges.length && edges[k]! < until; k += 2) {
      sum += Math.min(edges[k + 1]!, until) - edges[k]!;
    }
    return sum;
  };

  /** The instant by which so much coverage has been reached; `strictly`: the last one before more of it. */
  const instantOf = (coverage: number, strictly: boolean, from: number, ahead: number): number => {
    // weeks differ little, so that the guess is near
    let i = Math.max(0, Math.min(count - 1, from + ((ahead / average) | 0)));
    while (sums[i]! > coverage) i--;
    while (sums[i + 1]! < coverage) i++;
    // where weeks without coverage lie between, the first or the last of them is near
    if (strictly) while (i + 1 < count && sums[i + 1] === coverage) i++;
    else while (sums[i]! >= coverage) i--;
    const { edges } = weeks[i]!;
    let rest = coverage - sums[i]!;
    let k = 0;
    for (; k + 2 < edges.length; k += 2) {
      const length = edges[k + 1]! - edges[k]!;
      if (strictly ? rest < length : rest <= length) break;
      rest -= length;
    }
    return starts[i]! + edges[k]! + rest;
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
        const i = weekOf(start);
        const coverage = measure(start, i) + duration;
        if (coverage <= sums[count]!) return instantOf(coverage, false, i, duration);
        grow(start, to + expected(coverage - sums[count]!));
      }
    },
    before(start, duration) {
      hold(start, start);
      for (;;) {
        const i = weekOf(start);
        const coverage = measure(start, i) - duration;
        if (coverage >= 0) return instantOf(coverage, true, i, -duration);
        grow(start, from - 1 - expected(-coverage));
      }
    },
    each(low, high, visit) {
      hold(low, high);
      // what is open where a week ends may run on in the next
      let [start, end] = [low, low];
      for (let i = weekOf(low); starts[i]! < high; i++) {
        const { edges } = weeks[i]!;
        for (let k = 0; k < edges.length; k += 2) {
          const [opens, closes] = [starts[i]! + edges[k]!, starts[i]! + edges[k + 1]!];
          if (closes <= low || opens >= high) continue;
          if (opens > end) {
            if (end > start && visit(start, end)) return;
            start = opens;
          }
          end = closes;
        }
      }
      if (end > start) visit(start, end);
    },
    isOpen(at) {
      hold(at, at);
      const i = weekOf(at);
      return weeks[i]!.edges.findLastIndex((edge) => starts[i]! + edge <= at) % 2 === 0;
    },
    nextOpen(at) {
      hold(at, at);
      for (;;) {
        for (let i = weekOf(at); i < count; i++) {
          const { edges } = weeks[i]!;
          const k = edges.findIndex((edge, k) => k % 2 === 1 && starts[i]! + edge > at);
          if (k > 0) return Math.max(at, starts[i]! + edges[k - 1]!);
        }
        grow(at, to);
      }
    },
  };
}
