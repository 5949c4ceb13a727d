/** Dates and wall times of the proleptic Gregorian calendar as plain numbers, free of any time zone. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The number of an ISO date, from 1970-01-01; NaN when it is not one or names a day that no month has. */
export function parseDate(text: unknown): number {
  const at = typeof text === "string" ? Date.parse(text) : NaN;
  const isDate =
    /^\d{4}-\d\d-([01]\d|2[0-8])$/.test(text as string) ||
    // Date.parse takes more than ISO dates, and some engines 30 February as 2 March; to write each out takes the longest
    (at % DAY === 0 && new Date(at).toISOString().slice(0, -14) === text);
  return isDate ? at / DAY : NaN;
}

/** Minutes since 00:00 of `HH:MM`; 1440 for `24:00`; NaN for anything else. */
export function parseWallTime(text: unknown): number {
  const [, hours, minutes] = (typeof text === "string" && /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text)) || [];
  const time = Number(hours) * 60 + Number(minutes);
  return time <= 1440 ? time : NaN;
}
