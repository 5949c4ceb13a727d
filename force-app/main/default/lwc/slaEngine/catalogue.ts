/** The plan catalogue (rules, section 1). We check all of it, and give every fault its path and a reason. */
import {
  CatalogueError,
  isObject,
  checkCoded,
  checkCoverage,
  checkList,
  checkName,
  checkSteps,
  checkText,
  isName,
  quote,
  readingFault,
  targetFault,
} from "c/slaPolicyCheck";
import type { Loose, Report } from "c/slaPolicyCheck";
import { MOST, READINGS } from "c/slaPolicy";
import type { BusinessDayReading, Catalogue, Problem, TargetSpec, Weekly } from "c/slaPolicy";

/** Finds every fault of a catalogue. [] means that you can use it. */
export function validateCatalogue(value: unknown): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, reason) => problems.push({ path, reason });
  if (!isObject(value)) return [{ path: "", reason: "a catalogue must be an object" }];
  if (value.formatVersion !== 1) report("formatVersion", `must be 1, not ${quote(value.formatVersion)}`);
  if (!isName(value.version)) report("version", "must be a text that names this version of the catalogue");

  const priorities = checkFilled(value.priorities, "priorities", MOST.priorities, report, (entry, path) =>
    checkText(entry.when, `${path}.when`, report),
  );
  for (const field of ["defaultPriority", "quotedPriority"]) {
    if (!priorities.includes(value[field] as string)) {
      report(field, `${quote(value[field])} is not one of the priorities (${priorities.join(", ")})`);
    }
  }
  const channels = checkFilled(value.channels, "channels", MOST.channels, report, (entry, path) => {
    if (entry.priorities !== undefined)
      checkKnown(entry.priorities, priorities, "priority", `${path}.priorities`, report);
  });
  checkFilled(value.categories, "categories", MOST.categories, report, (entry, path) => {
    if (typeof entry.covered !== "boolean") report(`${path}.covered`, "must be true or false");
  });
  checkSteps(value.steps, "steps", report);
  checkFilled(value.plans, "plans", MOST.plans, report, (plan, path) =>
    checkPlan(plan, path, priorities, channels, report),
  );
  return problems;
}

/** Reads the catalogue from JSON text or from its parsed form. Throws a CatalogueError with every fault. */
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

/** Like `checkCoded`, but it refuses an empty list too. */
function checkFilled(
  list: unknown,
  path: string,
  most: number,
  report: Report,
  check: (entry: Loose, path: string) => void,
): string[] {
  if (!Array.isArray(list) || list.length === 0) {
    report(path, "must be a list with at least one entry");
    return [];
  }
  return checkList(list, path, most, report) ? checkCoded(list, path, report, check) : [];
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
  for (const [key, entry] of Object.entries(coverage)) {
    checkName(key, `${path}.coverage.${key.slice(0, 80)}`, report);
    checkCoverage(entry, `${path}.coverage.${key.slice(0, 80)}`, report);
  }

  if (!Array.isArray(plan.commitments)) return report(`${path}.commitments`, "must be a list");
  const promised = new Set<unknown>();
  plan.commitments.forEach((commitment: unknown, i) => {
    const at = `${path}.commitments[${i}]`;
    if (!isObject(commitment)) return report(at, "must be an object");
    checkKnown(commitment.priorities, priorities, "priority", `${at}.priorities`, report);
    for (const priority of Array.isArray(commitment.priorities) ? commitment.priorities : []) {
      if (promised.has(priority)) report(`${at}.priorities`, `${quote(priority)} is promised twice`);
      promised.add(priority);
    }
    const key = commitment.coverage as string;
    if (!Object.hasOwn(coverage, key))
      report(`${at}.coverage`, `${quote(key)} is not a coverage of this plan`);
    const reason =
      targetFault(commitment.target) ??
      readingFault(
        commitment.target as TargetSpec,
        coverage[key] as { weekly?: Weekly; alwaysOpen?: boolean },
        plan.businessDay as BusinessDayReading | undefined,
      );
    if (reason !== null) report(`${at}.target`, reason);
  });
  for (const priority of priorities) {
    if (!promised.has(priority))
      report(`${path}.commitments`, `plan ${quote(plan.code)} promises nothing for ${priority}`);
  }
}
