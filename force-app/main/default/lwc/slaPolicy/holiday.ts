/** Holidays: dates checked, and the closures they cause. */
import { parseDate, parseWallTime } from "./civil.ts";
import { need } from "./faults.ts";
import type { CalendarSpec, Holiday } from "./types.ts";
import type { Window } from "./week.ts";

export interface ParsedHoliday {
  day: number;
  name: string | undefined;
  /** The closed minutes of the date; null closes every window that starts on it. */
  part: Window | null;
}

/** As they are given. Throws where one is none. */
export function parseHolidays(holidays: CalendarSpec["holidays"] = []): ParsedHoliday[] {
  need(Array.isArray(holidays), "holidays");
  return holidays.map((entry, i) => {
    const { date, name, from, to }: Holiday = typeof entry === "string" ? { date: entry } : entry;
    const day = parseDate(date);
    const what = `holidays[${i}]`;
    need(day !== null, what);
    const holiday = { day, name: name === undefined ? undefined : String(name) };
    if (from === undefined && to === undefined) return { ...holiday, part: null };
    const start = parseWallTime(from ?? "00:00");
    const end = parseWallTime(to ?? "24:00");
    need(start !== null && end !== null && start < end, what);
    return { ...holiday, part: { from: start, to: end, untilMidnight: end === 1440 } };
  });
}
