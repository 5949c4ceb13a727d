/** Dates and wall times of the proleptic Gregorian calendar as plain numbers, free of any time zone. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The number of an ISO date, from 1970-01-01; NaN when it is not one or names a day that no month has. */
export function parseDate(text: unknown): number {
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d$/.test(text)) return NaN;
  const at = Date.parse(text);
  // some engines take 30 February as 2 March
  return new Date(at).getUTCDate() === +text.slice(8) ? at / DAY : NaN;
}

const twoDigits = (number: number) => String(100 + number).slice(1);

/** Minutes since 00:00 of `HH:MM`; 1440 for `24:00`; NaN for anything else. */
export function parseWallTime(text: unknown): number {
  if (typeof text !== "string") return NaN;
  const hours = +text.slice(0, 2);
  const minutes = +text.slice(3);
  const time = hours * 60 + minutes;
  const isTime = minutes < 60 && time <= 1440 && `${twoDigits(hours)}:${twoDigits(minutes)}` === text;
  return isTime ? time : NaN;
}
