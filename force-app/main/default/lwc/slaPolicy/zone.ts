/**
 * What a place's clocks show, by the changes of its law that are given as data. Nothing here asks the runtime: what a browser
 * believes of a zone is as old as the browser.
 */
import { DAY } from "./civil.ts";
import { need } from "./faults.ts";
import type { Text, ZoneChanges } from "./types.ts";

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
/** More than any zone needs for a century, and little enough that a hostile policy costs nothing. */
export const MOST_CHANGES = 400;

const zones = new WeakMap<ZoneChanges, Zone>();

export const isZoneName = (name: unknown): name is string =>
  typeof name === "string" && /^[A-Za-z]/.test(name);

/** A zone by its law. Compiled once for each object of changes. Throws for what is no law. */
export function zoneBy(name: string, law: ZoneChanges): Zone {
  const known = zones.get(law);
  if (known?.name === name) return known;
  need(isZoneName(name) && isLaw(law), "the law of the time zone");
  const ends = [...law.changes.map(([at]) => at * SECOND), Infinity];
  const offsets = [law.offset, ...law.changes.map(([, offset]) => offset)];
  const spans = offsets.map((offset, i) => ({
    start: i === 0 ? -Infinity : ends[i - 1]!,
    end: ends[i]!,
    offset: offset * SECOND,
  }));
  const zone: Zone = {
    name,
    version: law.version,
    place: law.place ?? placeOf(name),
    offsetAt: (at) => spans.find(({ end }) => at < end)!.offset,
    spans: () => spans,
  };
  zones.set(law, zone);
  return zone;
}

/** Whole seconds of less than 26 hours: some places were that far from Greenwich while the date line moved. */
export const isOffset = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) < 26 * 3600;

/** Of at most so many characters. */
const isShort = (text: unknown, longest: number) => typeof text === "string" && text.length <= longest;

/** Where no better name is known: "Buenos Aires" of `America/Argentina/Buenos_Aires`. */
export function placeOf(name: string): Text {
  const last = name.split("/").pop()!.replaceAll("_", " ");
  return { es: last, en: last };
}

export const UTC_LAW: ZoneChanges = { version: "", offset: 0, changes: [] };
export const UTC: Zone = zoneBy("UTC", UTC_LAW);

/** Whether it can be computed with. */
function isLaw({ version, offset, changes, place }: ZoneChanges): boolean {
  return (
    isShort(version, 20) &&
    isOffset(offset) &&
    Array.isArray(changes) &&
    changes.length <= MOST_CHANGES &&
    changes.every(
      (change, i) =>
        Array.isArray(change) &&
        Number.isSafeInteger(change[0]) &&
        isOffset(change[1]) &&
        !(change[0] <= changes[i - 1]?.[0]!),
    ) &&
    (place === undefined || (isShort(place.es, 99) && isShort(place.en, 99)))
  );
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
