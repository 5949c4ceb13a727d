/**
 * A contract's policy for a page: taken, or refused whole. The same verdict as that of c/slaPolicyCheck, which says in sentences
 * what is wrong; a page shows that it cannot read the policy, and need not load the sentences.
 */
import {
  DEEPEST,
  LARGEST_TARGET,
  LONGEST_NAME,
  LONGEST_POLICY,
  LONGEST_STEP_NAME,
  LONGEST_TEXT,
  MOST,
  MOST_CALENDARS,
  MOST_WINDOWS_A_DAY,
} from "./bounds.ts";
import { parseDate } from "./civil.ts";
import { isObject } from "./faults.ts";
import { parseHolidays } from "./holiday.ts";
import { parseSpecial } from "./special.ts";
import { parseStepTime } from "./step-time.ts";
import { trialFault } from "./trial.ts";
import type { BusinessDayReading, Policy } from "./types.ts";
import { dayLength, parseWeek } from "./week.ts";
import { UTC_LAW, zoneBy } from "./zone.ts";

export const READINGS: readonly BusinessDayReading[] = [
  "dayLength",
  "sameTimeNextBusinessDay",
  "endOfNextBusinessDay",
];

/** Letters, digits, and blanks, dots or dashes between them: a step's name is a part of keys. */
export const STEP_NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]*[\p{L}\p{N}])?$/u;

/** Never throws. */
export function takePolicy(
  json: string | null,
): { policy: Policy } | { problem: "absent" | "damaged" | "newerFormat" } {
  if (!json?.trim()) return { problem: "absent" };
  try {
    const policy = json.length > LONGEST_POLICY ? null : JSON.parse(json);
    const problem = formatFault(policy) ?? (isSound(policy) ? null : "damaged");
    return problem === null ? { policy } : { problem };
  } catch {
    return { problem: "damaged" };
  }
}

/** Whether the format is one that this reads; null: it is. */
export function formatFault(policy: Policy | null): "damaged" | "newerFormat" | null {
  const format: unknown = policy?.formatVersion;
  // format 2 is for special hours and has nothing else that is new
  if (typeof format === "number" && format > (policy!.special === undefined ? 1 : 2)) return "newerFormat";
  return format === 1 || format === 2 ? null : "damaged";
}

/** Whether lists and objects lie in each other deeper than that. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

// Where a part is missing, what looks into it throws, and the policy is refused.
type Part = any;

/** A text of one line. */
const isName = (text: unknown, longest = LONGEST_NAME): boolean =>
  typeof text === "string" &&
  text.trim() !== "" &&
  text.length <= longest &&
  !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

const isOptional = (text: unknown, longest?: number) =>
  text === undefined || text === "" || isName(text, longest);

const isText = ({ es, en }: Part) => isName(es, LONGEST_TEXT) && isName(en, LONGEST_TEXT);

const isList = (list: Part, most: number, isEntry: (entry: Part) => boolean): boolean =>
  Array.isArray(list) && list.length <= most && list.every(isEntry);

const isOnce = (list: Part[], key: string): boolean =>
  new Set(list.map((entry) => entry[key])).size === list.length;

const isCoded = (list: Part, most: number, isEntry: (entry: Part) => boolean): boolean =>
  isList(list, most, (entry) => isName(entry.code) && isText(entry.label) && isEntry(entry)) &&
  isOnce(list, "code");

const isNames = (list: Part) => isList(list, MOST.channels, (name) => isName(name));

const isSteps = (steps: Part): boolean =>
  isList(
    steps,
    MOST.steps,
    ({ name, at, label, do: actions }) =>
      STEP_NAME.test(name) &&
      isName(name, LONGEST_STEP_NAME) &&
      parseStepTime(at) !== null &&
      isText(label) &&
      isList(actions, MOST.actions, ({ type }) => isName(type)),
  ) && isOnce(steps, "name");

function isCoverage({ alwaysOpen = false, weekly }: Part): boolean {
  if (typeof alwaysOpen !== "boolean") return false;
  if (alwaysOpen) return true;
  parseWeek(weekly);
  return Object.values(weekly).every((windows: Part) => !(windows?.length > MOST_WINDOWS_A_DAY));
}

const own = (object: Part, key: string): Part => (Object.hasOwn(object, key) ? object[key] : null);

function isPromise(target: Part, coverage: Part, reading: string): boolean {
  const [[unit, amount], ...others] = Object.entries(target) as [[string, Part], ...unknown[]];
  return (
    others.length === 0 &&
    Number.isFinite(amount) &&
    amount > 0 &&
    amount <= own(LARGEST_TARGET, unit) &&
    (unit !== "businessDays" ||
      (reading === "dayLength" ? dayLength(coverage) !== null : Number.isInteger(amount)))
  );
}

const isOffer = ({ plan, label, channels, calendars, targets }: Part, codes: string[], reading: string) =>
  isName(plan) &&
  isText(label) &&
  isNames(channels) &&
  isObject(calendars) &&
  isObject(targets) &&
  Object.entries(calendars).every(([key, calendar]) => isName(key) && isCoverage(calendar)) &&
  codes.every((code) => {
    const { calendar, target } = own(targets, code);
    return typeof calendar === "string" && isPromise(target, own(calendars, calendar), reading);
  });

function isSound(policy: Part): boolean {
  const { timeZone, zone, priorities, holidays, special, holidaysKnown, businessDay, otherPlans } = policy;
  // an empty text spreads into no plans at all
  if (isDeeper(policy, DEEPEST) || !Array.isArray(otherPlans)) return false;
  if (holidays?.length > MOST.holidays || special?.length > MOST.special) return false;
  parseHolidays(holidays);
  parseSpecial(special, zoneBy(timeZone, zone ?? UTC_LAW));
  const codes: string[] = priorities.map(({ code }: Part) => code);
  const offers: Part[] = [policy, ...otherPlans];
  return (
    isCoded(priorities, MOST.priorities, ({ when }) => isText(when)) &&
    isCoded(
      policy.channelCatalogue,
      MOST.channelCatalogue,
      (channel) => channel.priorities === undefined || isNames(channel.priorities),
    ) &&
    isCoded(policy.categories, MOST.categories, ({ covered }) => typeof covered === "boolean") &&
    isSteps(policy.steps) &&
    (holidays ?? []).every(({ name }: Part) => isOptional(name, LONGEST_TEXT)) &&
    (special ?? []).every((hours: Part) =>
      ["name", "orderedBy", "orderedAt"].every((field) => isName(hours[field])),
    ) &&
    [holidaysKnown.from, holidaysKnown.to].every((date) => parseDate(date) !== null) &&
    offers.length <= MOST.otherPlans + 1 &&
    isOnce(offers, "plan") &&
    offers.every((offer) => {
      const reading = offer.businessDay === undefined ? businessDay : offer.businessDay;
      return READINGS.includes(reading) && isOffer(offer, codes, reading);
    }) &&
    offers.flatMap(({ calendars }) => Object.keys(calendars)).length <= MOST_CALENDARS &&
    codes.includes(policy.defaultPriority) &&
    codes.includes(policy.quotedPriority) &&
    isName(policy.version) &&
    isOptional(policy.holidayCalendar) &&
    trialFault(policy) === null
  );
}
