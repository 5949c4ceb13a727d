import { fromWallClock, wallClock, type Zone } from "c/slaPolicy";
import { zoneOrUtc } from "../zones/zones.ts";

export interface Period {
  /** `YYYY-MM`. The period includes both months. */
  from: string;
  to: string;
}

/** More than the largest offset from UTC that any zone has, in ms. */
const farthestZone = 15 * 3_600_000;

/** Bounds in ms that are wide enough for these months in every zone. */
export function boundsOf({ from, to }: Period): [from: number, to: number] {
  return [Date.parse(`${from}-01T00:00:00Z`) - farthestZone, Date.parse(`${monthAfter(to)}-01T00:00:00Z`) + farthestZone];
}

export function monthAfter(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}
export function monthBefore(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, "0")}`;
}

/**
 * The local month (`YYYY-MM`) of an instant in ms.
 * We look months up by their bounds, because asking the zone for 100,000 instants would take seconds.
 */
export function monthOf(timeZone: string, at: number): string {
  const zone = zoneOrUtc(timeZone);
  let months = known.get(zone);
  if (months === undefined) known.set(zone, (months = []));
  let month = months.find(({ start, end }) => at >= start && at < end);
  if (month === undefined) {
    const name = wallClock(zone, at).date.slice(0, 7);
    month = {
      name,
      start: fromWallClock(zone, `${name}-01`, "00:00"),
      end: fromWallClock(zone, `${monthAfter(name)}-01`, "00:00"),
    };
    months.push(month);
  }
  return month.name;
}
const known = new WeakMap<Zone, { name: string; start: number; end: number }[]>();
