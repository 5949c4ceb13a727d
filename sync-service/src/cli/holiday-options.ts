import type { Command } from "commander";
import type { Holiday } from "c/slaEngine";
import { dayAfter } from "../orgs/holiday-corrections.ts";
import { Mistake } from "./context.ts";

/** The options that choose holidays and add or remove dates. Every command on a contract uses them. */
export interface HolidayChoice {
  addHoliday: string[];
  removeHoliday: string[];
  optionalHolidays?: boolean;
  bankHolidays?: boolean;
}

const collect = (value: string, list: string[]) => [...list, value];

export const withHolidayOptions = (command: Command): Command =>
  command
    .option(
      "--add-holiday <when[=name]>",
      "one more holiday, or a part of a day (repeatable): 2026-12-24=Nochebuena, 2026-12-24T13:00=Nochebuena (until midnight), 2026-12-24T00:00/12:00, 2026-12-28/2026-12-31=Receso",
      collect,
      [],
    )
    .option("--remove-holiday <date>", "one that does not apply (repeatable)", collect, [])
    .option("--optional-holidays", "bridge days and other optional ones too")
    .option("--bank-holidays", "bank holidays too");

/** @throws Mistake for a date that does not exist */
export const addedHolidays = (options: HolidayChoice): Holiday[] => options.addHoliday.flatMap(addedHoliday);
/** @throws Mistake for a date that does not exist */
export const removedHolidays = (options: HolidayChoice): string[] =>
  options.removeHoliday.map((date) => existingDate(date, "--remove-holiday"));

/** Most days that one range can close. */
const mostDays = 60;

function addedHoliday(text: string): Holiday[] {
  const [when = "", ...rest] = text.split("=");
  const name = rest.length === 0 ? {} : { name: rest.join("=") };
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?(?:\/(?:(\d{4}-\d\d-\d\d)|(\d\d:\d\d)))?$/.exec(when);
  const [, date = when, from, lastDate, to] = parts ?? [];
  const first = existingDate(date, "--add-holiday");
  if (lastDate !== undefined) {
    if (from !== undefined)
      throw new Mistake(
        `--add-holiday: ${JSON.stringify(text)} mixes a time and a last date; give one of the two`,
      );
    return datesBetween(first, existingDate(lastDate, "--add-holiday"), text).map((each) => ({
      date: each,
      ...name,
    }));
  }
  if (from === undefined && to === undefined) return [{ date: first, ...name }];
  const part = { from: existingTime(from ?? "00:00", text), to: existingTime(to ?? "24:00", text) };
  if (part.to <= part.from)
    throw new Mistake(`--add-holiday: ${JSON.stringify(text)} closes nothing: it ends before it begins`);
  return [{ date: first, ...name, ...part }];
}

function datesBetween(first: string, last: string, text: string): string[] {
  const count = Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
  if (count < 1 || count > mostDays)
    throw new Mistake(
      `--add-holiday: ${JSON.stringify(text)} must end on or after its first date, and close ${mostDays} days at most`,
    );
  return Array.from({ length: count }, (_, at) => dayAfter(first, at));
}

function existingTime(time: string, text: string): string {
  if (!/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(time))
    throw new Mistake(`--add-holiday: ${JSON.stringify(text)} has a time that does not exist; give HH:MM`);
  return time;
}

/** @throws Mistake that names the option */
export function existingDate(date: string, option: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date)
    throw new Mistake(`${option}: ${JSON.stringify(date)} is not a date that exists; give YYYY-MM-DD`);
  return date;
}
