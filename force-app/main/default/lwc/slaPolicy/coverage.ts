/** The weekly pattern laid over years of real time: open stretches as instants, merged and in order. */
import { DAY, MINUTE, weekdayOf } from "./civil.ts";
import type { ParsedHoliday } from "./holiday.ts";
import type { Window } from "./week.ts";
import type { Span, Zone } from "./zone.ts";
import { firstInstant, lastInstant } from "./zone.ts";

/** A stretch that a holiday closes. */
export interface Closure {
  start: number;
  end: number;
  name: string | undefined;
  /** Closes this stretch of any window; a whole holiday the windows that start on its date. */
  partial: boolean;
}

/** Enough days either side of a date for any offset, transition and window, the date line's included. */
const BEFORE = 2;
const AFTER = 4;

const WHOLE_DATE: Window = { from: 0, to: 1440, untilMidnight: true };

/** The spans near a local date, by a cursor that only moves forwards; for dates from `first` to `last`. */
function spansNear(zone: Zone, first: number, last: number): (day: number) => readonly Span[] {
  const spans = zone.spans((first - BEFORE) * DAY, (last + AFTER) * DAY);
  let [low, high] = [0, 0];
  let near: readonly Span[] = [];
  return (day) => {
    let [from, to] = [low, Math.max(low + 1, high)];
    while (spans[from]!.end < (day - BEFORE) * DAY) from++;
    while (spans[to - 1]!.end < (day + AFTER) * DAY) to++;
    // most dates are near the same ones as the date before
    if (from !== low || to !== high) {
      [low, high] = [from, to];
      near = spans.slice(from, to);
    }
    return near;
  };
}

const opening = (spans: readonly Span[], day: number, { from }: Window): number =>
  firstInstant(spans, day * DAY + from * MINUTE);

const closing = (spans: readonly Span[], day: number, { to, untilMidnight }: Window): number =>
  untilMidnight ? firstInstant(spans, (day + 1) * DAY) : lastInstant(spans, day * DAY + to * MINUTE);

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/**
 * The open stretches within `[from, to)`, which whole days of UTC make up, flat: start, end, start, end … `closed` holds the numbers
 * of dates on which no window opens, `parts` the partial closures by start.
 */
export function openStretches(
  week: readonly Window[][],
  closed: ReadonlySet<number>,
  parts: readonly Closure[],
  zone: Zone,
  from: number,
  to: number,
): number[] {
  const [firstDay, lastDay] = [from / DAY - AFTER, to / DAY];
  const near = spansNear(zone, firstDay, lastDay);
  const stretches: number[] = [];
  for (let day = firstDay; day <= lastDay; day++) {
    if (closed.has(day)) continue;
    const spans = near(day);
    for (const window of week[weekdayOf(day)]!) {
      // near most dates the clocks do not change, and a subtraction is enough
      const { offset } = spans[0]!;
      const isPlain = spans.length === 1;
      const opens = isPlain ? day * DAY + window.from * MINUTE - offset : opening(spans, day, window);
      const closes = isPlain ? day * DAY + window.to * MINUTE - offset : closing(spans, day, window);
      const start = clamp(opens, from, to);
      const end = clamp(closes, from, to);
      // a window that a change of the clocks skips
      if (start >= end) continue;
      // before the first there is none to join
      const last = stretches.length - 1;
      if (start <= stretches[last]!) stretches[last] = Math.max(stretches[last]!, end);
      else stretches.push(start, end);
    }
  }
  return parts.length === 0 ? stretches : without(stretches, parts);
}

/** `stretches` less what `closures` take out of them; both by start, and each is walked once. */
export function without(
  stretches: readonly number[],
  closures: readonly Pick<Closure, "start" | "end">[],
): number[] {
  const left: number[] = [];
  let next = 0;
  /** Where the closures that have begun end. */
  let closedUntil = -Infinity;
  for (let i = 0; i < stretches.length; i += 2) {
    let start = Math.max(stretches[i]!, closedUntil);
    const end = stretches[i + 1]!;
    for (; next < closures.length && closures[next]!.start < end; next++) {
      const closure = closures[next]!;
      if (start < closure.start) left.push(start, closure.start);
      closedUntil = Math.max(closedUntil, closure.end);
      start = Math.max(start, closure.end);
    }
    if (start < end) left.push(start, end);
  }
  return left;
}

/**
 * What each holiday closes, by start: a whole one its local date and the windows that start on it, a partial one
 * its wall time (from the first occurrence of its beginning to the last of its end).
 */
export function closuresOf(
  holidays: readonly ParsedHoliday[],
  week: readonly Window[][],
  zone: Zone,
): Closure[] {
  return (
    holidays
      .map(({ day, name, part }): Closure => {
        const spans = spansNear(zone, day, day)(day);
        const date = part ?? WHOLE_DATE;
        const windows = part ? [] : week[weekdayOf(day)]!;
        const ends = [date, ...windows].map((window) => closing(spans, day, window));
        return { start: opening(spans, day, date), end: Math.max(...ends), name, partial: part !== null };
      })
      // a date that was skipped has no time to close
      .filter(({ start, end }) => start < end)
      .sort((a, b) => a.start - b.start)
  );
}
