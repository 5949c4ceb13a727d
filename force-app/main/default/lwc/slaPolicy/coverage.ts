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
import { byStart, countTo, union, without } from "./stretches.ts";
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
  // a week from Thursday on, as 1970 began: where windows open and close, and the coverage before each
  const opens = [0];
  const closes = [0];
  const before = [0];
  let weekly = 0;
  const pattern: Stretch[] = [];
  for (let day = -1; day < 7; day++)
    for (const { from, to } of windowsOf(week, day))
      pattern.push([Math.max(0, day * DAY + from * MINUTE), Math.min(WEEK, day * DAY + to * MINUTE)]);
  for (const stretch of union(pattern)) {
    opens.push(stretch[0]);
    closes.push(stretch[1]);
    before.push(weekly);
    weekly += stretch[1] - stretch[0];
  }
  const patternBy = (local: number): number => {
    const weeks = Math.floor(local / WEEK);
    const at = local - weeks * WEEK;
    const i = countTo(opens, at) - 1;
    return weeks * weekly + before[i]! + Math.min(at, closes[i]!) - opens[i]!;
  };
  const full = weekly === WEEK;

  // rows: what is in force from an instant until the next
  const starts: number[] = [];
  /** Coverage by then. It stays so until the row's own measure passes it. */
  const sums: number[] = [];
  /** Local time minus UTC where the pattern is in force, or OPEN. */
  const offsets: number[] = [];
  /** What makes sums of that measure; -Infinity where all is closed. */
  const bases: number[] = [];
  const put = (start: number, sum: number, offset: number, base: number) => {
    starts.push(start);
    sums.push(sum);
    offsets.push(offset);
    bases.push(base);
  };
  // each kind of question remembers the row that answered it last: the next is often near
  const asking = () => {
    let row = 0;
    return (at: number): number => {
      // Stryker disable next-line ConditionalExpression,EqualityOperator,ArithmeticOperator,BooleanLiteral,LogicalOperator: changes only the speed
      if (!(starts[row]! <= at && at < starts[row + 1]!)) row = countTo(starts, at) - 1;
      const ahead = offsets[row]!;
      return Math.max(sums[row]!, bases[row]! + (ahead === OPEN ? at : patternBy(at + ahead)));
    };
  };

  /** Special hours and partial holidays say in their third part what they do; a change of the clocks lies in the middle of its own. */
  const exceptions: Stretch[] = [...special];
  const dates: number[] = [];
  for (const holiday of holidays)
    if (holiday.whole) dates.push(holiday.day);
    else exceptions.push(closureOf(holiday, week, zone));
  /** The dates of whole holidays. */
  const days = new Float64Array(dates).sort();
  const spans = zone.spans(-Infinity, Infinity);
  let offset = spans[0]!.offset;
  put(-Infinity, -Infinity, offset, 0);
  for (const span of spans) {
    // local times this near are skipped or occur twice
    const near = Math.abs(span.offset - offset);
    offset = span.offset;
    if (near) exceptions.push([span.start - near, span.start + near]);
  }
  exceptions.sort(byStart).push([Infinity, Infinity]);

  /** The pattern's coverage by the midnights of its week. */
  const byDay: number[] = [];
  for (let day = 0; day < 8; day++) byDay.push(patternBy(day * DAY));
  // where windows end with their dates, nothing is open on one that is closed
  const endWithDates = week.flat().every(({ to }) => to <= 1440);
  /** Of the last row. */
  let base = 0;
  offset = spans[0]!.offset;
  for (let i = 0, next = 0; ;) {
    const mark = exceptions[i]!;
    const day = days[next]!;
    const dayStart = day * DAY - offset;
    // a holiday apart from all others takes its date's share out of the pattern
    if (endWithDates && dayStart + DAY <= mark[0]) {
      const weeks = Math.floor(day / 7);
      const sum = byDay[day - weeks * 7]!;
      const share = byDay[day - weeks * 7 + 1]! - sum;
      if (share && day !== days[next - 1]) {
        put(dayStart, base + weeks * weekly + sum, offset, base - share);
        base -= share;
      }
      next++;
      continue;
    }
    if (mark[0] === Infinity && !(dayStart < Infinity)) break;
    // a change of the clocks beside which nothing opens or closes only shifts the pattern
    const at = (mark[0] + mark[1]) / 2;
    if (
      mark[2] === undefined &&
      !(dayStart < mark[1]) &&
      !(exceptions[i + 1]![0] < mark[1]) &&
      (full || patternBy(2 * mark[0] - at + offset) === patternBy(2 * mark[1] - at + offset))
    ) {
      const sum = base + patternBy(at + offset);
      offset = zone.offsetAt(at);
      base = sum - patternBy(at + offset);
      put(at, sum, offset, base);
      i++;
      continue;
    }
    // the rest is laid out, with everything that lies within a day of it
    const start = dayStart < mark[0] ? dayStart : mark[0];
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
    let sum = Math.max(sums.at(-1)!, base + patternBy(start + offset));
    put(start, sum, 0, -Infinity);
    const windows = without(windowsIn(week, days, zone, start, end), cut);
    for (const stretch of union([...windows, ...cut.filter((open) => open[2])])) {
      put(stretch[0], sum, OPEN, sum - stretch[0]);
      sum += stretch[1] - stretch[0];
      put(stretch[1], sum, 0, -Infinity);
    }
    offset = zone.offsetAt(end);
    base = sum - patternBy(end + offset);
    put(end, sum, offset, base);
  }

  put(Infinity, Infinity, offset, 0);
  let answered = 0;
  return {
    full,
    by: asking(),
    since: asking(),
    reached(amount, last) {
      if (!(sums[answered]! < amount && amount < sums[answered + 1]!))
        answered = countTo(sums, amount, !last) - 1;
      const all = amount - bases[answered]!;
      const ahead = offsets[answered]!;
      if (ahead === OPEN) return all;
      // the first instant with all of a week's coverage is in that week, the last one in the next
      const weeks = last ? Math.floor(all / weekly) : Math.ceil(all / weekly) - 1;
      const rest = all - weeks * weekly;
      const i = countTo(before, rest, !last) - 1;
      return weeks * WEEK - ahead + opens[i]! + rest - before[i]!;
    },
  };
}
