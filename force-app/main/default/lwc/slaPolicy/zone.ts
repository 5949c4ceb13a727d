/**
 * What a place's clocks show, by the changes of its law that are given as data. Nothing here asks the runtime: what a browser
 * believes of a zone is as old as the browser.
 */
import { MOST } from "./bounds.ts";
import { DAY } from "./civil.ts";
import { need } from "./faults.ts";
import type { CalendarSpec, Text, ZoneChanges } from "./types.ts";

/** A stretch of time with one offset: local time is `instant + offset`. */
export interface Span {
  start: number;
  end: number;
  offset: number;
}

export interface Zone {
  /** The IANA name. */
  name: string;
  /** The version of the tz database that this law comes from. */
  version: string;
  /** What people call the place, in both languages. */
  place: Text;
  /** Local time minus UTC at an instant, ms. */
  offsetAt(at: number): number;
  /** At least the spans that meet `[from, to)`, in order. */
  spans(from: number, to: number): readonly Span[];
}

const SECOND = 1000;
const zones = new WeakMap<ZoneChanges, Zone>();

/** A zone by its law. Compiled once for each object of changes. Throws for what is no law. */
export function zoneBy(name: string, law: ZoneChanges): Zone {
  const known = zones.get(law);
  if (known?.name === name) return known;
  const { version, changes, place = placeOf(name) } = law;
  for (const text of [name, version, place.es, place.en]) need(text.trim().length < 100);
  need(Array.isArray(changes) && changes.length <= MOST.changes && isOffset(law.offset));
  let last: Span = { start: -Infinity, end: Infinity, offset: law.offset * SECOND };
  const all = [last];
  for (const [at, offset] of changes) {
    const start = at * SECOND;
    need(Number.isSafeInteger(at) && isOffset(offset) && start > last.start);
    last.end = start;
    all.push((last = { start, end: Infinity, offset: offset * SECOND }));
  }
  const zone: Zone = {
    name,
    version,
    place,
    offsetAt: (at) => all.find(({ end }) => at < end)!.offset,
    spans: () => all,
  };
  zones.set(law, zone);
  return zone;
}

/** Where no better name is known: "Buenos Aires" of `America/Argentina/Buenos_Aires`. */
export function placeOf(name: string): Text {
  const last = name.split("/").pop()!.replaceAll("_", " ");
  return { es: last, en: last };
}

/** The law that a calendar or a policy carries. Throws where it carries no law. */
export const zoneOf = ({ timeZone, zone }: Pick<CalendarSpec, "timeZone" | "zone">): Zone =>
  zoneBy(timeZone, zone!);

/** Whole seconds of less than 26 hours: some places were that far from Greenwich while the date line moved. */
export const isOffset = (value: unknown) =>
  Number.isSafeInteger(value) && Math.abs(value as number) < 26 * 3600;

export const UTC_LAW: ZoneChanges = { version: "", offset: 0, changes: [] };
export const UTC: Zone = zoneBy("UTC", UTC_LAW);

/** Farther than any change moves clocks. */
const AROUND = 2 * DAY;

/**
 * The first instant at which the zone's clocks show `local` (ms, as if it were UTC) or later. A skipped time means
 * the first instant after the gap, and a repeated one its first occurrence. `last`: up to which they show it or
 * earlier, so of two occurrences the second.
 */
export function instantOf(zone: Zone, local: number, last?: boolean): number {
  const spans = zone.spans(local - AROUND, local + AROUND);
  const span = last
    ? spans.filter(({ start, offset }) => start + offset <= local).at(-1)!
    : spans.filter(({ end, offset }) => local < end + offset)[0]!;
  return Math.min(span.end, Math.max(span.start, local - span.offset));
}

/** The number of the local date at an instant. */
export const localDay = (zone: Zone, at: number): number => Math.floor((at + zone.offsetAt(at)) / DAY);
