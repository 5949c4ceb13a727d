/** Dates and wall times of the proleptic Gregorian calendar as plain numbers, free of any time zone. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The number of an ISO date, from 1970-01-01; NaN when it is not one or names a day that no month has. */
export function parseDate(text: unknown): number {
  if (typeof text !== "string") return NaN;
  const date = new Date(text);
  // some engines take 30 February as 2 March
  return date.toJSON()?.slice(0, 10) === text ? +date / DAY : NaN;
}

/** Minutes since 00:00 of `HH:MM`; 1440 for `24:00`; NaN for anything else. */
export function parseWallTime(text: unknown): number {
  const [, hours, minutes] = (typeof text === "string" && /^(\d\d):([0-5]\d)$/.exec(text)) || [];
  const time = +hours! * 60 + +minutes!;
  return time <= 1440 ? time : NaN;
}
