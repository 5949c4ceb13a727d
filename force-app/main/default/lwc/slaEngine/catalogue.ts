/** The plan catalogue (rules, section 1): checked whole, every fault with its path and a reason. */
import { CatalogueError, quote } from "./faults.ts";
import { parseStepTime } from "./step-time.ts";
import type { BusinessDayReading, Catalogue, PolicyCalendar, Problem, TargetSpec, Weekly } from "./types.ts";
import { dayMinutes, parseWeek, WEEKDAYS } from "./week.ts";

type Report = (path: string, reason: string) => void;
type Loose = Record<string, unknown>;

export const READINGS: readonly BusinessDayReading[] = [
  "dayLength",
  "sameTimeNextBusinessDay",
  "endOfNextBusinessDay",
];

const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** Every fault of a catalogue; [] when it can be used. */
export function validateCatalogue(value: unknown): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, reason) => problems.push({ path, reason });
  if (!isObject(value)) return [{ path: "", reason: "a catalogue must be an object" }];
  if (value.formatVersion !== 1) report("formatVersion", `must be 1, not ${quote(value.formatVersion)}`);
  if (!isName(value.version)) report("version", "must be a text that names this version of the catalogue");

  const priorities = checkCoded(value.priorities, "priorities", report, (entry, path) =>
    checkText(entry.when, `${path}.when`, report),
  );
  for (const field of ["defaultPriority", "quotedPriority"]) {
    if (!priorities.includes(value[field] as string)) {
      report(field, `${quote(value[field])} is not one of the priorities (${priorities.join(", ")})`);
    }
  }
  const channels = checkCoded(value.channels, "channels", report, (entry, path) => {
    if (entry.priorities !== undefined)
      checkKnown(entry.priorities, priorities, "priority", `${path}.priorities`, report);
  });
  checkCoded(value.categories, "categories", report, (entry, path) => {
    if (typeof entry.covered !== "boolean") report(`${path}.covered`, "must be true or false");
  });
  checkSteps(value.steps, "steps", report);
  checkCoded(value.plans, "plans", report, (plan, path) =>
    checkPlan(plan, path, priorities, channels, report),
  );
  return problems;
}

/** The catalogue, from its JSON or what was parsed from it. Throws a CatalogueError with every fault. */
export function parseCatalogue(json: unknown): Catalogue {
  let value = json;
  if (typeof json === "string") {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new CatalogueError([{ path: "", reason: `not JSON: ${(error as Error).message}` }]);
    }
  }
  const problems = validateCatalogue(value);
  if (problems.length > 0) throw new CatalogueError(problems);
  return value as Catalogue;
}

/** A list of things with a unique `code` and a `label`; returns the codes. */
function checkCoded(
  list: unknown,
  path: string,
  report: Report,
  check: (entry: Loose, path: string) => void,
): string[] {
  const codes: string[] = [];
  if (!Array.isArray(list) || list.length === 0) {
    report(path, "must be a list with at least one entry");
    return codes;
  }
  list.forEach((entry: unknown, i) => {
    const at = `${path}[${i}]`;
    if (!isObject(entry)) return report(at, "must be an object");
    if (!isName(entry.code)) report(`${at}.code`, "must be a text");
    else if (codes.includes(entry.code)) report(`${at}.code`, `${quote(entry.code)} is there twice`);
    else codes.push(entry.code);
    checkText(entry.label, `${at}.label`, report);
    check(entry, at);
  });
  return codes;
}

function checkText(text: unknown, path: string, report: Report): void {
  for (const language of ["es", "en"]) {
    if (!isObject(text) || !isName(text[language])) report(`${path}.${language}`, "must be a text");
  }
}

function checkKnown(
  list: unknown,
  known: readonly string[],
  what: string,
  path: string,
  report: Report,
): void {
  if (!Array.isArray(list)) return report(path, "must be a list");
  list.forEach((code: unknown, i) => {
    if (!known.includes(code as string)) report(`${path}[${i}]`, `${quote(code)} is not a known ${what}`);
  });
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

function checkPlan(
  plan: Loose,
  path: string,
  priorities: readonly string[],
  channels: readonly string[],
  report: Report,
): void {
  checkKnown(plan.channels, channels, "channel", `${path}.channels`, report);
  if (plan.steps !== undefined) checkSteps(plan.steps, `${path}.steps`, report);
  if (plan.businessDay !== undefined && !READINGS.includes(plan.businessDay as BusinessDayReading)) {
    report(`${path}.businessDay`, `${quote(plan.businessDay)} is not one of ${READINGS.join(", ")}`);
  }
  const coverage = isObject(plan.coverage) ? plan.coverage : {};
  if (Object.keys(coverage).length === 0) report(`${path}.coverage`, "must hold at least one coverage");
  for (const [key, entry] of Object.entries(coverage))
    checkCoverage(entry, `${path}.coverage.${key}`, report);

  if (!Array.isArray(plan.commitments)) return report(`${path}.commitments`, "must be a list");
  const promised: unknown[] = [];
  plan.commitments.forEach((commitment: unknown, i) => {
    const at = `${path}.commitments[${i}]`;
    if (!isObject(commitment)) return report(at, "must be an object");
    checkKnown(commitment.priorities, priorities, "priority", `${at}.priorities`, report);
    for (const priority of Array.isArray(commitment.priorities) ? commitment.priorities : []) {
      if (promised.includes(priority)) report(`${at}.priorities`, `${quote(priority)} is promised twice`);
      promised.push(priority);
    }
    const key = commitment.coverage as string;
    if (!Object.hasOwn(coverage, key))
      report(`${at}.coverage`, `${quote(key)} is not a coverage of this plan`);
    const reason = targetFault(commitment.target);
    if (reason !== null) report(`${at}.target`, reason);
    else if (isObject(coverage[key])) {
      const fault = readingFault(
        commitment.target as TargetSpec,
        coverage[key] as { weekly?: Weekly; alwaysOpen?: boolean },
        plan.businessDay as BusinessDayReading | undefined,
      );
      if (fault !== null) report(`${at}.target`, fault);
    }
  });
  for (const priority of priorities) {
    if (!promised.includes(priority))
      report(`${path}.commitments`, `plan ${quote(plan.code)} promises nothing for ${priority}`);
  }
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

/** What is wrong with a target, or null. */
export function targetFault(target: unknown): string | null {
  const given = isObject(target) ? Object.entries(target) : [];
  const [unit, amount] = given[0] ?? [];
  if (given.length !== 1 || !["hours", "minutes", "businessDays"].includes(unit!)) {
    return "must give exactly one of hours, minutes and businessDays";
  }
  if (typeof amount !== "number" || !(amount > 0 && amount < Infinity)) {
    return `${unit} must be a number above 0, not ${quote(amount)}`;
  }
  return null;
}

export const ROUND_THE_CLOCK: Weekly = Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]]));

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
    let length: number | null;
    try {
      length = dayLength(coverage);
    } catch {
      return null; // reported with the coverage itself
    }
    return length === null
      ? "counts business days on days of unequal length: name the reading (sameTimeNextBusinessDay or endOfNextBusinessDay)"
      : null;
  }
  return Number.isInteger(target.businessDays)
    ? null
    : `${reading} counts whole business days, not ${target.businessDays}`;
}
