import { wallClock } from "c/slaPolicy";
import type { Zone } from "c/slaPolicy";
import type { Language } from "./language.ts";

// words of our own: what browsers know of a locale differs by version
const WEEKDAYS: Record<Language, string[]> = {
  es: ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `lun 23/11`, `Mon 23 Nov`; with the year when asked for. */
export function formatDate(at: number, zone: Zone, language: Language, withYear = false): string {
  const { date, weekday } = wallClock(zone, at);
  const year = date.slice(0, -6);
  const month = Number(date.slice(-5, -3));
  const day = Number(date.slice(-2));
  const named = WEEKDAYS[language][weekday];
  if (language === "es") {
    return `${named} ${day}/${month}${withYear ? `/${year}` : ""}`;
  }
  return `${named} ${day} ${MONTHS[month - 1]}${withYear ? ` ${year}` : ""}`;
}

/** `09:00`; with seconds where there are any. */
export function formatTime(at: number, zone: Zone): string {
  const { time } = wallClock(zone, at);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
}

/** `mar 24/11 11:30`, `Tue 24 Nov 11:30`. */
export function formatInstant(at: number, zone: Zone, language: Language, withYear = false): string {
  return `${formatDate(at, zone, language, withYear)} ${formatTime(at, zone)}`;
}
