/**
 * Coverage as a function of time. Where nothing else is in force it is the weekly pattern, which repeats and needs no table. A
 * holiday takes its date's share out of the pattern. Only where more is in force are stretches laid out: special hours,
 * parts of days, windows beside a change of the clocks. So the first question costs as much as there are of those, and
 * every other a search among them, whatever the span.
 */
import { DAY, MINUTE } from "./civil.ts";
import type { Mark } from "./closures.ts";
import { closing, closureOf, onDate } from "./closures.ts";
import type { ParsedHoliday } from "./holiday.ts";
import type { Stretch } from "./stretches.ts";
import { byStart, union, without } from "./stretches.ts";
import type { Window } from "./week.ts";
import { windowsOf } from "./week.ts";
import type { Zone } from "./zone.ts";
import { localDay } from "./zone.ts";

const WEEK = 7 * DAY;

/** In force instead of the pattern: all is open. */
const OPEN = Infinity;

export interface Coverage {
  /** The pattern leaves no minute of the week out. */
  full: boolean;
  /** Coverage by an instant, ms: what two of them differ by. */
  by(at: number): number;
  /** The same, for the beginnings of stretches whose ends are asked by the other. */
  since(at: number): number;
  /** The first instant by which there was so much; `last`: the last instant at which there was no more. */
  reached(amount: number, last: boolean): number;
}

/** What is in force from an instant until the next row. */
type Row = readonly [
  start: number,
  /** Coverage by then. It stays so until the row's own measure passes it. */
  sum: number,
  /** Local time minus UTC where the pattern is in force, or OPEN. */
  offset: number,
  /** What makes sums of that measure; -Infinity where all is closed. */
  base: number,
];

/** The windows that start on dates that are not closed, between two instants. */
function windowsIn(
  week: readonly Window[][],
  closed: Float64Array,
  zone: Zone,
  from: number,
  to: number,
): [start: number, end: number][] {
  const stretches: Stretch[] = [];
  // a window may run into the next date; at the date line, a date may lie days from where its number says
  const last = localDay(zone, to);
  for (let day = localDay(zone, from) - 2; day <= last; day++)
    if (!closed.includes(day))
      for (const window of windowsOf(week, day)) {
        const [start, end] = onDate(zone, day, window);
        stretches.push([Math.max(start, from), Math.min(end, to)]);
      }
  return union(stretches);
}

export function coverageOf(
  week: readonly Window[][],
  holidays: readonly ParsedHoliday[],
  zone: Zone,
  special: readonly Mark[],
): Coverage {
  // a week from Thursday on, as 1970 began: where windows open and close
  const opens: number[] = [];
  const closes: number[] = [];
  let weekly = 0;
  const pattern: Stretch[] = [];
  for (let day = -1; day < 7; day++)
    for (const { from, to } of windowsOf(week, day))
      pattern.push([Math.max(0, day * DAY + from * MINUTE), Math.min(WEEK, day * DAY + to * MINUTE)]);
  /** Coverage before each window, and the first window that is not over at each midnight. */
  const before: number[] = [];
  const first: number[] = [];
  for (const [start, end] of union(pattern)) {
    opens.push(start);
    closes.push(end);
    before.push(weekly);
    weekly += end - start;
  }
  before.push(weekly);
  for (let day = 0; day < 7; day++) first.push(closes.filter((end) => end <= day * DAY).length);
  const patternBy = (local: number): number => {
    const weeks = Math.floor(local / WEEK);
    const at = local - weeks * WEEK;
    let i = first[Math.floor(at / DAY)]!;
    let sum = weeks * weekly + before[i]!;
    for (; opens[i]! < at; i++) sum += Math.min(at, closes[i]!) - opens[i]!;
    return sum;
  };
  const full = weekly === WEEK;

  const rows: Row[] = [];

  const spans = zone.spans(-Infinity, Infinity);
  let { offset } = spans[0]!;
  /** Special hours and partial holidays say in their third part what they do; a change of the clocks lies in the middle of its own. */
  const exceptions: Stretch[] = [...special];
  const dates: number[] = [];
  for (const holiday of holidays)
    if (holiday.whole) dates.push(holiday.day);
    else exceptions.push(closureOf(holiday, week, zone));
  /** The dates of whole holidays. */
  const days = new Float64Array(dates).sort();
  for (let i = 1; i < spans.length; i++) {
    const { start, offset: ahead } = spans[i]!;
    // local times this near are skipped or occur twice
    const near = Math.abs(ahead - spans[i - 1]!.offset);
    exceptions.push([start - near, start + near, undefined, ahead]);
  }
  exceptions.sort(byStart).push([Infinity, Infinity]);

  // where windows end with their dates, nothing is open on one that is closed
  const endWithDates = week.flat().every(({ to }) => to <= 1440);
  let base = 0;
  rows.push([-Infinity, -Infinity, offset, base]);
  const sumBy = (at: number) => Math.max(rows[rows.length - 1]![1], base + patternBy(at + offset));
  /** Nothing counts from an instant until another, from which the pattern is in force, at an offset. */
  const pause = (at: number, until: number, ahead: number, sum = sumBy(at)) => {
    base = sum - patternBy(until + (offset = ahead));
    rows.push([at, sum, offset, base]);
  };
  let [i, next] = [0, 0];
  /** All that lies within a day of these exceptions, window by window. */
  const layOut = (start: number) => {
    let end = start;
    const cut: Stretch[] = [];
    for (;;) {
      if (exceptions[i]![0] < end + DAY) {
        const near = exceptions[i++]!;
        end = Math.max(end, near[1]);
        if (near[2] !== undefined) cut.push(near);
      } else if (days[next]! * DAY - offset < end + DAY)
        end = Math.max(end, closing(zone, week, days[next++]!));
      else break;
    }
    let sum = sumBy(start);
    rows.push([start, sum, 0, -Infinity]);
    const windows = without(windowsIn(week, days, zone, start, end), cut);
    for (const [from, to] of union([...windows, ...cut.filter((open) => open[2])])) {
      rows.push([from, sum, OPEN, sum - from]);
      sum += to - from;
      rows.push([to, sum, 0, -Infinity]);
    }
    pause(end, end, zone.offsetAt(end), sum);
  };
  for (;;) {
    const { 0: start, 1: end, 2: does, 3: ahead } = exceptions[i]!;
    const dayStart = days[next]! * DAY - offset;
    const at = (start + end) / 2;
    // a holiday apart from all others takes its date out of the pattern
    if (endWithDates && dayStart + DAY <= start) {
      pause(dayStart, dayStart + DAY, offset);
      next++;
    } else if (start === Infinity && !(dayStart < Infinity)) break;
    // a change of the clocks beside which nothing opens or closes only shifts the pattern
    else if (
      does === undefined &&
      !(dayStart < end) &&
      !(exceptions[i + 1]![0] < end) &&
      (full || patternBy(2 * start - at + offset) === patternBy(2 * end - at + offset))
    ) {
      pause(at, at, ahead as number);
      i++;
    } else layOut(dayStart < start ? dayStart : start);
  }
  rows.push([Infinity, Infinity, offset, 0]);

  /** Finds rows by start or sum. It remembers the last one: the next question is often near. */
  const finder = (key: 0 | 1) => {
    let row = rows[0]!;
    let past = -Infinity;
    return (value: number, strictly?: boolean): Row => {
      // Stryker disable next-line ConditionalExpression,EqualityOperator,BooleanLiteral,LogicalOperator: changes only the speed
      if (!(row[key] < value && value < past)) {
        let low = 0;
        for (let high = rows.length; low < high;) {
          const middle = (low + high) >>> 1;
          const at = rows[middle]![key];
          if (at < value || (at === value && !strictly)) low = middle + 1;
          else high = middle;
        }
        row = rows[low - 1]!;
        past = rows[low]![key];
      }
      return row;
    };
  };
  const asking =
    (rowAt = finder(0)) =>
    (at: number): number => {
      const { 1: sum, 2: ahead, 3: least } = rowAt(at);
      return Math.max(sum, least + (ahead === OPEN ? at : patternBy(at + ahead)));
    };
  const rowWith = finder(1);
  return {
    full,
    by: asking(),
    since: asking(),
    reached(amount, last) {
      const { 2: ahead, 3: least } = rowWith(amount, !last);
      let rest = amount - least;
      if (ahead === OPEN) return rest;
      // the first instant with all of a week's coverage is in that week, the last one in the next
      const weeks = last ? Math.floor(rest / weekly) : Math.ceil(rest / weekly) - 1;
      rest -= weeks * weekly;
      let window = 0;
      for (
        let length;
        (length = closes[window]! - opens[window]!) < rest || (last && length === rest);
        window++
      )
        rest -= length;
      return weeks * WEEK - ahead + opens[window]! + rest;
    },
  };
}
