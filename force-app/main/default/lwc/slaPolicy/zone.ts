/**
 * What a place's clocks show, by the changes of its law that are given as data. Nothing here asks the runtime: what a browser
 * believes of a zone is as old as the browser.
 */
import { DAY } from "./civil.ts";
import { quote } from "./faults.ts";
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

/** A zone by its law. Compiled once for each object of changes. Throws a RangeError that names the fault. */
export function zoneBy(name: string, law: ZoneChanges): Zone {
  const known = zones.get(law);
  if (known?.name === name) return known;
  const fault = lawFault(name, law);
  if (fault !== null) throw new RangeError(fault);
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
const isOffset = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) < 26 * 3600;

/** Where no better name is known: "Buenos Aires" of `America/Argentina/Buenos_Aires`. */
export function placeOf(name: string): Text {
  const last = name.split("/").pop()!.replaceAll("_", " ");
  return { es: last, en: last };
}

export const UTC_LAW: ZoneChanges = { version: "", offset: 0, changes: [] };
export const UTC: Zone = zoneBy("UTC", UTC_LAW);

/** What is wrong with a zone's law, or null. */
export function lawFault(name: unknown, law: ZoneChanges): string | null {
  if (typeof name !== "string" || !/^[A-Za-z]/.test(name))
    return `timeZone ${quote(name)} is not a name of a time zone`;
  if (typeof law !== "object" || law === null) return "zone must be an object of changes";
  if (typeof law.version !== "string" || law.version.length > 20)
    return "zone.version must be the version of the tz database";
  if (!isOffset(law.offset)) return `zone.offset is no offset in seconds: ${quote(law.offset)}`;
  const { changes, place } = law;
  if (!Array.isArray(changes) || changes.length > MOST_CHANGES) {
    return `zone.changes must be a list of at most ${MOST_CHANGES} changes`;
  }
  const wrong = changes.findIndex(
    (change: unknown, i) =>
      !Array.isArray(change) ||
      !Number.isSafeInteger(change[0]) ||
      !isOffset(change[1]) ||
      (i > 0 && change[0] <= changes[i - 1]![0]),
  );
  if (wrong >= 0)
    return `zone.changes[${wrong}] must be [instant, offset] in seconds, later than the one before`;
  const named =
    place === undefined ||
    [place?.es, place?.en].every((text) => typeof text === "string" && text.length < 100);
  return named ? null : "zone.place must be a text in both languages";
}

/** The law of a zone from `from` to `to`, as data: what a ledger keeps so that its times read the same everywhere. */
export function lawBetween(zone: Zone, from: number, to: number): ZoneChanges {
  const spans = zone.spans(from, to).filter(({ start, end }) => start < to && end > from);
  const merged = spans.filter(({ offset }, i) => i === 0 || offset !== spans[i - 1]!.offset);
  const [first, ...later] = merged;
  return {
    version: zone.version,
    place: zone.place,
    offset: first!.offset / SECOND,
    changes: later.map(({ start, offset }) => [start / SECOND, offset / SECOND]),
  };
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
