import { fromWallClock, wallClock, type Zone } from "c/slaPolicy";
import { zoneOrUtc } from "../zones/zones.ts";

export interface Period {
  /** `YYYY-MM`, both included. */
  from: string;
  to: string;
}

/** No zone is further than this from UTC. */
const farthestZone = 15 * 3_600_000;

/** The months' bounds in whichever zone, ms. */
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
 * The local month of an instant. Months are looked up by their bounds: asking the zone for every one of a hundred
 * thousand instants would take seconds.
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
