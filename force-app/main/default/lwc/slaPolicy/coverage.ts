/**
 * Coverage as a function of time. Where nothing else is in force it is the weekly pattern, which repeats and needs no table. Only
 * stretches in which more is in force are laid out: a change of the clocks, a holiday, special hours. So the first question
 * costs as much as there are of those, and every other a search among them, whatever the span.
 */
import { DAY } from "./civil.ts";
import type { Mark } from "./closures.ts";
import { onDate } from "./closures.ts";
import type { Stretch } from "./stretches.ts";
import { byStart, countTo, union, without } from "./stretches.ts";
import type { Window } from "./week.ts";
import { windowsOf } from "./week.ts";
import type { Zone } from "./zone.ts";
import { localDay, UTC } from "./zone.ts";

const WEEK = 7 * DAY;

/** What is in force instead of the pattern. */
const OPEN = Infinity;
const CLOSED = -Infinity;

export interface Coverage {
  /** The pattern leaves no minute of the week out. */
  full: boolean;
  /** Coverage by an instant, ms: what two of them differ by. */
  by(at: number): number;
  /** The first instant by which there was so much; `last`: the last instant at which there was no more. */
  reached(amount: number, last: boolean): number;
}

/** The windows that start on dates that are not closed, between two instants. */
function windowsIn(
  week: readonly Window[][],
  closed: ReadonlySet<number>,
  zone: Zone,
  from: number,
  to: number,
): [start: number, end: number][] {
  const stretches: Stretch[] = [];
  // a window may run into the next date; at the date line, a date may lie days from where its number says
  const last = localDay(zone, to);
  for (let day = localDay(zone, from) - 2; day <= last; day++)
    if (!closed.has(day))
      for (const window of windowsOf(week, day)) {
        const [start, end] = onDate(zone, day, window);
        stretches.push([Math.max(start, from), Math.min(end, to)]);
      }
  return union(stretches);
}

/**
 * @param closed the numbers of dates on which no window opens
 * @param named what holidays close, and where special hours hold
 */
export function coverageOf(
  week: readonly Window[][],
  closed: ReadonlySet<number>,
  zone: Zone,
  named: readonly Mark[],
): Coverage {
  /** A week from Thursday on, as 1970 began. */
  const pattern = windowsIn(week, new Set(), UTC, 0, WEEK).flat();
  /** Where windows open, and how much of the week's coverage lies before each. */
  const opens = pattern.filter((_, i) => !(i % 2));
  let weekly = 0;
  const before = opens.map((open, i) => {
    const sum = weekly;
    weekly += pattern[2 * i + 1]! - open;
    return sum;
  });
  const full = weekly === WEEK;

  const spans = zone.spans(-Infinity, Infinity);
  const marks = [...named];
  spans.slice(1).forEach(({ start, offset }, i) => {
    // local times this near are skipped or occur twice
    const near = Math.abs(offset - spans[i]!.offset);
    marks.push([start - near, start + near]);
  });
  marks.sort(byStart);

  // rows: what is in force from an instant until the next
  const starts = [-Infinity];
  /** Coverage by then. */
  const sums = [-Infinity];
  /** Local time minus UTC where the pattern is in force; else OPEN or CLOSED. */
  const offsets = [spans[0]!.offset];
  /** What makes sums of the pattern's measure, or of time itself. */
  const bases = [0];

  const patternBy = (local: number): number => {
    const weeks = Math.floor(local / WEEK);
    const at = local - weeks * WEEK;
    const i = countTo(opens, at) - 1;
    return weeks * weekly + (i < 0 ? 0 : before[i]! + Math.min(at, pattern[2 * i + 1]!) - opens[i]!);
  };
  const measured = (at: number, offset: number): number =>
    Number.isFinite(offset) ? patternBy(at + offset) : offset === OPEN ? at : 0;
  const by = (at: number): number => {
    const row = countTo(starts, at) - 1;
    return bases[row]! + measured(at, offsets[row]!);
  };

  const put = (start: number, sum: number, offset: number) => {
    starts.push(start);
    sums.push(sum);
    offsets.push(offset);
    bases.push(sum - measured(start, offset));
  };

  // where windows end with their dates, nothing is open on one that is closed
  // Stryker disable next-line all: it only says when days need not be laid out
  const endWithDates = week.flat().every(({ to }) => to <= 1440);
  for (let i = 0; i < marks.length;) {
    const start = marks[i]![0];
    let end = start;
    const cut: Mark[] = [];
    for (; i < marks.length && marks[i]![0] < end + DAY; i++) {
      end = Math.max(end, marks[i]![1]);
      if (marks[i]![2] !== undefined) cut.push(marks[i]!);
    }
    // Stryker disable next-line all: without it the answers are the same, and slower
    const isPlain = endWithDates && !cut.length && !zone.spans(start, end)[1];
    const windows = isPlain ? [] : windowsIn(week, closed, zone, start, end);
    let sum = by(start);
    put(start, sum, CLOSED);
    for (const [from, to] of union([...without(windows, cut), ...cut.filter(([, , open]) => open)])) {
      put(from, sum, OPEN);
      sum += to - from;
      put(to, sum, CLOSED);
    }
    put(end, sum, zone.offsetAt(end));
  }

  return {
    full,
    by,
    reached(amount, last) {
      const row = countTo(sums, amount, !last) - 1;
      const all = amount - bases[row]!;
      if (!Number.isFinite(offsets[row])) return all;
      // the first instant with all of a week's coverage is in that week, the last one in the next
      const weeks = last ? Math.floor(all / weekly) : Math.ceil(all / weekly) - 1;
      const start = weeks * WEEK - offsets[row]!;
      let rest = all - weeks * weekly;
      let i = 0;
      for (; i + 2 < pattern.length; i += 2) {
        const length = pattern[i + 1]! - pattern[i]!;
        if (last ? rest < length : rest <= length) break;
        rest -= length;
      }
      return start + pattern[i]! + rest;
    },
  };
}
