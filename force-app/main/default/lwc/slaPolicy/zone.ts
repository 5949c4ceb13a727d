/**
 * What a time zone's clocks show. `Intl` is asked once per zone and week, transitions are found by bisection and
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
  /** The spans that make up `[from, to)`; neighbours differ in offset. */
  spans(from: number, to: number): Span[];
}

/** No zone had rules before this; `Intl` shows its mean solar time. */
const FIRST_YEAR = 1800;
/** Past this year, rules repeat with the 400 years of the calendar. */
const LAST_YEAR = 2436;
const ERA = 146_097 * DAY;
/** Shorter than any period between two changes that cancel each other (a week less an hour: Recife, October 2000). */
const PROBE = 6 * DAY;
/** Seconds. */
const QUARTER = 900;

type YearOfChanges = { offset: number; changes: [at: number, offset: number][] };

const zones = new Map<string, Zone>();

/** Throws a RangeError unless `id` is the name of a zone in the IANA database. */
export function zoneOf(id: string): Zone {
  let zone = zones.get(id);
  if (!zone) zones.set(id, (zone = open(id)));
  return zone;
}

function open(id: string): Zone {
  const format = formatFor(id);
  const years = new Map<number, YearOfChanges>();

  const ask = (at: number): number => {
    const [month, day, year, hour, minute, second] = format.format(at).split(/\D+/).map(Number) as number[];
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  };

  /** Bisects (low, high] for the first instant with another offset, in seconds, on multiples of `unit`. */
  const narrow = (from: number, to: number, unit: number, offset: number): [low: number, high: number] => {
    let [low, high] = [from, to];
    for (;;) {
      const middle = Math.floor((low + high) / 2 / unit) * unit;
      if (middle <= low || middle >= high) return [low, high];
      if (ask(middle * 1000) === offset) low = middle;
      else high = middle;
    }
  };

  const search = (year: number): YearOfChanges => {
    let at = startOfYear(year);
    const end = startOfYear(year + 1);
    const first = ask(at);
    const changes: [number, number][] = [];
    let offset = first;
    while (at < end) {
      const next = Math.min(at + PROBE, end);
      const there = ask(next);
      while (offset !== there) {
        // by quarters of an hour, where nearly all transitions are; by seconds where one is not
        let [low, high] = narrow(at / 1000, next / 1000, QUARTER, offset);
        if (ask((high - 1) * 1000) !== offset) [low, high] = narrow(low, high, 1, offset);
        at = high * 1000;
        offset = ask(at);
        changes.push([at, offset]);
      }
      at = next;
    }
    return { offset: first, changes };
  };

  const year = (number: number): YearOfChanges => {
    const known = years.get(number);
    if (known) return known;
    let found: YearOfChanges;
    if (number < FIRST_YEAR) found = { offset: ask(startOfYear(FIRST_YEAR)), changes: [] };
    else if (number <= LAST_YEAR) found = search(number);
    else {
      const eras = Math.ceil((number - LAST_YEAR) / 400);
      const { offset, changes } = year(number - eras * 400);
      found = { offset, changes: changes.map(([at, after]) => [at + eras * ERA, after]) };
    }
    years.set(number, found);
    return found;
  };

  return {
    offsetAt(at) {
      const { offset, changes } = year(yearOf(at));
      let current = offset;
      for (const [since, after] of changes) if (since <= at) current = after;
      return current;
    },
    spans(from, to) {
      const result: Span[] = [];
      let last: Span | undefined;
      const begin = (start: number, offset: number) => {
        if (last?.offset === offset) return;
        if (last) last.end = start;
        result.push((last = { start, end: to, offset }));
      };
      for (let number = yearOf(from); startOfYear(number) < to; number++) {
        const { offset, changes } = year(number);
        begin(Math.max(from, startOfYear(number)), offset);
        for (const [at, after] of changes) if (at < to) begin(at, after);
      }
      return result.filter(({ end }) => end > from);
    },
  };
}

function formatFor(id: string): Intl.DateTimeFormat {
  // Intl also takes offsets such as "+03:00", which are no zones
  if (typeof id !== "string" || !/^[A-Za-z]/.test(id)) throw unknownZone(id);
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
  for (const { start, end, offset } of spans) {
    if (local < end + offset) return Math.max(start, local - offset);
  }
  return Infinity;
}

/** The last instant up to which the zone's clocks show `local` or earlier: of two occurrences the second. */
export function lastInstant(spans: readonly Span[], local: number): number {
  for (let i = spans.length - 1; i >= 0; i--) {
    const { start, end, offset } = spans[i]!;
    if (local >= start + offset) return Math.min(end, local - offset);
  }
  return -Infinity;
}

/** The instant of a local time (ms as if it were UTC); skipped: after the gap; twice: the first. */
export function instantOf(zone: Zone, local: number): number {
  return firstInstant(zone.spans(local - 2 * DAY, local + 2 * DAY), local);
}

/** The number of the local date at an instant. */
export const localDay = (zone: Zone, at: number): number => Math.floor((at + zone.offsetAt(at)) / DAY);
