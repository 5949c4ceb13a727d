import Holidays from "date-holidays";
import type { Holiday } from "c/slaEngine";

export interface HolidayOptions {
  /** Also bridge days and other optional ones. */
  optional?: boolean;
  /** Also days on which only banks close. */
  bank?: boolean;
  /** Dates added by hand. */
  add?: readonly Holiday[];
  /** ISO dates taken out by hand. */
  remove?: readonly string[];
}

const day = 86_400_000;

/**
 * The holidays of a calendar (`AR`, `US-NY`; `none` has none) for whole years, both included, by date; moved ones on
 * the date they are moved to. Public holidays only, unless asked for more. Source: date-holidays (CC BY-SA 3.0).
 * Throws a RangeError for a calendar that does not exist.
 */
export function holidaysFor(
  calendar: string,
  fromYear: number,
  toYear: number,
  options: HolidayOptions = {},
): Holiday[] {
  const removed = new Set(options.remove);
  const all = [...calendarDays(calendar, fromYear, toYear, options), ...(options.add ?? [])].filter(
    ({ date }) => !removed.has(date),
  );
  const isWhole = ({ from, to }: Holiday) => from === undefined && to === undefined;
  const wholeDays = new Set(all.filter(isWhole).map(({ date }) => date));
  // a whole day stands for all on its date; parts of a day stand side by side, each once
  const kept = new Map<string, Holiday>();
  for (const holiday of all) {
    const key = isWhole(holiday) ? holiday.date : `${holiday.date} ${holiday.from}-${holiday.to}`;
    if (!kept.has(key) && (isWhole(holiday) || !wholeDays.has(holiday.date))) kept.set(key, holiday);
  }
  const order = ({ date, from = "" }: Holiday) => `${date} ${from}`;
  return [...kept.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function calendarDays(
  calendar: string,
  fromYear: number,
  toYear: number,
  options: HolidayOptions,
): Holiday[] {
  if (calendar === "none" || calendar === "") return [];
  const [country = "", state, region] = calendar.split(/[-/]/);
  const types = ["public", ...(options.optional ? ["optional"] : []), ...(options.bank ? ["bank"] : [])];
  const source = new Holidays(country, state ?? "", region ?? "", { types: types as never[] });
  const days: Holiday[] = [];
  for (let year = fromYear; year <= toYear; year++) {
    const found = source.getHolidays(year) as ReturnType<typeof source.getHolidays> | false;
    if (!found || (found.length === 0 && !(country.toUpperCase() in new Holidays().getCountries())))
      throw new RangeError(
        `There is no holiday calendar ${JSON.stringify(calendar)}: use a country such as AR, or none`,
      );
    for (const { date, name, start, end } of found) {
      const [first = "", time = "00:00"] = date.split(" ");
      const length = Math.max(1, Math.round((end.getTime() - start.getTime()) / day));
      for (let i = 0; i < length; i++) {
        const iso = new Date(Date.parse(`${first}T00:00:00Z`) + i * day).toISOString().slice(0, 10);
        const from = time.slice(0, 5);
        days.push({ date: iso, name, ...(from !== "00:00" && length === 1 ? { from } : {}) });
      }
    }
  }
  return days;
}
