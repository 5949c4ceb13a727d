import { wallClock } from "c/slaPolicy";
import type { Zone } from "c/slaPolicy";
import type { Language } from "./language.ts";

// we use our own words, because browsers of different versions write dates differently
const WEEKDAYS: Record<Language, string[]> = {
  es: ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Writes a local date: `lun 23/11`, `Mon 23 Nov`. The year comes only if you ask for it. */
export function formatDate(at: number, zone: Zone, language: Language, withYear = false): string {
  const { date } = wallClock(zone, at);
  const year = date.slice(0, -6);
  const month = Number(date.slice(-5, -3));
  const day = Number(date.slice(-2));
  const named = WEEKDAYS[language][new Date(date).getUTCDay()];
  if (language === "es") {
    return `${named} ${day}/${month}${withYear ? `/${year}` : ""}`;
  }
  return `${named} ${day} ${MONTHS[month - 1]}${withYear ? ` ${year}` : ""}`;
}

/** Writes a local time: `09:00`. Seconds come only if they are not 0. */
export function formatTime(at: number, zone: Zone): string {
  const { time } = wallClock(zone, at);
  return time.endsWith(":00") ? time.slice(0, 5) : time;
}

/** Writes an instant (ms) as local date and time: `mar 24/11 11:30`, `Tue 24 Nov 11:30`. */
export function formatInstant(at: number, zone: Zone, language: Language, withYear = false): string {
  return `${formatDate(at, zone, language, withYear)} ${formatTime(at, zone)}`;
}
