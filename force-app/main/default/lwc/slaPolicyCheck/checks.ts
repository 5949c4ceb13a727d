/** What a catalogue and a policy have in common, checked: each fault with its path and a reason. */
import { dayLength, MOST, parseDate, parseStepTime, READINGS, STEP_NAME } from "c/slaPolicy";
import type {
  BusinessDayReading,
  ContractTerms,
  PolicyCalendar,
  TargetSpec,
  Weekly,
  ZoneChanges,
} from "c/slaPolicy";
import { checkHolidays, checkSpecial, checkWeek, lawFault } from "./calendar-faults.ts";
import { isObject, quote } from "./faults.ts";

export type Report = (path: string, reason: string) => void;
export type Loose = Record<string, unknown>;

export const isName = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** A text of one line: no key of a store and no header of an email is broken by it. */
const isLine = (value: string) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value);

/** A text of one line, not blank and not too long. */
export function checkName(value: unknown, path: string, report: Report, longest: number = MOST.name): void {
  if (!isName(value)) report(path, "must be a text");
  else if (value.length > longest) report(path, `has ${value.length} characters; at most ${longest} fit`);
  else if (!isLine(value)) report(path, "has a control character or a line break");
}

/** What people read, in both languages. */
export function checkText(text: unknown, path: string, report: Report): void {
  for (const language of ["es", "en"])
    checkName(isObject(text) ? text[language] : undefined, `${path}.${language}`, report, MOST.text);
}

/** Whether it is a list that is not too long. */
export function checkList(
  list: unknown,
  path: string,
  most: number,
  report: Report,
): list is readonly unknown[] {
  if (!Array.isArray(list)) report(path, "must be a list");
  else if (list.length > most) report(path, `has ${list.length} entries; at most ${most} fit`);
  else return true;
  return false;
}

/** A list of objects with a `code` of their own and a label; returns the codes. */
export function checkCoded(
  list: readonly unknown[],
  path: string,
  report: Report,
  check: (entry: Loose, path: string) => void = () => {},
): string[] {
  const codes: string[] = [];
  list.forEach((entry, i) => {
    const at = `${path}[${i}]`;
    if (!isObject(entry)) return report(at, "must be an object");
    const code = entry.code as string;
    checkName(code, `${at}.code`, report);
    if (codes.includes(code)) report(`${at}.code`, `${quote(code)} is there twice`);
    codes.push(code);
    checkText(entry.label, `${at}.label`, report);
    check(entry, at);
  });
  return codes;
}

export function checkSteps(steps: unknown, path: string, report: Report): void {
  if (!checkList(steps, path, MOST.steps, report)) return;
  const names = new Set<unknown>();
  steps.forEach((step: unknown, i) => {
    const at = `${path}[${i}]`;
    if (!isObject(step)) return report(at, "must be an object");
    checkName(step.name, `${at}.name`, report, MOST.stepName);
    if (isName(step.name) && !STEP_NAME.test(step.name))
      report(
        `${at}.name`,
        `${quote(step.name)} is no name: use letters and digits, with blanks, dots or dashes between them`,
      );
    if (names.has(step.name)) report(`${at}.name`, `${quote(step.name)} is there twice`);
    names.add(step.name);
    if (parseStepTime(step.at) === null) {
      report(
        `${at}.at`,
        `${quote(step.at)} is not a share such as "75%" or an offset such as "-15m" or "+1h"`,
      );
    }
    checkText(step.label, `${at}.label`, report);
    if (!Array.isArray(step.do)) return report(`${at}.do`, "must be a list of actions");
    if (!checkList(step.do, `${at}.do`, MOST.do, report)) return;
    step.do.forEach((action: unknown, j) => {
      if (!isObject(action)) return report(`${at}.do[${j}]`, "must be an object");
      checkName(action.type, `${at}.do[${j}].type`, report);
    });
  });
}

/** One coverage of a plan, or one calendar of a policy. */
export function checkCoverage(entry: unknown, path: string, report: Report): void {
  if (!isObject(entry)) return report(path, "must be an object");
  if (entry.alwaysOpen === true) return;
  if (entry.alwaysOpen !== undefined && entry.alwaysOpen !== false)
    return report(`${path}.alwaysOpen`, "must be true or false");
  if (isObject(entry.weekly))
    for (const [day, windows] of Object.entries(entry.weekly))
      if (Array.isArray(windows) && windows.length > MOST.windowsADay)
        return report(
          `${path}.weekly.${day}`,
          `has ${windows.length} windows; at most ${MOST.windowsADay} fit in a day`,
        );
  try {
    checkWeek(entry.weekly as Weekly);
  } catch (error) {
    report(path, (error as Error).message);
  }
}

/** Of a zone whose law is not carried. */
const NO_CHANGE: ZoneChanges = { version: "", offset: 0, changes: [] };

/** What a contract says of its zone, its holidays and its reading of a business day. */
export function checkTerms(
  terms: Pick<ContractTerms, "timeZone" | "zone" | "holidays" | "holidaysKnown" | "businessDay" | "special">,
  report: Report,
): void {
  const { timeZone, zone, holidays, holidaysKnown, businessDay, special } = terms;
  const list: unknown = holidays;
  if (Array.isArray(list)) {
    if (!checkList(list, "holidays", MOST.holidays, report)) return;
    list.forEach((holiday: unknown, i) => {
      const name = isObject(holiday) ? holiday.name : undefined;
      // a day without a name is a holiday all the same
      if (name !== undefined && name !== "") checkName(name, `holidays[${i}].name`, report, MOST.text);
    });
  }
  if (special !== undefined) {
    if (!checkList(special, "special", MOST.special, report)) return;
    special.forEach((entry: unknown, i) => {
      if (!isObject(entry)) return report(`special[${i}]`, "must be an object");
      for (const field of ["name", "orderedBy", "orderedAt"])
        checkName(entry[field], `special[${i}].${field}`, report);
    });
  }
  const fault = lawFault(timeZone, zone === undefined ? NO_CHANGE : zone);
  if (fault !== null) return report("", fault);
  try {
    checkHolidays(holidays);
    checkSpecial(special);
  } catch (error) {
    report("", (error as Error).message);
  }
  for (const end of ["from", "to"] as const) {
    const date = holidaysKnown?.[end];
    if (Number.isNaN(parseDate(date))) report(`holidaysKnown.${end}`, `${quote(date)} is not an ISO date`);
  }
  if (businessDay !== undefined && !READINGS.includes(businessDay)) {
    report("businessDay", `${quote(businessDay)} is not one of ${READINGS.join(", ")}`);
  }
}

/** What is wrong with a target, or null. */
export function targetFault(target: unknown): string | null {
  const [unit, ...others] = Object.keys(Object(target));
  if (others.length > 0 || !["hours", "minutes", "businessDays"].includes(unit!)) {
    return "must give exactly one of hours, minutes and businessDays";
  }
  const amount = (target as Loose)[unit!];
  if (!Number.isFinite(amount) || (amount as number) <= 0) {
    return `${unit} must be a number above 0, not ${quote(amount)}`;
  }
  const largest = MOST.target[unit as keyof typeof MOST.target];
  return (amount as number) > largest ? `${unit} may be ${largest} at most, not ${quote(amount)}` : null;
}

/** Why a target in business days cannot be counted on this coverage by this reading, or null. */
export function readingFault(
  target: TargetSpec,
  coverage: { weekly?: Weekly; alwaysOpen?: boolean } | PolicyCalendar,
  reading: BusinessDayReading | undefined,
): string | null {
  if (!("businessDays" in target)) return null;
  if (reading === undefined || reading === "dayLength") {
    try {
      if (dayLength(coverage) > 0) return null;
    } catch {
      return null; // reported with the coverage itself
    }
    return "counts business days on days of unequal length: name the reading (sameTimeNextBusinessDay or endOfNextBusinessDay)";
  }
  return Number.isInteger(target.businessDays)
    ? null
    : `${reading} counts whole business days, not ${target.businessDays}`;
}
