/**
 * The weekly pattern laid over real time, a local week at a time. Most weeks differ from each other only in the dates that
 * holidays close: they share what is laid out once. A week in which clocks change is laid out for itself.
 */
import { DAY, LAST_INSTANT, MINUTE, weekdayOf } from "./civil.ts";
import type { ParsedHoliday } from "./holiday.ts";
import type { Window } from "./week.ts";
import type { Span, Zone } from "./zone.ts";
import { firstInstant, lastInstant } from "./zone.ts";

export interface Stretch {
  start: number;
  end: number;
}

/** A stretch that a holiday closes. */
export interface Closure extends Stretch {
  name: string | undefined;
  /** Closes this stretch of any window; a whole holiday the windows that start on its date. */
  partial: boolean;
}

/** The weeks begin on Thursdays, as 1970 did: clocks change on Sundays, far from where a week ends. */
export const WEEK = 7 * DAY;
/** Enough days either side of a date for any offset, transition and window, the date line's included. */
const AROUND = 4 * DAY;
/** How far from a change of the clocks a week must lie, so that no local time in it is skipped or occurs twice. */
const CLEAR = 2 * DAY;

/** No week from here on is laid out whole, nor any as far before 1970. */
const LAST_WEEK = Math.floor(LAST_INSTANT / WEEK) - 2;

const WHOLE_DATE: Window = { from: 0, to: 1440, untilMidnight: true };

const opening = (spans: readonly Span[], day: number, { from }: Window): number =>
  firstInstant(spans, day * DAY + from * MINUTE);

const closing = (spans: readonly Span[], day: number, { to, untilMidnight }: Window): number =>
  untilMidnight ? firstInstant(spans, (day + 1) * DAY) : lastInstant(spans, day * DAY + to * MINUTE);

/** Adds a stretch that starts no earlier than the last; nothing where a change of the clocks skips it. */
export function addStretch(flat: number[], start: number, end: number): void {
  if (start >= end) return;
  // before the first there is none to join
  const last = flat.length - 1;
  if (start <= flat[last]!) flat[last] = Math.max(flat[last]!, end);
  else flat.push(start, end);
}

/** What is open in a week. */
export interface Week {
  /** Start, end, start, end …, ms from where the week begins. */
  edges: readonly number[];
  /** All of it together. */
  length: number;
}

/** A run of local weeks. */
export interface Weeks {
  /** Where each begins, and where the last ends. */
  starts: Float64Array;
  weeks: Week[];
}

function weekOf(edges: readonly number[]): Week {
  let length = 0;
  for (let i = 0; i < edges.length; i += 2) length += edges[i + 1]! - edges[i]!;
  return { edges, length };
}

/** What changes a stretch of time beyond the weekly pattern and closed dates. */
export interface Layer {
  touches(from: number, to: number): boolean;
  /** Open stretches, flat and by start, as they are then. */
  over(stretches: readonly number[], from: number, to: number): readonly number[];
}

/**
 * Lays out weeks by their number from that of 1970-01-01.
 * @param closed the numbers of dates on which no window opens
 */
export function weekLayer(
  pattern: readonly Window[][],
  closed: readonly number[],
  zone: Zone,
  layer: Layer | null,
): (first: number, past: number) => Weeks {
  /** By the dates that are closed, one bit each from the date before the week on: a week in which no clock changes. */
  const plain: Week[] = [];

  const plainWeek = (mask: number): Week => {
    const edges: number[] = [];
    for (let day = -1; day < 7; day++) {
      if ((mask >> (day + 1)) & 1) continue;
      for (const { from, to } of pattern[weekdayOf(day)]!) {
        addStretch(edges, Math.max(day * DAY + from * MINUTE, 0), Math.min(day * DAY + to * MINUTE, WEEK));
      }
    }
    return weekOf(edges);
  };

  /** By number: what takes long to lay out is kept when more years are. */
  const odd = new Map<number, Week>();

  const oddWeek = (number: number, spans: readonly Span[]): Week => {
    const known = odd.get(number);
    if (known) return known;
    const [start, end] = [firstInstant(spans, number * WEEK), firstInstant(spans, (number + 1) * WEEK)];
    const [from, to] = [Math.max(start, -LAST_INSTANT), Math.min(end, LAST_INSTANT)];
    const near = spans.filter((span) => span.start < end + AROUND && span.end > start - AROUND);
    const stretches: number[] = [];
    for (let day = number * 7 - 4; day < number * 7 + 7; day++) {
      if (closed.includes(day)) continue;
      for (const window of pattern[weekdayOf(day)]!) {
        addStretch(
          stretches,
          Math.max(opening(near, day, window), from),
          Math.min(closing(near, day, window), to),
        );
      }
    }
    const week = weekOf((layer?.over(stretches, from, to) ?? stretches).map((at) => at - start));
    odd.set(number, week);
    return week;
  };

  return (first, past) => {
    const spans = zone.spans(first * WEEK - AROUND, past * WEEK + AROUND);
    const starts = new Float64Array(past - first + 1);
    const weeks: Week[] = [];
    const masks = new Uint8Array(past - first + 1);
    for (const day of closed) {
      // what is written past either end of such an array is dropped
      const week = Math.floor(day / 7);
      masks[week - first]! |= 2 << (day - week * 7);
      if (day - week * 7 === 6) masks[week + 1 - first]! |= 1;
    }
    let span = 0;
    for (let number = first; number < past;) {
      const local = number * WEEK;
      while (local >= spans[span]!.end + spans[span]!.offset) span++;
      const { start, end, offset } = spans[span]!;
      // from one change of the clocks to the next, weeks are plain
      const clear = local - offset - start < CLEAR ? -Infinity : (end + offset - CLEAR) / WEEK - 1;
      const isTouched = () => layer?.touches(number * WEEK - offset, (number + 1) * WEEK - offset);
      if (number > clear || Math.abs(number) > LAST_WEEK || isTouched()) {
        starts[number - first] = firstInstant(spans, local);
        weeks.push(oddWeek(number, spans));
        number++;
        continue;
      }
      do {
        const mask = masks[number - first]!;
        starts[number - first] = number * WEEK - offset;
        weeks.push((plain[mask] ??= plainWeek(mask)));
        number++;
      } while (number < past && number <= clear && number <= LAST_WEEK && !isTouched());
    }
    starts[past - first] = firstInstant(spans, past * WEEK);
    return { starts, weeks };
  };
}

/** `stretches` less what `closures` take out of them; both by start, and each is walked once. */
export function without(stretches: readonly number[], closures: readonly Stretch[]): number[] {
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
        const spans = zone.spans(day * DAY - AROUND, day * DAY + AROUND);
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

/** Of stretches by start, finds those that may meet a stretch of time: a client can have hundreds. */
export function finder<T extends Stretch>(list: readonly T[]): (from: number, to: number) => readonly T[] {
  // by how many begin before an instant, and the farthest end among those
  const starts = list.map(({ start }) => start);
  const ended: number[] = [];
  for (const { end } of list) ended.push(Math.max(ended[ended.length - 1] ?? -Infinity, end));
  return (from, to) => list.slice(firstAbove(ended, from), firstAbove(starts, to));
}

/** The index of the first of these ascending numbers that is above `value`. */
function firstAbove(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
