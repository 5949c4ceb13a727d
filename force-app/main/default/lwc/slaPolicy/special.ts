/** Special hours: coverage opened or closed between two local times, laid over windows and holidays. */
import { DAY, MINUTE, parseDate, parseWallTime } from "./civil.ts";
import { addStretch, without } from "./coverage.ts";
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
  const parsed = (list as readonly SpecialHours[]).map((entry, i) => spansOf(entry, `special[${i}]`, zone));
  // the last first: what is left of the others is theirs
  for (const { flat, open, name } of parsed.reverse()) {
    const left = without(flat, won);
    won = [...won];
    for (let i = 0; i < left.length; i += 2) won.push({ start: left[i]!, end: left[i + 1]!, open, name });
    won.sort((a, b) => a.start - b.start);
  }
  return won;
}

/** An entry's stretches, flat. */
function spansOf({ open, name, from, to, part }: SpecialHours, what: string, zone: Zone) {
  const [first, last] = [localTime(from, false), localTime(to, true)];
  need(typeof open === "boolean" && first !== null && last !== null, what);
  need(first < last && last - first <= MOST_SPECIAL_DAYS * DAY, what);
  const flat: number[] = [];
  const near = zone.spans(first - 2 * DAY, last + 2 * DAY);
  const span = (start: number, end: number) =>
    addStretch(
      flat,
      firstInstant(near, start),
      // midnight is the first instant of the next date
      end % DAY === 0 ? firstInstant(near, end) : lastInstant(near, end),
    );
  if (part === undefined) span(first, last);
  else {
    need(Array.isArray(part), what);
    const [opens, closes] = part.map(parseWallTime);
    need(typeof opens === "number" && typeof closes === "number" && opens < closes, what);
    need(first % DAY === 0 && last % DAY === 0, what);
    for (let day = first; day < last; day += DAY) span(day + opens * MINUTE, day + closes * MINUTE);
  }
  return { flat, open, name };
}

/** A local time as if it were UTC, ms; a date alone is its first instant or, at the end, the next date's. */
export function localTime(text: unknown, ends: boolean): number | null {
  const [date, time, ...more] = String(text).split("T");
  const day = parseDate(date);
  const minutes = time === undefined ? (ends ? 1440 : 0) : parseWallTime(time);
  return day === null || minutes === null || more.length > 0 ? null : day * DAY + minutes * MINUTE;
}

/** Open stretches, flat and by start, with the special hours of `[from, to)` laid over them. */
export function withSpecial(
  stretches: readonly number[],
  special: readonly Special[],
  from: number,
  to: number,
): readonly number[] {
  const left = without(stretches, special);
  const pairs: [number, number][] = [];
  for (let i = 0; i < left.length; i += 2) pairs.push([left[i]!, left[i + 1]!]);
  for (const { start, end, open } of special)
    if (open) pairs.push([Math.max(start, from), Math.min(end, to)]);
  const flat: number[] = [];
  for (const [start, end] of pairs.sort((a, b) => a[0] - b[0])) addStretch(flat, start, end);
  return flat;
}

/** Segments cut where special hours begin or end, and named in between. */
export function nameSpecial(
  segments: readonly Segment[],
  specialIn: (from: number, to: number) => readonly Special[],
): Segment[] {
  return segments.flatMap((segment) => {
    const cut: Segment[] = [];
    let at = segment.start;
    const until = (time: number, piece: Pick<Segment, "open" | "why" | "holiday" | "special">) => {
      const end = Math.min(time, segment.end);
      if (end > at) cut.push({ ...piece, start: at, end });
      at = Math.max(at, end);
    };
    for (const { start, end, name } of specialIn(segment.start, segment.end)) {
      until(start, segment);
      const { open } = segment;
      until(end, { open, why: open ? "window" : "outsideHours", special: name });
    }
    until(segment.end, segment);
    return cut;
  });
}
