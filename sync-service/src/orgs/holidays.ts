import Holidays from "date-holidays";
import type { Holiday } from "c/slaEngine";
import { remembered } from "../remembered.ts";
import { corrected, dayAfter, type HolidayKind, type KnownDay } from "./holiday-corrections.ts";

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

const hour = 3_600_000;

/**
 * The holidays of a calendar (`AR`, `US-NY`, or `none`) for whole years, both included, by date. A moved holiday
 * stands on its new date. You get public holidays, and more when you ask for them. The data is date-holidays (CC
 * BY-SA 3.0), corrected by `config/holidays`.
 * @throws RangeError for a calendar that does not exist
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
  const isWhole = ({ from = "00:00", to = "24:00" }: Holiday) => from === "00:00" && to === "24:00";
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
  const name = calendarNamed(calendar);
  if (name === "none") return [];
  const kinds: HolidayKind[] = ["public"];
  if (options.optional) kinds.push("optional");
  if (options.bank) kinds.push("bank");
  const [from, to] = [`${fromYear}-01-01`, `${toYear}-12-31`];
  return corrected(name, daysBy(`${name} ${fromYear} ${toYear} ${kinds.join(",")}`), from, to)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ kind: _, ...day }) => day);
}

/** Many contracts go by the same calendar, and reckoning its days takes long. */
const daysBy = remembered(100, (which): readonly KnownDay[] => {
  const [name = "", from, to, kinds = ""] = which.split(" ");
  return upstreamDays(name, Number(from), Number(to), kinds.split(",") as HolidayKind[]);
});

/** The days of a calendar as date-holidays gives them, exact to the part of a day. */
export function upstreamDays(
  calendar: string,
  fromYear: number,
  toYear: number,
  kinds: readonly HolidayKind[] = ["public"],
): KnownDay[] {
  const [country = "", state = "", region = ""] = calendar.split("-");
  const source = new Holidays(country, state, region, { types: [...kinds] as never[] });
  const days: KnownDay[] = [];
  // the list of a year can hold a day of the year before or after it
  for (let year = fromYear - 1; year <= toYear + 1; year++)
    for (const { date, name, type, start, end } of source.getHolidays(year)) {
      const [first = "", time = "00:00"] = date.split(" ");
      const length = Math.round((end.getTime() - start.getTime()) / hour);
      // "-0600" marks days that begin on the eve: date-holidays lets Turkey's last 90 and 114 hours, which the law does not
      const hours = / -0\d00$/.test(date) && length > 25 ? Math.floor(length / 24) * 24 : length;
      days.push(
        ...daysOf(first, time.slice(0, 5), hours).map((day) => ({ ...day, name, kind: type as HolidayKind })),
      );
    }
  return days.filter(({ date }) => date >= `${fromYear}-01-01` && date <= `${toYear}-12-31`);
}

/** The dates and parts of dates that `hours` from a wall time on take up. */
function daysOf(date: string, from: string, hours: number): Holiday[] {
  // a day on which clocks change has 23 or 25 hours
  const whole = Math.round(hours / 24) * 24;
  let minutes = (Math.abs(hours - whole) <= 1 ? whole : hours) * 60;
  let at = Number(from.slice(0, 2)) * 60 + Number(from.slice(3));
  const days: Holiday[] = [];
  for (let day = 0; minutes > 0; day++, at = 0) {
    const end = Math.min(1440, at + minutes);
    minutes -= end - at;
    days.push({
      date: dayAfter(date, day),
      ...(at > 0 ? { from: clock(at) } : {}),
      ...(end < 1440 ? { to: clock(end) } : {}),
    });
  }
  return days;
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

const countries = new Holidays().getCountries();

/** Every calendar of a country or a region, with its name in both languages, in the order of the codes. */
export function knownCalendars(): { code: string; name: { es: string; en: string } }[] {
  const source = new Holidays();
  const spanish = source.getCountries("es") as Record<string, string>;
  return Object.entries(countries as Record<string, string>)
    .flatMap(([code, en]) => {
      const country = { es: spanish[code] ?? en, en };
      const states = (source.getStates(code, "en") ?? {}) as Record<string, string>;
      const inSpanish = (source.getStates(code, "es") ?? {}) as Record<string, string>;
      return [
        { code, name: country },
        ...Object.entries(states).map(([state, name]) => ({
          code: `${code}-${state}`,
          name: { es: `${country.es}: ${inSpanish[state] ?? name}`, en: `${en}: ${name}` },
        })),
      ];
    })
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/**
 * A calendar's name as it is kept: `es-mc` is ES-MC. An empty name is `none`.
 * @throws RangeError for a country or region that does not exist or has no data, with those that do
 */
export function calendarNamed(calendar: string): string {
  const name = calendar.trim();
  if (name === "" || name.toLowerCase() === "none") return "none";
  const [country = "", state, region, ...more] = name.toUpperCase().split(/[-/]/);
  const said = JSON.stringify(calendar);
  if (!(country in countries))
    throw new RangeError(
      `There is no holiday calendar ${said}. Use one of these countries: ${Object.keys(countries).join(", ")}; or 'none'`,
    );
  const source = new Holidays();
  if (state === undefined) return country;
  const states = Object.keys((source.getStates(country) as Record<string, string> | undefined) ?? {});
  if (!states.includes(state)) throw noRegion(said, country, states);
  if (region === undefined) return `${country}-${state}`;
  const regions = Object.keys(
    (source.getRegions(country, state) as Record<string, string> | undefined) ?? {},
  );
  if (!regions.includes(region) || more.length > 0) throw noRegion(said, `${country}-${state}`, regions);
  return `${country}-${state}-${region}`;
}

function noRegion(said: string, around: string, regions: readonly string[]): RangeError {
  return new RangeError(
    regions.length === 0
      ? `There is no holiday calendar ${said}: ${around} has no regions with holidays of their own. Use ${around}, and add the dates of the region by hand`
      : `There is no holiday calendar ${said}. Use ${around}, or one of its regions: ${regions.map((region) => `${around}-${region}`).join(", ")}`,
  );
}
