/** Special hours: coverage opened or closed between two local times, laid over windows and holidays. */
import { MOST } from "./bounds.ts";
import { DAY, MINUTE, parseDate, parseWallTime } from "./civil.ts";
import type { Mark } from "./closures.ts";
import { onDate } from "./closures.ts";
import { need } from "./faults.ts";
import type { Stretch } from "./stretches.ts";
import { byStart, union, without } from "./stretches.ts";
import type { SpecialHours } from "./types.ts";
import type { Zone } from "./zone.ts";

/**
 * The stretches in which special hours hold, by start: of two that meet, the one later in the list wins. Throws where an
 * entry is not right.
 */
export function parseSpecial(list: readonly SpecialHours[], zone: Zone): Mark[] {
  need(!(partsOf(list) > MOST.specialParts));
  // the last first: the others keep the rest
  return list.reduceRight<Mark[]>((won, entry) => {
    const left = without(union(stretchesOf(entry, zone)), won);
    const marks = left.map(([start, end]): Mark => [start, end, entry.open, entry.name, "special"]);
    return [...won, ...marks].sort(byStart);
  }, []);
}

/** Of how many dates special hours change a part; NaN where an entry is not right. */
export const partsOf = (list: readonly SpecialHours[]): number =>
  list.reduce((sum, entry) => sum + ((entry.part && lengthOf(entry) / DAY) || 0), 0);

const lengthOf = ({ from, to }: SpecialHours): number => localTime(to, true) - localTime(from);

function stretchesOf(entry: SpecialHours, zone: Zone): Stretch[] {
  const { open, from, part } = entry;
  const first = localTime(from);
  const length = lengthOf(entry);
  const [opens, closes] = part ? part.map((time) => parseWallTime(time) * MINUTE) : [0, length];
  need(typeof open === "boolean" && opens! < closes! && length > 0 && length <= MOST.specialDays * DAY);
  need(!part || !(first % DAY || length % DAY));
  return Array.from({ length: part ? length / DAY : 1 }, (_, i) => {
    const [start, end] = [opens, closes].map((time) => first + i * DAY + time!);
    return onDate(zone, 0, { from: start! / MINUTE, to: end! / MINUTE, untilMidnight: end! % DAY === 0 });
  });
}

/** A local time as if it were UTC, ms; a date alone is its first instant or, at the end, the next date's. NaN for anything else. */
export function localTime(text: unknown, ends?: boolean): number {
  const [date, time, ...more] = String(text).split("T");
  const minutes = time === undefined ? (ends ? 1440 : 0) : parseWallTime(time);
  return more.length ? NaN : parseDate(date) * DAY + minutes * MINUTE;
}
