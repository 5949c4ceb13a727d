/** Dates and wall times of the proleptic Gregorian calendar as plain numbers, free of any time zone. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The farthest instants a date can name, either way, ms. */
export const LAST_INSTANT = 1e8 * DAY;

/** The instant at which a year begins in UTC, ms; also of years past those that a date can name. */
export function startOfYear(year: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  // 719,162 days from 0001-01-01 to 1970-01-01
  return (past * 365 + leapDays - 719_162) * DAY;
}

/** Of an instant past those that a date can name: the last year that it can. */
export const yearOf = (at: number): number =>
  new Date(Math.min(Math.max(at, -LAST_INSTANT), LAST_INSTANT)).getUTCFullYear();

/** 0: Sunday. `day` counts from 1970-01-01, a Thursday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** The number of an ISO date, from 1970-01-01, or null when it is not one or names a day that no month has. */
export function parseDate(text: unknown): number | null {
  const day = Date.parse(String(text)) / DAY;
  // Date.parse takes more than ISO dates, and some engines 30 February as 2 March; to write each out takes the longest
  const isDate =
    Number.isFinite(day) &&
    typeof text === "string" &&
    (/^\d{4}-\d\d-([01]\d|2[0-8])$/.test(text) || formatDate(day) === text);
  return isDate ? day : null;
}

export const formatDate = (day: number): string => new Date(day * DAY).toISOString().slice(0, -14);

/** Minutes since 00:00 of `HH:MM`; 1440 for `24:00`; null for anything else. */
export function parseWallTime(text: unknown): number | null {
  const match = typeof text === "string" && /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : NaN;
  return minutes <= 1440 ? minutes : null;
}
