/** A contract's policy, read back from the org. */
import { formatFault, isDeeper, MOST, READINGS, reachFault } from "c/slaPolicy";
import type { BusinessDayReading, Policy, PolicyCalendar, Problem, TargetSpec } from "c/slaPolicy";
import {
  checkCoded,
  checkCoverage,
  checkList,
  checkName,
  checkSteps,
  checkTerms,
  checkText,
  readingFault,
  targetFault,
} from "./checks.ts";
import type { Loose, Report } from "./checks.ts";
import { isObject, saying } from "./faults.ts";

/** A contract's policy as the org keeps it, or why it cannot be used: one fault refuses the whole. Never throws. */
export function readPolicy(
  json: string | null,
): { policy: Policy } | { problem: "absent" | "damaged" | "newerFormat"; detail: string } {
  if (json === null || json === undefined || json.trim() === "") {
    return { problem: "absent", detail: "the contract holds no policy" };
  }
  if (json.length > MOST.policy)
    return { problem: "damaged", detail: `longer than ${MOST.policy} characters` };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: "damaged", detail: `not JSON: ${(error as Error).message}` };
  }
  const policy = value as Policy;
  const format = formatFault(policy);
  if (format === "newerFormat") {
    const readable = policy.special === undefined ? 1 : 2;
    return { problem: format, detail: `format ${policy.formatVersion}; this reads format ${readable}` };
  }
  if (format !== null) return { problem: format, detail: "formatVersion is missing" };
  try {
    const fault = policyFaults(policy)[0];
    if (fault) return { problem: "damaged", detail: saying(fault) };
  } catch (error) {
    return { problem: "damaged", detail: (error as Error).message };
  }
  return { policy };
}

/** Every fault of a policy; [] when clocks can be computed with it. Throws for a value that is not an object. */
export function policyFaults(policy: Policy): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, reason) => problems.push({ path, reason });
  if (isDeeper(policy, MOST.levels)) return [{ path: "", reason: `nests deeper than ${MOST.levels} levels` }];
  for (const list of ["priorities", "channels", "channelCatalogue", "categories", "steps"] as const)
    checkList(policy[list], list, MOST[list], report);
  checkList(policy.otherPlans, "otherPlans", MOST.plans - 1, report);
  if (problems.length > 0) return problems;
  checkTerms(policy, report);
  if (policy.businessDay === undefined) report("businessDay", "is missing");
  const priorities = checkCoded(policy.priorities, "priorities", report, (entry, at) =>
    checkText(entry.when, `${at}.when`, report),
  );
  checkCoded(policy.channelCatalogue, "channelCatalogue", report, (entry, at) => {
    if (entry.priorities !== undefined) checkNames(entry.priorities, `${at}.priorities`, report);
  });
  checkCoded(policy.categories, "categories", report, (entry, at) => {
    if (typeof entry.covered !== "boolean") report(`${at}.covered`, "must be true or false");
  });
  checkOffer(policy as unknown as Loose, "", priorities, policy.businessDay, report);
  const plans = new Set([policy.plan]);
  policy.otherPlans.forEach((offer: unknown, i) => {
    const at = `otherPlans[${i}]`;
    if (!isObject(offer)) return report(at, "must be an object");
    const reading = offer.businessDay as BusinessDayReading | undefined;
    if (reading !== undefined && !READINGS.includes(reading))
      report(`${at}.businessDay`, `is not one of ${READINGS.join(", ")}`);
    checkOffer(offer, `${at}.`, priorities, reading ?? policy.businessDay, report);
    if (plans.has(offer.plan as string)) report(`${at}.plan`, "is there twice");
    plans.add(offer.plan as string);
  });
  for (const field of ["defaultPriority", "quotedPriority"] as const) {
    if (!priorities.includes(policy[field])) report(field, "is not a known priority");
  }
  checkName(policy.version, "version", report);
  if (policy.holidayCalendar !== undefined && policy.holidayCalendar !== "")
    checkName(policy.holidayCalendar, "holidayCalendar", report);
  checkSteps(policy.steps, "steps", report);
  const calendars = [policy, ...policy.otherPlans].map(
    (offer) => Object.keys(Object(offer?.calendars)).length,
  );
  const inAll = calendars.reduce((sum, count) => sum + count, 0);
  if (inAll > MOST.calendars)
    report("calendars", `are ${inAll} with those of the other plans; at most ${MOST.calendars} fit`);
  return problems.length > 0 ? problems : reachProblems(policy);
}

/** One plan's promise: its own, or that of another plan on sale. */
function checkOffer(
  offer: Loose,
  path: string,
  priorities: readonly string[],
  reading: BusinessDayReading | undefined,
  report: Report,
): void {
  checkName(offer.plan, `${path}plan`, report);
  checkText(offer.label, `${path}label`, report);
  checkNames(offer.channels, `${path}channels`, report);
  const { calendars, targets } = offer;
  if (!isObject(calendars)) report(`${path}calendars`, "must be an object");
  if (!isObject(targets)) report(`${path}targets`, "must be an object");
  if (!isObject(calendars) || !isObject(targets)) return;
  for (const [key, calendar] of Object.entries(calendars)) {
    const at = `${path}calendars.${key.slice(0, MOST.name)}`;
    checkName(key, at, report);
    checkCoverage(calendar, at, report);
  }
  for (const code of priorities) {
    const promise: unknown = Object.hasOwn(targets, code) && targets[code];
    const key = isObject(promise) ? promise.calendar : undefined;
    const calendar = typeof key === "string" && Object.hasOwn(calendars, key) ? calendars[key] : undefined;
    if (!isObject(promise) || !isObject(calendar)) {
      report(`${path}targets.${code}`, "has no target on a known calendar");
      continue;
    }
    const target = promise.target as TargetSpec;
    const reason =
      targetFault(target) ?? readingFault(target, calendar as unknown as PolicyCalendar, reading);
    if (reason !== null) report(`${path}targets.${code}`, reason);
  }
}

function checkNames(list: unknown, path: string, report: Report): void {
  if (checkList(list, path, MOST.channels, report))
    list.forEach((name, i) => checkName(name, `${path}[${i}]`, report));
}

/** The first promise that reaches too far, in a policy that is otherwise sound. */
function reachProblems(policy: Policy): Problem[] {
  const years = "more than 10 years after a case is opened";
  const reasons = [
    `falls due ${years}`,
    `has more than ${MOST.openings} openings of coverage on its way`,
    `has a step ${years}`,
  ];
  for (const [i, { calendars, targets }] of [policy, ...policy.otherPlans].entries())
    for (const { code } of policy.priorities) {
      const { calendar, target } = targets[code]!;
      const reason = reasons[reachFault(calendars[calendar]!, target, policy.steps)];
      const path = `${i === 0 ? "" : `otherPlans[${i - 1}].`}targets.${code}`;
      if (reason !== undefined) return [{ path, reason }];
    }
  return [];
}
