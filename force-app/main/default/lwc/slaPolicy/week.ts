/** The weekly pattern: wall times checked and turned into minutes. */
import { parseWallTime } from "./civil.ts";
import { isObject, need } from "./faults.ts";
import type { Weekday, Weekly } from "./types.ts";

export const WEEKDAYS: readonly Weekday[] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

export const ROUND_THE_CLOCK: Weekly = Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]]));

/** Minutes since the 00:00 of the date it starts on. */
export interface Window {
  from: number;
  /** Greater than `from`; past 1440 it runs into the next date. */
  to: number;
  /** Closes with the date itself (`24:00`): at the first instant of the next local date. */
  untilMidnight: boolean;
}

/** Windows by weekday (0: Sunday), each day's by opening. Throws where one is none, or where none is. */
export function parseWeek(weekly: Weekly): Window[][] {
  need(isObject(weekly), "weekly");
  for (const day of Object.keys(weekly)) need(WEEKDAYS.includes(day as Weekday), day);
  const week = WEEKDAYS.map((day) => {
    const windows = weekly[day] ?? [];
    need(Array.isArray(windows), day);
    return windows.map((window) => parseWindow(window, day)).sort((a, b) => a.from - b.from);
  });
  need(
    week.some((day) => day.length > 0),
    "weekly",
  );
  return week;
}

function parseWindow(window: readonly unknown[], day: string): Window {
  need(Array.isArray(window) && window.length === 2, day);
  const [from, to] = window.map(parseWallTime);
  need(typeof from === "number" && typeof to === "number" && from < 1440, day);
  return { from, to: to > from ? to : to + 1440, untilMidnight: to === 1440 };
}

/** The minutes that one day's windows cover together; overlaps count once. */
export function dayMinutes(windows: readonly Window[]): number {
  let minutes = 0;
  let reached = 0;
  for (const { from, to } of windows) {
    minutes += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return minutes;
}

/** Whether the pattern leaves no minute of the week out. */
export function isRoundTheClock(week: readonly Window[][]): boolean {
  // Saturday's windows may run into Sunday
  let reached = Math.max(0, ...week[6]!.map(({ to }) => to - 1440));
  for (const windows of week) {
    for (const { from, to } of windows) {
      if (from > reached) return false;
      reached = Math.max(reached, to);
    }
    if (reached < 1440) return false;
    reached -= 1440;
  }
  return true;
}

/** The minutes of a coverage day, or null when days differ. */
export function dayLength(coverage: { weekly?: Weekly; alwaysOpen?: boolean }): number | null {
  if (coverage.alwaysOpen) return 1440;
  const lengths = new Set(
    parseWeek(coverage.weekly!)
      .filter((day) => day.length > 0)
      .map(dayMinutes),
  );
  return lengths.size === 1 ? [...lengths][0]! : null;
}
