/**
 * A contract's policy for a page: taken, or refused whole. The same verdict as that of c/slaPolicyCheck, without its
 * sentences. A page only shows that it cannot read the policy, so it need not load them.
 */
import { MOST } from "./bounds.ts";
import { parseDate } from "./civil.ts";
import { isObject, need, own } from "./faults.ts";
import { parseHolidays } from "./holiday.ts";
import { parseSpecial } from "./special.ts";
import { reachFault } from "./reach.ts";
import { parseStepTime } from "./step-time.ts";
import type { BusinessDayReading, Policy } from "./types.ts";
import { dayLength, parseWeek } from "./week.ts";
import { UTC_LAW, zoneOf } from "./zone.ts";

export const READINGS: readonly BusinessDayReading[] = [
  "dayLength",
  "sameTimeNextBusinessDay",
  "endOfNextBusinessDay",
];

/** Letters, digits, and blanks, dots or dashes between them: a step's name is a part of keys. */
export const STEP_NAME = /^[\p{L}\p{N}]+([ ._-]+[\p{L}\p{N}]+)*$/u;

/** Never throws. */
export function takePolicy(
  json: string | null,
): { policy: Policy } | { problem: "absent" | "damaged" | "newerFormat" } {
  if (!json?.trim()) return { problem: "absent" };
  try {
    need(json.length <= MOST.policy);
    const policy = JSON.parse(json);
    const problem = formatFault(policy);
    if (problem) return { problem };
    if (isSound(policy)) return { policy };
  } catch {
    // an unreadable policy is damaged too
  }
  return { problem: "damaged" };
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

// Where a part is missing or of another kind, what looks into it throws, and the policy is refused.
type Part = any;
/** What a part of a policy must be; `key` is where it stands. */
type Check = (part: Part, key?: string) => unknown;

/** A text of one line. */
const name =
  (longest: number): Check =>
  (text) =>
    text.trim() && text.length <= longest && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text);

const optional =
  (check: Check, blank?: string): Check =>
  (part, key) =>
    part === undefined || part === blank || check(part, key);

const each =
  (checks: Record<string, Check>): Check =>
  (part) =>
    Object.entries(checks).every(([key, check]) => check(part[key], key));

/** @param once no two entries have the same of this */
const list =
  (check: Check, once?: string): Check =>
  (entries, key) =>
    entries.length <= MOST[key as "steps"] &&
    entries.every(check) &&
    (!once || new Set(entries.map((entry: Part) => entry[once])).size === entries.length);

const isName = name(MOST.name);
const isLong = name(MOST.text);
const isText = each({ es: isLong, en: isLong });
const isNames = list(isName);
const isFlag: Check = (part) => typeof part === "boolean";
const isDate: Check = (part) => parseDate(part) < Infinity;
const coded = (checks: Record<string, Check>) =>
  list(each({ code: isName, label: isText, ...checks }), "code");

const isWhole = each({
  version: isName,
  holidayCalendar: optional(isName, ""),
  priorities: coded({ when: isText }),
  channelCatalogue: coded({ priorities: optional(isNames) }),
  categories: coded({ covered: isFlag }),
  steps: list(
    each({
      name: (text) => text.trim().length <= MOST.stepName && STEP_NAME.test(text),
      at: parseStepTime,
      label: isText,
      do: list(each({ type: isName })),
    }),
    "name",
  ),
  holidays: optional(list(each({ name: optional(isLong, "") }))),
  special: optional(list(each({ name: isName, orderedBy: isName, orderedAt: isName }))),
  holidaysKnown: each({ from: isDate, to: isDate }),
});

const isOffers = list(
  each({ plan: isName, label: isText, channels: isNames, calendars: isObject, targets: isObject }),
  "plan",
);

const isCoverage: Check = ({ alwaysOpen = false, weekly }) =>
  typeof alwaysOpen === "boolean" &&
  (alwaysOpen || parseWeek(weekly).every((day) => day.length <= MOST.windowsADay));

function isSound(policy: Part): unknown {
  if (isDeeper(policy, MOST.levels) || !isWhole(policy)) return false;
  const { holidays = [], special = [], priorities, otherPlans, steps } = policy;
  parseHolidays(holidays);
  // one without a law of its zone, which an older version wrote, is tried in UTC
  parseSpecial(special, zoneOf({ zone: UTC_LAW, ...policy }));
  const codes: string[] = priorities.map(({ code }: Part) => code);
  const offers: Part[] = otherPlans.concat(policy);
  return (
    isOffers(offers, "plans") &&
    offers.flatMap(({ calendars }) => Object.keys(calendars)).length <= MOST.calendars &&
    codes.includes(policy.defaultPriority) &&
    codes.includes(policy.quotedPriority) &&
    offers.every(
      ({ calendars, targets, businessDay = policy.businessDay }) =>
        READINGS.includes(businessDay) &&
        Object.entries(calendars).every(([key, calendar]) => isName(key) && isCoverage(calendar)) &&
        codes.every((code) => {
          const { calendar, target } = own(targets, code) as Part;
          const coverage = typeof calendar === "string" && (own(calendars, calendar) as Part);
          const [[unit, amount], ...others] = Object.entries(target) as [[string, Part], ...Part[]];
          return (
            coverage &&
            !others.length &&
            amount === +amount &&
            amount > 0 &&
            amount <= MOST.target[unit as "hours"] &&
            (unit !== "businessDays" ||
              (businessDay === "dayLength" ? dayLength(coverage) : Number.isInteger(amount))) &&
            reachFault(coverage, target, steps) < 0
          );
        }),
    )
  );
}
