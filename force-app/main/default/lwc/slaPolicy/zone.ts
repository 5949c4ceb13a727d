/**
 * What a time zone's clocks show. `Intl` is asked every six days of a year, changes are found by bisection and
 * kept: afterwards a local time costs an addition.
 */
import { DAY, startOfYear, yearOf } from "./civil.ts";
import { quote } from "./faults.ts";

/** A stretch of time with one offset: local time is `instant + offset`. */
export interface Span {
  start: number;
  end: number;
  offset: number;
}

export interface Zone {
  /** Local time minus UTC at an instant, ms. */
  offsetAt(at: number): number;
  /** The spans of the years that `[from, to]` meets, in order; of years past those that a date can name, the nearest one's. */
  spans(from: number, to: number): readonly Span[];
}

/** No zone had rules before this; `Intl` shows its mean solar time. */
const FIRST_YEAR = 1800;
/** Past this year, rules repeat with the 400 years of the calendar. */
const LAST_YEAR = 2436;
const ERA = 146_097 * DAY;
/** Shorter than any period between two changes that cancel each other (a week less an hour: Recife, October 2000). */
const PROBE = 6 * DAY;
const SECOND = 1000;

const zones = new Map<string, Zone>();

/** Throws a RangeError unless `id` is the name of a zone in the IANA database. */
export function zoneOf(id: string): Zone {
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

  /** The first instant after `from` with another offset, where `to` has one. */
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
    offsetAt: (at) => year(yearOf(at)).find(({ end }) => at < end)!.offset,
    spans(from, to) {
      const first = yearOf(from);
      return Array.from({ length: yearOf(to) - first + 1 }, (_, i) => year(first + i)).flat();
    },
  };
}

function formatFor(id: string): Intl.DateTimeFormat {
  // Intl also takes offsets such as "+03:00", which are no zones
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

/**
 * The first instant at which the zone's clocks show `local` or later: a time that is skipped means the first
 * instant after the gap, one that occurs twice its first occurrence.
 */
export function firstInstant(spans: readonly Span[], local: number): number {
  const { start, offset } = spans.find((span) => local < span.end + span.offset)!;
  return Math.max(start, local - offset);
}

/** The last instant up to which the zone's clocks show `local` or earlier: of two occurrences the second. */
export function lastInstant(spans: readonly Span[], local: number): number {
  const { end, offset } = spans.findLast((span) => local >= span.start + span.offset)!;
  return Math.min(end, local - offset);
}

/** The instant of a local time (ms as if it were UTC); skipped: after the gap; twice: the first. */
export function instantOf(zone: Zone, local: number): number {
  return firstInstant(zone.spans(local - 2 * DAY, local + 2 * DAY), local);
}

/** The number of the local date at an instant. */
export const localDay = (zone: Zone, at: number): number => Math.floor((at + zone.offsetAt(at)) / DAY);
