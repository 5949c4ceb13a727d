/**
 * Resolves a plan of the catalogue for one contract. The client's org keeps the result, and both halves compute with
 * it.
 */
import { CatalogueError, checkTerms, policyFaults, quote, readingFault } from "c/slaPolicyCheck";
import type { Report } from "c/slaPolicyCheck";
import { WEEKDAYS } from "c/slaPolicy";
import type {
  Catalogue,
  ContractTerms,
  PlanOffer,
  PlanSpec,
  Policy,
  PolicyCalendar,
  Problem,
  Weekly,
} from "c/slaPolicy";
import { hostFault } from "./with-host.ts";

/**
 * Throws a CatalogueError for an unknown plan or zone, for a holiday that does not exist, and for a reading that does
 * not fit.
 */
export function resolvePolicy(catalogue: Catalogue, terms: ContractTerms): Policy {
  const problems: Problem[] = [];
  const report: Report = (path, reason) => problems.push({ path, reason });
  const plan = catalogue.plans.find(({ code }) => code === terms.plan);
  if (!plan) {
    const known = catalogue.plans.map(({ code }) => code).join(", ");
    report("plan", `${quote(terms.plan)} is not a plan of the catalogue (${known})`);
  }
  checkTerms(terms, report);
  const unknown = terms.zone === undefined ? hostFault(terms.timeZone) : null;
  if (unknown !== null && problems.every(({ reason }) => !reason.startsWith("timeZone"))) report("", unknown);
  const reading = terms.businessDay ?? plan?.businessDay;
  for (const [i, { target, coverage }] of (plan?.commitments ?? []).entries()) {
    const reason = readingFault(target, plan!.coverage[coverage]!, reading);
    if (reason !== null) report(`plan ${plan!.code}: commitments[${i}].target`, reason);
  }
  if (!plan || problems.length > 0) throw new CatalogueError(problems);

  const special = terms.special ?? [];
  const policy: Policy = {
    formatVersion: special.length > 0 ? 2 : 1,
    version: "",
    ...offerOf(plan),
    timeZone: terms.timeZone,
    ...(terms.zone === undefined ? {} : { zone: terms.zone }),
    holidayCalendar: terms.holidayCalendar,
    holidays: terms.holidays,
    ...(special.length > 0 ? { special } : {}),
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
  policy.version = versionOf(catalogue.version, policy);
  // we return a policy only if every page and service will accept it
  const faults = policyFaults(policy);
  if (faults.length > 0) throw new CatalogueError(faults);
  return policy;
}

/**
 * The same policy with other holidays, and the version that belongs to them. Throws a CatalogueError if a page would
 * refuse it.
 */
export function withHolidays(
  policy: Policy,
  { holidays, holidaysKnown }: Pick<Policy, "holidays" | "holidaysKnown">,
): Policy {
  const renewed = { ...policy, holidays, holidaysKnown };
  renewed.version = `${policy.version.replace(/-[0-9a-f]{14}$/, "")}-${fingerprint(renewed)}`;
  const faults = policyFaults(renewed);
  if (faults.length > 0) throw new CatalogueError(faults);
  return renewed;
}

/** A policy's version: the catalogue's version, and a hash of everything that can move a deadline or a step. */
export const versionOf = (catalogue: string, policy: Policy): string =>
  `${catalogue.slice(0, 24)}-${fingerprint(policy)}`;

const aroundTheClock: Weekly = Object.fromEntries(WEEKDAYS.map((day) => [day, [["00:00", "24:00"]]]));

function offerOf(plan: PlanSpec): PlanOffer {
  const calendars: Record<string, PolicyCalendar> = {};
  for (const [key, coverage] of Object.entries(plan.coverage)) {
    const { weekly, alwaysOpen = false }: { weekly?: Weekly; alwaysOpen?: boolean } = coverage;
    calendars[key] =
      alwaysOpen || weekly === undefined
        ? { weekly: aroundTheClock, alwaysOpen: true }
        : { weekly, alwaysOpen: false };
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

/** A hash of 53 bits over everything that can move a deadline or a step (cyrb53). */
function fingerprint(policy: Policy): string {
  const { plan, timeZone, calendars, targets, holidays, businessDay, defaultPriority, quotedPriority } =
    policy;
  const { zone } = policy;
  const text = JSON.stringify([
    ...(zone === undefined ? [] : [zone.offset, zone.changes]),
    ...[plan, timeZone, calendars, targets, businessDay, defaultPriority, quotedPriority],
    holidays.map(({ date, from, to }) => [date, from, to]),
    ...(policy.special ?? []).map(({ open, from, to, part }) => [open, from, to, part]),
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
