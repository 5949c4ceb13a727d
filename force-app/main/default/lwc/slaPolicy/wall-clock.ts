import { localTime } from "./special.ts";
import type { Instant } from "./types.ts";
import type { Zone } from "./zone.ts";
import { instantOf } from "./zone.ts";

/** Local date (`YYYY-MM-DD`) and time (`HH:MM:SS`) at an instant. */
export function wallClock(zone: Zone, at: Instant): { date: string; time: string } {
  const iso = new Date(at + zone.offsetAt(at)).toISOString();
  return { date: iso.slice(0, -14), time: iso.slice(-13, -5) };
}

/**
 * The instant of a local date (`YYYY-MM-DD`) and wall time (`HH:MM`). A time that a DST change skips means the first
 * instant after the gap. A time that occurs twice means the first one. Throws for what is no date or no time.
 */
export const fromWallClock = (zone: Zone, date: string, time: string): Instant =>
  instantOf(zone, localTime(`${date}T${time}`));
