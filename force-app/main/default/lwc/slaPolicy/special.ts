/** Special hours: coverage opened or closed between two local times, laid over windows and holidays. */
import { DAY, MINUTE, parseDate, parseWallTime } from "./civil.ts";
import { without } from "./coverage.ts";
import { need } from "./faults.ts";
import type { Segment, SpecialHours } from "./types.ts";
import type { Zone } from "./zone.ts";
import { firstInstant, lastInstant } from "./zone.ts";

/** A stretch in which special hours hold. */
export interface Special {
  start: number;
  end: number;
  open: boolean;
  name: string;
}

/** Longest that one entry can hold. */
export const MOST_SPECIAL_DAYS = 366;

/**
 * The stretches in which special hours hold, by start: of two that meet, the one later in the list wins. Throws where an
 * entry is not right.
 */
export function parseSpecial(list: readonly SpecialHours[] = [], zone: Zone): Special[] {
  let won: Special[] = [];
  need(Array.isArray(list), "special");
  (list as readonly SpecialHours[]).forEach((entry, i) => {
    for (const span of spansOf(entry, `special[${i}]`, zone)) {
      won = won.flatMap((before) => outside(before, span));
      won.push(span);
    }
  });
  return won.sort((a, b) => a.start - b.start);
}

/** What is left of a stretch when another is taken out of it. */
const outside = <T extends { start: number; end: number }>(one: T, { start, end }: Special): T[] =>
  [
    { ...one, end: Math.min(one.end, start) },
    { ...one, start: Math.max(one.start, end) },
  ].filter((left) => left.start < left.end);

function spansOf(entry: SpecialHours, what: string, zone: Zone): Special[] {
  const { open, name, from, to, part } = entry;
  const [first, last] = [localTime(from, false), localTime(to, true)];
  need(typeof open === "boolean" && first !== null && last !== null, what);
  need(first < last && last - first <= MOST_SPECIAL_DAYS * DAY, what);
  const span = (start: number, end: number): Special => {
    const near = zone.spans(start - 2 * DAY, end + 2 * DAY);
    // midnight is the first instant of the next date
    const at = end % DAY === 0 ? firstInstant(near, end) : lastInstant(near, end);
    return { start: firstInstant(near, start), end: at, open, name };
  };
  if (part === undefined) return [span(first, last)];
  need(Array.isArray(part), what);
  const [opens, closes] = part.map(parseWallTime);
  need(typeof opens === "number" && typeof closes === "number" && opens < closes, what);
  const days = (last - first) / DAY;
  need(Number.isInteger(days) && first % DAY === 0, what);
  return Array.from({ length: days }, (_, day) =>
    span(first + day * DAY + opens * MINUTE, first + day * DAY + closes * MINUTE),
  );
}

/** A local time as if it were UTC, ms; a date alone is its first instant or, at the end, the next date's. */
export function localTime(text: unknown, ends: boolean): number | null {
  const [date, time, ...more] = String(text).split("T");
  const day = parseDate(date);
  const minutes = time === undefined ? (ends ? 1440 : 0) : parseWallTime(time);
  return day === null || minutes === null || more.length > 0 ? null : day * DAY + minutes * MINUTE;
}

/** Open stretches within `[from, to)`, flat and by start, with special hours laid over them. */
export function withSpecial(
  stretches: readonly number[],
  special: readonly Special[],
  from: number,
  to: number,
): readonly number[] {
  const laid = special.filter(({ start, end }) => start < to && end > from);
  // most years have none, and nothing to lay out again
  if (laid.length === 0) return stretches;
  const left = without(stretches, laid);
  const pairs: [number, number][] = [];
  for (let i = 0; i < left.length; i += 2) pairs.push([left[i]!, left[i + 1]!]);
  for (const { start, end, open } of laid) if (open) pairs.push([Math.max(start, from), Math.min(end, to)]);
  const flat: number[] = [];
  for (const [start, end] of pairs.sort((a, b) => a[0] - b[0])) {
    if (start <= flat[flat.length - 1]!) flat[flat.length - 1] = Math.max(end, flat[flat.length - 1]!);
    else flat.push(start, end);
  }
  return flat;
}

/** Segments cut where special hours begin or end, and named in between. */
export function nameSpecial(segments: readonly Segment[], special: readonly Special[]): Segment[] {
  return segments.flatMap((segment) => {
    const named: Segment[] = [];
    let rest = [segment];
    for (const each of special) {
      const start = Math.max(segment.start, each.start);
      const end = Math.min(segment.end, each.end);
      if (start >= end) continue;
      rest = rest.flatMap((one) => outside(one, each));
      named.push({
        ...{ start, end, open: segment.open },
        why: segment.open ? "window" : "outsideHours",
        special: each.name,
      });
    }
    return [...rest, ...named].sort((a, b) => a.start - b.start);
  });
}
