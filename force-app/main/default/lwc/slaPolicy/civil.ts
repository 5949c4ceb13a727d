/** Dates and wall times of the proleptic Gregorian calendar as plain numbers, free of any time zone. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The farthest instants a date can name, either way, ms. */
export const LAST_INSTANT = 1e8 * DAY;

/** Day 0 is 1970-01-01. Months count from 1 and may overflow. */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The instant at which a year begins in UTC, ms. */
export const startOfYear = (year: number): number => dayNumber(year, 1, 1) * DAY;

/** Of an instant past those that a date can name: the last year that it can. */
export const yearOf = (at: number): number =>
  new Date(Math.min(Math.max(at, -LAST_INSTANT), LAST_INSTANT)).getUTCFullYear();

/** The number of an ISO date, or null when it is not one or names a day that no month has. */
export function parseDate(text: unknown): number | null {
  const match = typeof text === "string" && /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return null;
  const day = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
  return formatDate(day) === text ? day : null;
}

export const formatDate = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** Minutes since 00:00 of `HH:MM`; 1440 for `24:00`; null for anything else. */
export function parseWallTime(text: unknown): number | null {
  const match = typeof text === "string" && /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  const minutes = match ? Number(match[1]) * 60 + Number(match[2]) : NaN;
  return minutes <= 1440 ? minutes : null;
}
