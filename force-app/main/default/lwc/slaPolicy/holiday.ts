/** Holidays: dates and parts of dates, checked. */
import { parseDate, parseWallTime } from "./civil.ts";
import { need } from "./faults.ts";
import type { CalendarSpec, Holiday } from "./types.ts";
import type { Window } from "./week.ts";

/** The minutes of a date that are closed; a whole one closes every window that starts on it. */
export interface ParsedHoliday extends Window {
  day: number;
  name: string | undefined;
  whole: boolean;
}

/** As they are given. Throws for an entry that is not a holiday. */
export const parseHolidays = (holidays: NonNullable<CalendarSpec["holidays"]>): ParsedHoliday[] =>
  (holidays as readonly Holiday[]).map((entry) => {
    const { date = entry, name, from, to } = entry;
    const whole = from === undefined && to === undefined;
    const day = parseDate(date);
    const start = from === undefined ? 0 : parseWallTime(from);
    const end = to === undefined ? 1440 : parseWallTime(to);
    need(day < Infinity && start < end);
    return { day, name, whole, from: start, to: end, untilMidnight: end === 1440 };
  });
