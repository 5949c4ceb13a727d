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
export function parseHolidays(holidays: NonNullable<CalendarSpec["holidays"]>): ParsedHoliday[] {
  const parsed: ParsedHoliday[] = [];
  for (const entry of holidays) {
    const { date, name, from, to } = entry as Holiday;
    const day = parseDate(date ?? entry);
    const start = from === undefined ? 0 : parseWallTime(from);
    const end = to === undefined ? 1440 : parseWallTime(to);
    need(!isNaN(day) && start < end);
    const whole = from === undefined && to === undefined;
    parsed.push({ day, name, whole, from: start, to: end, untilMidnight: end === 1440 });
  }
  return parsed;
}
