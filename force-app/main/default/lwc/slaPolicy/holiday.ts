/** Holidays: dates checked, and the closures they cause. */
import { parseDate, parseWallTime } from "./civil.ts";
import { quote } from "./faults.ts";
import type { CalendarSpec } from "./types.ts";
import type { Window } from "./week.ts";

export interface ParsedHoliday {
  day: number;
  name: string | undefined;
  /** The closed minutes of the date; null closes every window that starts on it. */
  part: Window | null;
}

/** As they are given. Throws a RangeError or TypeError naming the fault. */
export function parseHolidays(holidays: CalendarSpec["holidays"]): ParsedHoliday[] {
  if (holidays === undefined) return [];
  if (!Array.isArray(holidays)) throw new TypeError("holidays must be a list");
  return holidays.map((entry, i) => parseHoliday(entry, `holidays[${i}]`));
}

function parseHoliday(entry: unknown, path: string): ParsedHoliday {
  if (typeof entry !== "string" && (typeof entry !== "object" || entry === null)) {
    throw new TypeError(`${path} must be an ISO date or { date, name, from, to }`);
  }
  const holiday = (typeof entry === "string" ? { date: entry } : entry) as Record<string, unknown>;
  const day = parseDate(holiday.date);
  if (day === null) throw new RangeError(`${path} is not a date that exists: ${quote(holiday.date)}`);
  const name = holiday.name === undefined ? undefined : String(holiday.name);
  if (holiday.from === undefined && holiday.to === undefined) return { day, name, part: null };
  const from = parseWallTime(holiday.from ?? "00:00");
  const to = parseWallTime(holiday.to ?? "24:00");
  if (from === null || from === 1440) {
    throw new RangeError(`${path}.from is not a wall time HH:MM: ${quote(holiday.from)}`);
  }
  if (to === null) throw new RangeError(`${path}.to is not a wall time HH:MM: ${quote(holiday.to)}`);
  if (to <= from) throw new RangeError(`${path} closes nothing: from must be before to, on the same date`);
  return { day, name, part: { from, to, untilMidnight: to === 1440 } };
}
