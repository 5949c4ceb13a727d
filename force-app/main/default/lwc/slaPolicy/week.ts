/** The weekly pattern: wall times checked and turned into minutes. */
import { parseWallTime } from "./civil.ts";
import { need } from "./faults.ts";
import { union } from "./stretches.ts";
import type { PolicyCalendar, Weekday, Weekly } from "./types.ts";

export const WEEKDAYS: readonly Weekday[] = "sun mon tue wed thu fri sat".split(" ") as Weekday[];

const ROUND_THE_CLOCK: Weekly = Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]]));

/** Minutes since the 00:00 of the date it starts on. */
export interface Window {
  from: number;
  /** Greater than `from`; past 1440 it runs into the next date. */
  to: number;
  /** Closes with the date itself (`24:00`): at the first instant of the next local date. */
  untilMidnight: boolean;
}

export type Coverage = Partial<PolicyCalendar>;

export const weeklyOf = ({ alwaysOpen, weekly }: Coverage): Weekly =>
  alwaysOpen ? ROUND_THE_CLOCK : weekly!;

/** Windows by weekday (0: Sunday). Throws for a window that is not one, and for a week without windows. */
export function parseWeek(weekly: Weekly): Window[][] {
  // an empty text is no list: it has no map
  const week = WEEKDAYS.map((day) => (weekly[day] ?? []).map(parseWindow));
  need(Object.keys(weekly).every((day) => WEEKDAYS.includes(day as Weekday)) && week.flat().length);
  return week;
}

function parseWindow([opens, closes, ...more]: readonly unknown[]): Window {
  const from = parseWallTime(opens);
  const to = parseWallTime(closes);
  need(!more.length && from < 1440 && to >= 0);
  return { from, to: to > from ? to : to + 1440, untilMidnight: to === 1440 };
}

/** The windows that start on a date: `day` counts from 1970-01-01, a Thursday. */
export const windowsOf = (week: readonly Window[][], day: number): readonly Window[] =>
  week.at((day + 4) % 7)!;

/** The minutes of coverage of each weekday that has any; overlaps count once. */
export const lengthsOf = (coverage: Coverage): number[] =>
  parseWeek(weeklyOf(coverage))
    .filter((day) => day.length)
    .map((day) =>
      union(day.map(({ from, to }) => [from, to])).reduce((sum, [from, to]) => sum + to - from, 0),
    );

/** The minutes of a coverage day; NaN when days differ. */
export function dayLength(coverage: Coverage): number {
  const [first, ...others] = lengthsOf(coverage);
  return others.every((length) => length === first) ? first! : NaN;
}
