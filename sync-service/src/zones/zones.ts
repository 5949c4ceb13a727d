/**
 * The law of time that this process goes by. The product asks no runtime: a service on an older Node would be an hour off wherever
 * the law changed since.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { UTC, zoneBy, type Text, type Zone, type ZoneChanges } from "c/slaPolicy";
import cldr from "./cldr.json" with { type: "json" };
import { maybeMeant } from "./meant.ts";
import { todaysName } from "./names.ts";
import { packagedZones } from "./packed.ts";
import { lawOf, type ZoneSource } from "./source.ts";
import { folderZones } from "./tzif.ts";

/** No zone has a longer name. */
const LONGEST_NAME = 64;
/** The years around one that a policy's law covers: far enough for any deadline, and under a kilobyte. */
const YEARS_BEFORE = 1;
const YEARS_AHEAD = 10;

/** A name that the tz database lacks. */
export class UnknownZone extends RangeError {
  override name = "UnknownZone";
}

export interface Zones {
  version: string;
  /** Where the data come from, in words. */
  from: string;
  names(): string[];
  /**
   * Today's spelling of a name, whatever its capitals.
   * @throws UnknownZone with the names that may be meant
   */
  nameOf(given: string): string;
  /** The law of a zone around a year, as a policy carries it. @throws UnknownZone */
  law(name: string, year: number): ZoneChanges;
  /** The zone as it was and will be, for any instant that a date can name. @throws UnknownZone */
  zone(name: string): Zone;
}

export function zonesFrom(source: ZoneSource): Zones {
  const spelled = new Map([...source.names].map((name) => [name.toLowerCase(), name]));
  const nameOf = (given: string): string => {
    const name =
      typeof given === "string" && given.length <= LONGEST_NAME
        ? spelled.get(given.trim().toLowerCase())
        : undefined;
    if (name !== undefined) return todaysName(source, name);
    throw unknown(source, String(given));
  };
  const lawIn = (name: string, from: number, to: number): ZoneChanges => ({
    ...lawOf(source, nameOf(name), from, to),
    place: placeOf(nameOf(name)),
  });
  const zones = new Map<string, Zone>();
  return {
    version: source.version,
    from: source.from,
    names: () => [...source.names].sort(),
    nameOf,
    law: (name, year) => lawIn(name, year - YEARS_BEFORE, year + YEARS_AHEAD),
    zone(name) {
      // kept by the database's spelling: capitals alone must not fill the memory
      const spelling = source.names.has(name) ? name : nameOf(name);
      let zone = zones.get(spelling);
      if (zone === undefined)
        zones.set(spelling, (zone = zoneBy(nameOf(spelling), lawIn(spelling, 1970, 2100))));
      return zone;
    },
  };
}

function unknown(source: ZoneSource, given: string): UnknownZone {
  const shown = JSON.stringify(given.slice(0, LONGEST_NAME));
  const [first, ...others] = maybeMeant(source, given.slice(0, LONGEST_NAME));
  const hint =
    first === undefined
      ? "use a name such as America/Argentina/Buenos_Aires"
      : others.length === 0
        ? `do you mean ${first}?`
        : `do you mean one of ${[first, ...others].join(", ")}?`;
  return new UnknownZone(`the tz database ${source.version} has no time zone ${shown}: ${hint}`);
}

/** What people call a zone's place, in both languages. */
export function placeOf(name: string): Text {
  const last = name.split("/").at(-1)!.replaceAll("_", " ");
  const known = (cldr.places as Record<string, { es?: string; en?: string } | undefined>)[name];
  return { es: known?.es ?? last, en: known?.en ?? last };
}

let used: Zones | null = null;
/** The data in use: those of the package, until `useZones` names others. */
export function zones(): Zones {
  return (used ??= zonesFrom(packagedZones()));
}

/** A zone by its name for showing times; UTC for a name that the database lacks, which is reported where it is kept. */
export function zoneOrUtc(name: string | null | undefined): Zone {
  try {
    return name ? zones().zone(name) : UTC;
  } catch {
    return UTC;
  }
}

/**
 * Uses the tz database of a folder from now on; null: that of the package. Read anew each time, since a folder is updated while
 * a service runs.
 * @throws ZoneFolderError in words
 */
export function useZones(folder: string | null): Zones {
  usedFolder = folder;
  usedAsOf = folder === null ? null : writtenAt(folder);
  return (used = zonesFrom(folder === null ? packagedZones() : folderZones(folder)));
}

let usedFolder: string | null = null;
let usedAsOf: string | null = null;

/** Reads the folder again when it was written since; an unreadable folder leaves the data in use. */
export function rereadZones(): void {
  if (usedFolder === null || writtenAt(usedFolder) === usedAsOf) return;
  try {
    useZones(usedFolder);
  } catch {
    // half written: next time
    usedAsOf = null;
  }
}

const writtenAt = (folder: string): string =>
  ["", "tzdata.zi", "+VERSION"]
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0)
    .join(" ");

/** The folder in use, for a thread that has data of its own; null: the package's. */
export const zoneFolder = (): string | null => usedFolder;
