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
    const holiday = parseHoliday(typeof entry === "string" ? { date: entry } : entry);
    // a client can have hundreds, so that nothing is worded before it is needed
    if (holiday === null) need(false, `holidays[${i}]`);
    return holiday!;
  });
}

function parseHoliday({ date, name, from, to }: Holiday): ParsedHoliday | null {
  const day = parseDate(date);
  const said = name === undefined ? undefined : String(name);
  if (day === null) return null;
  if (from === undefined && to === undefined) return { day, name: said, part: null };
  const start = parseWallTime(from ?? "00:00");
  const end = parseWallTime(to ?? "24:00");
  if (start === null || end === null || start >= end) return null;
  return { day, name: said, part: { from: start, to: end, untilMidnight: end === 1440 } };
}
