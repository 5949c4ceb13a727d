/** Instants, durations and the catalogue's texts in the user's language and the time of the contract's place. */
import lang from "@salesforce/i18n/lang";
import locale from "@salesforce/i18n/locale";
import { fromWallClock, UTC, wallClock, type TargetSpec, type Text, type Zone } from "c/slaPolicy";
import { labels } from "./labels.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const spanish = lang.toLowerCase().startsWith("es");
/** The locale's own conventions, where they are of the language in use. */
const conventions = locale.slice(0, 2).toLowerCase() === lang.slice(0, 2).toLowerCase() ? locale : lang;

/** `fill("{0} of {1}", 2, 5)` is "2 of 5". */
export function fill(label: string, ...values: (string | number)[]): string {
  return label.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/** The label for one or for several of something, filled with how many. */
export const plural = (count: number, one: string, several: string, ...more: string[]): string =>
  fill(new Intl.PluralRules(conventions).select(count) === "one" ? one : several, number(count), ...more);

/** A text of the catalogue in the user's language. */
export const text = ({ es, en }: Text): string => (spanish ? es : en);

/** A join as in the user's language: "Portal, Email and Slack". */
export const list = (items: string[]): string =>
  new Intl.ListFormat(conventions, { style: "long", type: "conjunction" }).format(items);

const formats = new Map<string, Intl.DateTimeFormat>();
/** Words for a wall time given as if it were UTC: which time it is somewhere is the law's to say, not this browser's. */
function format(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  let known = formats.get(kind);
  if (!known)
    formats.set(kind, (known = new Intl.DateTimeFormat(conventions, { ...options, timeZone: "UTC" })));
  return known;
}

/** What the clocks of a place show, as if it were UTC. */
const wall = (at: number, zone: Zone): number => at + zone.offsetAt(at);

/** Local date as `YYYY-MM-DD`. */
export const localDate = (at: number, zone: Zone): string => wallClock(zone, at).date;

/** "18:00" in every language: coverage hours are read by 24, and countdowns stand beside them. */
export const time = (at: number, zone: Zone): string =>
  format("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(wall(at, zone));

/** "mar 24/11", "Tue 24 Nov": 11/12 is not the same day to every reader of English. */
export function day(at: number, zone: Zone): string {
  const parts = format(
    "day",
    spanish
      ? { weekday: "short", day: "2-digit", month: "2-digit" }
      : { weekday: "short", day: "numeric", month: "short" },
  ).formatToParts(wall(at, zone));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day}${spanish ? "/" : " "}${part.month}`;
}

/** "mar 24/11 11:30", "Tue 24 Nov 11:30". */
export const instant = (at: number, zone: Zone): string =>
  fill(labels.dayTime, day(at, zone), time(at, zone));

/** "martes, 24 de noviembre de 2026, 11:30:00": for a title and for screen readers. */
export const fullInstant = (at: number, zone: Zone): string =>
  format("full", { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" }).format(wall(at, zone));

/** "hoy 18:00", "mañana 08:00", "mar 24/11 11:30". */
export function near(at: number, now: number, zone: Zone): string {
  const date = localDate(at, zone);
  if (date === localDate(now, zone)) return fill(labels.dayTime, labels.today, time(at, zone));
  if (date === localDate(now + DAY, zone)) return fill(labels.dayTime, labels.tomorrow, time(at, zone));
  return instant(at, zone);
}

/** "noviembre de 2026" of a local date. */
export const month = (date: string): string =>
  format("month", { month: "long", year: "numeric" }).format(Date.parse(`${date.slice(0, 7)}-15`));
/** "nov". */
export const shortMonth = (date: string): string =>
  format("shortMonth", { month: "short" }).format(Date.parse(`${date.slice(0, 7)}-15`));

/** Sunday is 0; 2023-01-01 was one. */
export const weekday = (index: number, style: "short" | "long" = "short"): string =>
  format(`weekday-${style}`, { weekday: style }).format(Date.UTC(2023, 0, 1 + index, 12));

/** "Ciudad de México", "Mexico City": as people call the place in the user's language. */
export const place = (zone: Zone): string => text(zone.place);

const two = (n: number): string => String(n).padStart(2, "0");

/** "00:18:09"; past the due instant "+00:12:41". Whole seconds, rounded so that zero is the due instant itself. */
export function countdown(remaining: number): string {
  const overdue = remaining < 0;
  const seconds = overdue ? Math.floor(-remaining / SECOND) : Math.ceil(remaining / SECOND);
  const hours = Math.floor(seconds / 3600);
  return `${overdue ? "+" : ""}${two(hours)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** "4 h", "1 h 30 min", "45 min", "20 s". */
export function duration(ms: number): string {
  const whole = Math.abs(ms);
  if (whole < MINUTE) return fill(labels.seconds, Math.round(whole / SECOND));
  const minutes = Math.round(whole / MINUTE);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [
    hours > 0 ? fill(labels.hours, hours) : "",
    rest > 0 || hours === 0 ? fill(labels.minutes, rest) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** What is left, in words a screen reader can say. */
export const remainingWords = (remaining: number): string =>
  fill(remaining < 0 ? labels.overdue : labels.remaining, duration(remaining));

/** A target as it is sold: "4 h", "1 día hábil". */
export function target(spec: TargetSpec): string {
  if ("businessDays" in spec)
    return spec.businessDays === 1 ? labels.businessDay : fill(labels.businessDays, spec.businessDays);
  return duration("hours" in spec ? spec.hours * HOUR : spec.minutes * MINUTE);
}

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(conventions, { maximumFractionDigits: digits }).format(value);
/** 0.83 is "83 %". */
export const percent = (share: number): string =>
  new Intl.NumberFormat(conventions, { style: "percent", maximumFractionDigits: 0 }).format(share);

/** The instant at which a local date begins. */
export const midnight = (date: string, zone: Zone): number => fromWallClock(zone, date, "00:00");

/** A local date so many days on. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** "lun 23/11" of a local date. */
export const dayOf = (date: string): string => day(Date.parse(`${date}T12:00:00Z`), UTC);

/** Of a local date: 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
