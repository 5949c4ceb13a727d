/** The weekly pattern laid over years of real time: open stretches as instants, merged and in order. */
import { DAY, MINUTE } from "./civil.ts";
import type { ParsedHoliday } from "./holiday.ts";
import type { Window } from "./week.ts";
import type { Span, Zone } from "./zone.ts";
import { firstInstant, lastInstant } from "./zone.ts";

/** A stretch that a holiday closes. */
export interface Closure {
  start: number;
  end: number;
  name: string | undefined;
}

/** Enough days either side of a date for any offset and any transition, the date line's included. */
const BEFORE = 2;
const AFTER = 4;

/** The spans near one local date, found by a cursor that only moves forwards. */
function spansByDay(spans: readonly Span[]): (day: number) => readonly Span[] {
  let first = 0;
  return (day) => {
    const from = (day - BEFORE) * DAY;
    const to = (day + AFTER) * DAY;
    while (first < spans.length - 1 && spans[first]!.end <= from) first++;
    let last = first;
    while (last < spans.length - 1 && spans[last]!.end < to) last++;
    return spans.slice(first, last + 1);
  };
}

const closing = (near: readonly Span[], day: number, { to, untilMidnight }: Window): number =>
  untilMidnight ? firstInstant(near, (day + 1) * DAY) : lastInstant(near, day * DAY + to * MINUTE);

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/**
 * The open stretches within `[from, to)`, flat: start, end, start, end … `closed` holds the numbers of dates on which no window
 * opens, `parts` the partial closures in order.
 */
export function openStretches(
  week: readonly Window[][],
  closed: ReadonlySet<number>,
  parts: readonly Closure[],
  zone: Zone,
  from: number,
  to: number,
): number[] {
  const firstDay = Math.floor(from / DAY) - AFTER;
  const lastDay = Math.ceil(to / DAY) + BEFORE;
  const near = spansByDay(zone.spans((firstDay - AFTER) * DAY, (lastDay + AFTER + 1) * DAY));
  const stretches: number[] = [];
  for (let day = firstDay; day <= lastDay; day++) {
    const windows = week[(((day + 4) % 7) + 7) % 7]!;
    if (windows.length === 0 || closed.has(day)) continue;
    const spans = near(day);
    // nearly always one offset holds
    const only = spans.length === 1 ? spans[0]!.offset : null;
    for (const window of windows) {
      const local = day * DAY;
      let start =
        only === null
          ? firstInstant(spans, local + window.from * MINUTE)
          : local + window.from * MINUTE - only;
      let end = only === null ? closing(spans, day, window) : local + window.to * MINUTE - only;
      start = clamp(start, from, to);
      end = clamp(end, from, to);
      if (end <= start) continue;
      const last = stretches.length - 1;
      if (last > 0 && start <= stretches[last]!) stretches[last] = Math.max(stretches[last]!, end);
      else stretches.push(start, end);
    }
  }
  return parts.length === 0 ? stretches : without(stretches, parts);
}

function without(stretches: readonly number[], parts: readonly Closure[]): number[] {
  const result: number[] = [];
  let next = 0;
  for (let i = 0; i < stretches.length; i += 2) {
    let start = stretches[i]!;
    const end = stretches[i + 1]!;
    while (next < parts.length && parts[next]!.end <= start) next++;
    for (let j = next; j < parts.length && parts[j]!.start < end; j++) {
      if (parts[j]!.start > start) result.push(start, parts[j]!.start);
      start = Math.max(start, parts[j]!.end);
    }
    if (start < end) result.push(start, end);
  }
  return result;
}

/**
 * What each holiday closes, by start: a whole one its local date and the windows that start on it, a partial one
 * its wall time (from the first occurrence of its beginning to the last of its end).
 */
export function closuresOf(
  holidays: readonly ParsedHoliday[],
  week: readonly Window[][],
  zone: Zone,
): { all: Closure[]; parts: Closure[] } {
  const all: Closure[] = [];
  const parts: Closure[] = [];
  for (const { day, name, part } of holidays) {
    const spans = zone.spans((day - BEFORE) * DAY, (day + AFTER) * DAY);
    const midnight = firstInstant(spans, (day + 1) * DAY);
    let start = firstInstant(spans, day * DAY);
    let end = midnight;
    if (part) {
      start = firstInstant(spans, day * DAY + part.from * MINUTE);
      if (part.to < 1440) end = lastInstant(spans, day * DAY + part.to * MINUTE);
      parts.push({ start, end, name });
    } else {
      for (const window of week[(((day + 4) % 7) + 7) % 7]!) end = Math.max(end, closing(spans, day, window));
    }
    all.push({ start, end, name });
  }
  const byStart = (a: Closure, b: Closure) => a.start - b.start;
  return { all: all.sort(byStart), parts: mergeParts(parts.sort(byStart)) };
}

/** Overlapping closures as one, so that their ends are in order too. */
function mergeParts(parts: readonly Closure[]): Closure[] {
  const merged: Closure[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last && part.start <= last.end) last.end = Math.max(last.end, part.end);
    else merged.push({ ...part });
  }
  return merged;
}
