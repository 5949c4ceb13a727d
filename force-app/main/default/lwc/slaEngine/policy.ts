/** A plan of the catalogue, resolved for one contract: what is kept in the client's org and computed with. */
import {
  checkCoverage,
  checkSteps,
  readingFault,
  READINGS,
  ROUND_THE_CLOCK,
  targetFault,
} from "./catalogue.ts";
import { compileCalendar } from "./calendar.ts";
import { parseDate } from "./civil.ts";
import { CatalogueError, quote } from "./faults.ts";
import type {
  Catalogue,
  ContractTerms,
  PlanOffer,
  PlanSpec,
  Policy,
  PolicyCalendar,
  Problem,
} from "./types.ts";

/** Throws a CatalogueError: an unknown plan or zone, a holiday that does not exist, a reading that does not fit. */
export function resolvePolicy(catalogue: Catalogue, terms: ContractTerms): Policy {
  const problems: Problem[] = [];
  const plan = catalogue.plans.find(({ code }) => code === terms.plan);
  if (!plan) {
    const known = catalogue.plans.map(({ code }) => code).join(", ");
    problems.push({ path: "plan", reason: `${quote(terms.plan)} is not a plan of the catalogue (${known})` });
  }
  try {
    compileCalendar({ timeZone: terms.timeZone, weekly: ROUND_THE_CLOCK, holidays: terms.holidays });
  } catch (error) {
    problems.push({ path: "", reason: (error as Error).message });
  }
  for (const end of ["from", "to"] as const) {
    const date = terms.holidaysKnown?.[end];
    if (parseDate(date) === null) {
      problems.push({ path: `holidaysKnown.${end}`, reason: `${quote(date)} is not an ISO date` });
    }
  }
  if (terms.businessDay !== undefined && !READINGS.includes(terms.businessDay)) {
    problems.push({
      path: "businessDay",
      reason: `${quote(terms.businessDay)} is not one of ${READINGS.join(", ")}`,
    });
  }
  const reading = terms.businessDay ?? plan?.businessDay;
  for (const [i, { target, coverage }] of (plan?.commitments ?? []).entries()) {
    const reason = readingFault(target, plan!.coverage[coverage]!, reading);
    if (reason !== null) problems.push({ path: `plan ${plan!.code}: commitments[${i}].target`, reason });
  }
  if (!plan || problems.length > 0) throw new CatalogueError(problems);

  const policy: Policy = {
    formatVersion: 1,
    version: "",
    ...offerOf(plan),
    timeZone: terms.timeZone,
    holidayCalendar: terms.holidayCalendar,
    holidays: terms.holidays,
    holidaysKnown: terms.holidaysKnown,
    businessDay: reading ?? "dayLength",
    defaultPriority: catalogue.defaultPriority,
    quotedPriority: catalogue.quotedPriority,
    priorities: catalogue.priorities,
    channelCatalogue: catalogue.channels,
    categories: catalogue.categories,
    steps: plan.steps ?? catalogue.steps,
    otherPlans: catalogue.plans.filter(({ code }) => code !== plan.code).map(offerOf),
  };
  return { ...policy, version: `${catalogue.version.slice(0, 24)}-${fingerprint(policy)}` };
}

function offerOf(plan: PlanSpec): PlanOffer {
  const calendars: Record<string, PolicyCalendar> = {};
  for (const [key, coverage] of Object.entries(plan.coverage)) {
    calendars[key] =
      "alwaysOpen" in coverage
        ? { weekly: ROUND_THE_CLOCK, alwaysOpen: true }
        : { weekly: coverage.weekly, alwaysOpen: false };
  }
  const targets: PlanOffer["targets"] = {};
  for (const { priorities, coverage, target } of plan.commitments) {
    for (const priority of priorities) targets[priority] = { calendar: coverage, target };
  }
  const offer: PlanOffer = {
    plan: plan.code,
    label: plan.label,
    calendars,
    targets,
    channels: plan.channels,
  };
  return plan.businessDay === undefined ? offer : { ...offer, businessDay: plan.businessDay };
}

/** 53 bits over everything that can move a deadline or a step (cyrb53). */
function fingerprint(policy: Policy): string {
  const { plan, timeZone, calendars, targets, holidays, businessDay, defaultPriority, quotedPriority } =
    policy;
  const text = JSON.stringify([
    ...[plan, timeZone, calendars, targets, businessDay, defaultPriority, quotedPriority],
    holidays.map(({ date, from, to }) => [date, from, to]),
    policy.categories.map(({ code, covered }) => [code, covered]),
    policy.steps.map(({ name, at, do: actions }) => [name, at, actions]),
  ]);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    high = Math.imul(high ^ text.charCodeAt(i), 2654435761);
    low = Math.imul(low ^ text.charCodeAt(i), 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, "0");
}

/** A contract's policy as the org keeps it, or why it cannot be read. Never throws. */
export function readPolicy(
  json: string | null,
): { policy: Policy } | { problem: "absent" | "damaged" | "newerFormat"; detail: string } {
  if (json === null || json === undefined || json.trim() === "") {
    return { problem: "absent", detail: "the contract holds no policy" };
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: "damaged", detail: `not JSON: ${(error as Error).message}` };
  }
  const policy = value as Policy;
  const format: unknown = policy?.formatVersion;
  if (typeof format === "number" && format > 1) {
    return { problem: "newerFormat", detail: `format ${format}; this reads format 1` };
  }
  if (format !== 1) return { problem: "damaged", detail: "formatVersion is missing" };
  try {
    const fault = policyFaults(policy)[0];
    if (fault) return { problem: "damaged", detail: `${fault.path}: ${fault.reason}` };
  } catch (error) {
    return { problem: "damaged", detail: (error as Error).message };
  }
  return { policy };
}

function policyFaults(policy: Policy): Problem[] {
  const problems: Problem[] = [];
  const report = (path: string, reason: string) => {
    problems.push({ path, reason });
  };
  for (const list of [
    "priorities",
    "channels",
    "channelCatalogue",
    "categories",
    "steps",
    "otherPlans",
  ] as const) {
    if (!Array.isArray(policy[list])) report(list, "must be a list");
  }
  compileCalendar({ timeZone: policy.timeZone, weekly: ROUND_THE_CLOCK, holidays: policy.holidays });
  for (const end of ["from", "to"] as const) {
    if (parseDate(policy.holidaysKnown[end]) === null) report(`holidaysKnown.${end}`, "must be an ISO date");
  }
  for (const [key, calendar] of Object.entries(policy.calendars))
    checkCoverage(calendar, `calendars.${key}`, report);
  if (!READINGS.includes(policy.businessDay)) report("businessDay", `must be one of ${READINGS.join(", ")}`);
  for (const { code } of policy.priorities) {
    const promise = policy.targets[code];
    const calendar = promise && policy.calendars[promise.calendar];
    if (!calendar) report(`targets.${code}`, "has no target on a known calendar");
    else {
      const reason =
        targetFault(promise.target) ?? readingFault(promise.target, calendar, policy.businessDay);
      if (reason !== null) report(`targets.${code}`, reason);
    }
  }
  for (const field of ["defaultPriority", "quotedPriority"] as const) {
    if (!policy.targets[policy[field]]) report(field, "is not a known priority");
  }
  checkSteps(policy.steps, "steps", report);
  return problems;
}
