/** What is wrong with a calendar's windows, holidays, special hours and law, in a sentence. */
import { isOffset, localTime, MOST, parseDate, parseWallTime, partsOf, WEEKDAYS } from "c/slaPolicy";
import type { CalendarSpec, SpecialHours, Weekday, ZoneChanges } from "c/slaPolicy";
import { DAY, quote } from "./faults.ts";

/** Throws a TypeError or RangeError that names the fault of a calendar. */
export function checkCalendar(spec: CalendarSpec): void {
  if (typeof spec !== "object" || spec === null) throw new TypeError("a calendar must be an object");
  if (spec.zone !== undefined) checkLaw(spec.timeZone, spec.zone);
  checkWeek(spec.weekly);
  checkHolidays(spec.holidays);
  checkSpecial(spec.special);
}

/** Throws a RangeError or TypeError that names the fault. */
export function checkWeek(weekly: unknown): void {
  if (typeof weekly !== "object" || weekly === null || Array.isArray(weekly)) {
    throw new TypeError("weekly must be an object of weekdays");
  }
  for (const day of Object.keys(weekly)) {
    if (!WEEKDAYS.includes(day as Weekday)) {
      throw new RangeError(`weekly.${day} is not a weekday: use ${WEEKDAYS.join(", ")}`);
    }
  }
  let count = 0;
  for (const day of WEEKDAYS) {
    const windows: unknown = (weekly as Record<string, unknown>)[day] ?? [];
    if (!Array.isArray(windows)) throw new TypeError(`weekly.${day} must be a list of [from, to]`);
    windows.forEach((window, i) => checkWindow(window, `weekly.${day}[${i}]`));
    count += windows.length;
  }
  if (count === 0) throw new RangeError("weekly has no window: no coverage at all");
}

function checkWindow(window: unknown, path: string): void {
  if (!Array.isArray(window) || window.length !== 2) throw new TypeError(`${path} must be [from, to]`);
  const [from, to] = window.map(parseWallTime);
  if (Number.isNaN(from))
    throw new RangeError(`${path} opens at ${quote(window[0])}, which is not a wall time HH:MM`);
  if (from === 1440) throw new RangeError(`${path} opens at "24:00", which can only be a closing`);
  if (Number.isNaN(to))
    throw new RangeError(`${path} closes at ${quote(window[1])}, which is not a wall time HH:MM`);
}

/** Throws a RangeError or TypeError that names the fault. */
export function checkHolidays(holidays: CalendarSpec["holidays"]): void {
  if (holidays === undefined) return;
  if (!Array.isArray(holidays)) throw new TypeError("holidays must be a list");
  holidays.forEach((entry, i) => checkHoliday(entry, `holidays[${i}]`));
}

function checkHoliday(entry: unknown, path: string): void {
  if (typeof entry !== "string" && (typeof entry !== "object" || entry === null)) {
    throw new TypeError(`${path} must be an ISO date or { date, name, from, to }`);
  }
  const holiday = (typeof entry === "string" ? { date: entry } : entry) as Record<string, unknown>;
  if (Number.isNaN(parseDate(holiday.date)))
    throw new RangeError(`${path} is not a date that exists: ${quote(holiday.date)}`);
  if (holiday.from === undefined && holiday.to === undefined) return;
  const from = holiday.from === undefined ? 0 : parseWallTime(holiday.from);
  const to = holiday.to === undefined ? 1440 : parseWallTime(holiday.to);
  if (Number.isNaN(from) || from === 1440) {
    throw new RangeError(`${path}.from is not a wall time HH:MM: ${quote(holiday.from)}`);
  }
  if (Number.isNaN(to)) throw new RangeError(`${path}.to is not a wall time HH:MM: ${quote(holiday.to)}`);
  if (to <= from) throw new RangeError(`${path} closes nothing: from must be before to, on the same date`);
}

/** Throws a RangeError or TypeError that names the fault. */
export function checkSpecial(list: readonly SpecialHours[] | undefined): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw new TypeError("special must be a list");
  (list as readonly unknown[]).forEach((entry, i) => checkHours(entry, `special[${i}]`));
  const parts = partsOf(list);
  if (parts > MOST.specialParts)
    throw new RangeError(`special changes a part of ${parts} dates; at most ${MOST.specialParts} fit`);
}

function checkHours(entry: unknown, path: string): void {
  const { open, from, to, part } = Object(entry) as SpecialHours;
  if (typeof open !== "boolean") throw new TypeError(`${path}.open must be true or false`);
  const [first, last] = [localTime(from), localTime(to, true)];
  if (Number.isNaN(first)) throw new RangeError(`${path}.from is not a local date or time: ${quote(from)}`);
  if (Number.isNaN(last)) throw new RangeError(`${path}.to is not a local date or time: ${quote(to)}`);
  if (last <= first) throw new RangeError(`${path} is empty: from must be before to`);
  if (last - first > MOST.specialDays * DAY)
    throw new RangeError(`${path} is longer than ${MOST.specialDays} days`);
  if (part === undefined) return;
  const [opens, closes] = Array.isArray(part) ? part.map(parseWallTime) : [];
  if (!(opens! < closes!))
    throw new RangeError(`${path}.part is not two times of a day, such as ["18:00", "22:00"]`);
  if (!Number.isInteger((last - first) / DAY) || first % DAY !== 0)
    throw new RangeError(`${path} holds a part of each day: from and to must be dates`);
}

/** What is wrong with a zone's law, or null. */
export function lawFault(name: unknown, law: ZoneChanges): string | null {
  if (typeof name !== "string" || name.length >= 100)
    return `timeZone ${quote(name)} is not a name of a time zone`;
  if (typeof law !== "object" || law === null) return "zone must be an object of changes";
  if (typeof law.version !== "string" || law.version.length >= 100)
    return "zone.version must be the version of the tz database";
  if (!isOffset(law.offset)) return `zone.offset is no offset in seconds: ${quote(law.offset)}`;
  const { changes, place } = law;
  if (!Array.isArray(changes) || changes.length > MOST.changes) {
    return `zone.changes must be a list of at most ${MOST.changes} changes`;
  }
  const wrong = changes.findIndex(
    (change: unknown, i) =>
      !Array.isArray(change) ||
      !Number.isSafeInteger(change[0]) ||
      !isOffset(change[1]) ||
      (i > 0 && change[0] <= changes[i - 1]![0]),
  );
  if (wrong >= 0)
    return `zone.changes[${wrong}] must be [instant, offset] in seconds, later than the one before`;
  const named =
    place === undefined ||
    [place?.es, place?.en].every((text) => typeof text === "string" && text.length < 100);
  return named ? null : "zone.place must be a text in both languages";
}

/** Throws a RangeError that names the fault of a zone's law. */
export function checkLaw(name: unknown, law: ZoneChanges): void {
  const fault = lawFault(name, law);
  if (fault !== null) throw new RangeError(fault);
}
