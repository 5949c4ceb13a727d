import { DAY, formatDate, MINUTE, parseDate, parseWallTime, weekdayOf } from "./civil.ts";
import { checkInstant } from "./faults.ts";
import type { Instant } from "./types.ts";
import type { Zone } from "./zone.ts";
import { instantOf } from "./zone.ts";

/** What calendars and clocks on the wall show. */
export interface WallClock {
  /** `YYYY-MM-DD` */
  date: string;
  /** `HH:MM:SS` */
  time: string;
  /** 0: Sunday */
  weekday: number;
  /** Local time minus UTC, ms. */
  offset: number;
}

/** Local date and time at an instant. */
export function wallClock(zone: Zone, at: Instant): WallClock {
  checkInstant(at, "at");
  const offset = zone.offsetAt(at);
  const local = at + offset;
  const day = Math.floor(local / DAY);
  const time = new Date(local).toISOString().slice(-13, -5);
  return { date: formatDate(day), time, weekday: weekdayOf(day), offset };
}

/**
 * The instant of a local date (`YYYY-MM-DD`) and wall time (`HH:MM`): one that a DST change skips means the first instant after
 * the gap, one that occurs twice the first. Throws a RangeError for what is no date or no time.
 */
export function fromWallClock(zone: Zone, date: string, time: string): Instant {
  const day = parseDate(date);
  const minutes = parseWallTime(time);
  if (day === null) throw new RangeError(`"${date}" is not a date that exists`);
  if (minutes === null || minutes === 1440) throw new RangeError(`"${time}" is not a wall time HH:MM`);
  return instantOf(zone, day * DAY + minutes * MINUTE);
}
