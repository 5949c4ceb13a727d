/**
 * The law of a zone by the host's own `Intl`, for programs that bring no law of their own. The product never asks it,
 * and no page loads it. It asks `Intl` every six days of a year, and finds the changes by bisection. It keeps them,
 * so a later local time costs only an addition.
 */
import { placeOf } from "c/slaPolicy";
import type { Span, Zone } from "c/slaPolicy";
import { DAY, quote } from "c/slaPolicyCheck";
import { LAST_INSTANT } from "./instants.ts";

/** No zone had rules before this year. `Intl` shows its mean solar time there. */
const FIRST_YEAR = 1800;
/** After this year, rules repeat with the calendar's 400 years. */
const LAST_YEAR = 2436;
const ERA = 146_097 * DAY;
/**
 * Shorter than every period between two changes that cancel each other. The shortest is a week less an hour: Recife,
 * October 2000.
 */
const PROBE = 6 * DAY;
const SECOND = 1000;

/** The instant at which a year begins in UTC, ms; also of years past those that a date can name. */
export function startOfYear(year: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  // 719,162 days from 0001-01-01 to 1970-01-01
  return (before * 365 + leapDays - 719_162) * DAY;
}

/** Of an instant past those that a date can name: the last year that it can. */
export const yearOf = (at: number): number =>
  new Date(Math.min(Math.max(at, -LAST_INSTANT), LAST_INSTANT)).getUTCFullYear();

const zones = new Map<string, Zone>();

/** Throws a RangeError unless `id` names a zone of the IANA database. */
export function hostZone(id: string): Zone {
  let zone = zones.get(id);
  if (!zone) zones.set(id, (zone = open(id)));
  return zone;
}

function open(id: string): Zone {
  const format = formatFor(id);
  const years = new Map<number, readonly Span[]>();

  /** The offset at an instant of whole seconds. */
  const ask = (at: number): number => {
    const [month, day, year, hour, minute, second] = format.format(at).split(/\D+/).map(Number) as number[];
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - at;
  };

  /** The first instant after `from` with another offset. `to` must have another offset. */
  const firstChange = (from: number, to: number, offset: number): number => {
    let [low, high] = [from, to];
    while (high - low > SECOND) {
      const middle = low + Math.ceil((high - low) / 2 / SECOND) * SECOND;
      if (ask(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  };

  const search = (year: number): Span[] => {
    const spans: Span[] = [];
    const end = startOfYear(year + 1);
    let start = startOfYear(year);
    let offset = ask(start);
    for (let at = start; at < end;) {
      let next = Math.min(at + PROBE, end);
      if (ask(next) !== offset) {
        next = firstChange(at, next, offset);
        spans.push({ start, end: next, offset });
        [start, offset] = [next, ask(next)];
      }
      at = next;
    }
    return [...spans, { start, end, offset }];
  };

  const year = (number: number): readonly Span[] => {
    const known = years.get(number);
    if (known) return known;
    let found: readonly Span[];
    if (number < FIRST_YEAR) {
      const offset = ask(startOfYear(FIRST_YEAR));
      found = [{ start: startOfYear(number), end: startOfYear(number + 1), offset }];
    } else if (number <= LAST_YEAR) found = search(number);
    else {
      const later = Math.ceil((number - LAST_YEAR) / 400);
      found = year(number - later * 400).map(({ start, end, offset }) => ({
        start: start + later * ERA,
        end: end + later * ERA,
        offset,
      }));
    }
    years.set(number, found);
    return found;
  };

  return {
    name: id,
    version: "host",
    place: placeOf(id),
    offsetAt: (at) => year(yearOf(at)).find(({ end }) => at < end)!.offset,
    spans(from, to) {
      const first = yearOf(from);
      return Array.from({ length: yearOf(to) - first + 1 }, (_, i) => year(first + i)).flat();
    },
  };
}

function formatFor(id: string): Intl.DateTimeFormat {
  // Intl also accepts offsets such as "+03:00", which are not zones
  if (typeof id !== "string" || !/^\w/.test(id)) throw unknownZone(id);
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: id,
      hourCycle: "h23",
      calendar: "gregory",
      numberingSystem: "latn",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    throw unknownZone(id);
  }
}

function unknownZone(id: unknown): RangeError {
  return new RangeError(`timeZone ${quote(id)} is not a time zone of the IANA database`);
}
