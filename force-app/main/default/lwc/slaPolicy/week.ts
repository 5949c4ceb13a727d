/** The weekly pattern: wall times checked and turned into minutes. */
import { parseWallTime } from "./civil.ts";
import { quote } from "./faults.ts";
import type { Weekday, Weekly } from "./types.ts";

export const WEEKDAYS: readonly Weekday[] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Minutes since the 00:00 of the date it starts on. */
export interface Window {
  from: number;
  /** Greater than `from`; past 1440 it runs into the next date. */
  to: number;
  /** Closes with the date itself (`24:00`): at the first instant of the next local date. */
  untilMidnight: boolean;
}

/** Windows by weekday (0: Sunday), each day's by opening. Throws a RangeError or TypeError naming the fault. */
export function parseWeek(weekly: Weekly): Window[][] {
  if (typeof weekly !== "object" || weekly === null || Array.isArray(weekly)) {
    throw new TypeError("weekly must be an object of weekdays");
  }
  for (const day of Object.keys(weekly)) {
    if (!WEEKDAYS.includes(day as Weekday)) {
      throw new RangeError(`weekly.${day} is not a weekday: use ${WEEKDAYS.join(", ")}`);
    }
  }
  const week = WEEKDAYS.map((day) => {
    const windows: unknown = weekly[day] ?? [];
    if (!Array.isArray(windows)) throw new TypeError(`weekly.${day} must be a list of [from, to]`);
    return windows
      .map((window, i) => parseWindow(window, `weekly.${day}[${i}]`))
      .sort((a, b) => a.from - b.from);
  });
  if (week.every((day) => day.length === 0)) throw new RangeError("weekly has no window: no coverage at all");
  return week;
}

function parseWindow(window: unknown, path: string): Window {
  if (!Array.isArray(window) || window.length !== 2) throw new TypeError(`${path} must be [from, to]`);
  const from = parseWallTime(window[0]);
  const to = parseWallTime(window[1]);
  if (from === null)
    throw new RangeError(`${path} opens at ${quote(window[0])}, which is not a wall time HH:MM`);
  if (from === 1440) throw new RangeError(`${path} opens at "24:00", which can only be a closing`);
  if (to === null)
    throw new RangeError(`${path} closes at ${quote(window[1])}, which is not a wall time HH:MM`);
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
