/** What a catalogue and a policy have in common, checked: each fault with its path and a reason. */
import { compileCalendar } from "./calendar.ts";
import { parseDate } from "./civil.ts";
import { quote } from "./faults.ts";
import { parseStepTime } from "./step-time.ts";
import type { BusinessDayReading, ContractTerms, PolicyCalendar, TargetSpec, Weekly } from "./types.ts";
import { dayMinutes, parseWeek, WEEKDAYS } from "./week.ts";

export type Report = (path: string, reason: string) => void;
export type Loose = Record<string, unknown>;

export const READINGS: readonly BusinessDayReading[] = [
  "dayLength",
  "sameTimeNextBusinessDay",
  "endOfNextBusinessDay",
];

export const ROUND_THE_CLOCK: Weekly = Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]]));

export const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isName = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

export function checkText(text: unknown, path: string, report: Report): void {
  for (const language of ["es", "en"]) {
    if (!isObject(text) || !isName(text[language])) report(`${path}.${language}`, "must be a text");
  }
}

export function checkSteps(steps: unknown, path: string, report: Report): void {
  if (!Array.isArray(steps)) return report(path, "must be a list");
  const names = new Set<unknown>();
  steps.forEach((step: unknown, i) => {
    const at = `${path}[${i}]`;
    if (!isObject(step)) return report(at, "must be an object");
    if (!isName(step.name)) report(`${at}.name`, "must be a text");
    else if (names.has(step.name)) report(`${at}.name`, `${quote(step.name)} is there twice`);
    names.add(step.name);
    if (parseStepTime(step.at) === null) {
      report(
        `${at}.at`,
        `${quote(step.at)} is neither a share such as "75%" nor an offset such as "-15m" or "+1h"`,
      );
    }
    checkText(step.label, `${at}.label`, report);
    if (!Array.isArray(step.do)) return report(`${at}.do`, "must be a list of actions");
    step.do.forEach((action: unknown, j) => {
      if (!isObject(action) || !isName(action.type)) report(`${at}.do[${j}].type`, "must be a text");
    });
  });
}

/** One coverage of a plan, or one calendar of a policy. */
export function checkCoverage(entry: unknown, path: string, report: Report): void {
  if (!isObject(entry)) return report(path, "must be an object");
  if (entry.alwaysOpen === true) return;
  try {
    parseWeek(entry.weekly as Weekly);
  } catch (error) {
    report(path, (error as Error).message);
  }
}

/** What a contract says of its zone, its holidays and its reading of a business day. */
export function checkTerms(
  terms: Pick<ContractTerms, "timeZone" | "holidays" | "holidaysKnown" | "businessDay">,
  report: Report,
): void {
  const { timeZone, holidays, holidaysKnown, businessDay } = terms;
  try {
    compileCalendar({ timeZone, weekly: ROUND_THE_CLOCK, holidays });
  } catch (error) {
    report("", (error as Error).message);
  }
  for (const end of ["from", "to"] as const) {
    const date = holidaysKnown?.[end];
    if (parseDate(date) === null) report(`holidaysKnown.${end}`, `${quote(date)} is not an ISO date`);
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
  return null;
}

/** The minutes of a coverage day, or null when days differ. */
export function dayLength(coverage: { weekly?: Weekly; alwaysOpen?: boolean }): number | null {
  if (coverage.alwaysOpen) return 1440;
  const lengths = new Set(
    parseWeek(coverage.weekly!)
      .filter((day) => day.length > 0)
      .map(dayMinutes),
  );
  return lengths.size === 1 ? [...lengths][0]! : null;
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
      if (dayLength(coverage) !== null) return null;
    } catch {
      return null; // reported with the coverage itself
    }
    return "counts business days on days of unequal length: name the reading (sameTimeNextBusinessDay or endOfNextBusinessDay)";
  }
  return Number.isInteger(target.businessDays)
    ? null
    : `${reading} counts whole business days, not ${target.businessDays}`;
}
