import type { Command } from "commander";
import type { Holiday } from "c/slaEngine";
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
    .option("--add-holiday <date[=name]>", "one more holiday (repeatable)", collect, [])
    .option("--remove-holiday <date>", "one that does not apply (repeatable)", collect, [])
    .option("--optional-holidays", "bridge days and other optional ones too")
    .option("--bank-holidays", "bank holidays too");

/** @throws Mistake for a date that does not exist */
export const addedHolidays = (options: HolidayChoice): Holiday[] => options.addHoliday.map(addedHoliday);
/** @throws Mistake for a date that does not exist */
export const removedHolidays = (options: HolidayChoice): string[] =>
  options.removeHoliday.map((date) => existingDate(date, "--remove-holiday"));

function addedHoliday(text: string): Holiday {
  const [date = "", ...name] = text.split("=");
  const added = existingDate(date, "--add-holiday");
  return name.length === 0 ? { date: added } : { date: added, name: name.join("=") };
}

/** @throws Mistake that names the option */
export function existingDate(date: string, option: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date)
    throw new Mistake(`${option}: ${JSON.stringify(date)} is not a date that exists; give YYYY-MM-DD`);
  return date;
}
