/** A policy made ready to compute with. */
import { MOST_WORK } from "./bounds.ts";
import { compileCalendar, refuse } from "./calendar.ts";
import { HOUR, MINUTE } from "./civil.ts";
import { endOfDay, sameTime } from "./business-day.ts";
import type { BusinessCalendar, Instant, PlanOffer, Policy, TargetSpec } from "./types.ts";
import { categoryVerdict } from "./verdicts.ts";
import { dayLength, ROUND_THE_CLOCK } from "./week.ts";
import type { Zone } from "./zone.ts";
import { zoneBy } from "./zone.ts";

/** What governs a case. */
export interface Commitment {
  /** Effective: the default for a blank or unknown one, the quoted priority for a quoted category. */
  priority: string;
  declared: string | null;
  needsQuote: boolean;
  calendar: string;
  target: TargetSpec;
}

export interface CompiledPolicy {
  policy: Policy;
  /** The law of the contract's place. Throws a RangeError where the policy carries none. */
  readonly zone: Zone;
  /** Throws a RangeError for a key that the policy does not have. */
  calendar(key: string): BusinessCalendar;
  commitment(priority: string | null, category: string | null): Commitment;
  /** The instant at which `target` has passed since `start`, by the policy's reading of a business day. */
  due(start: Instant, calendar: string, target: TargetSpec): Instant;
  /** The same contract under another plan on sale. Throws a RangeError for a plan it does not know. */
  offer(plan: string): CompiledPolicy;
}

const compiled = new WeakMap<Policy, CompiledPolicy>();

/** Compiled once per policy object; calendars only when asked for. */
export function compilePolicy(
  policy: Policy,
  zoneWithoutLaw: (name: string) => Zone = refuse,
): CompiledPolicy {
  let known = compiled.get(policy);
  if (!known) compiled.set(policy, (known = compile(policy, zoneWithoutLaw)));
  return known;
}

function compile(policy: Policy, zoneWithoutLaw: (name: string) => Zone): CompiledPolicy {
  const calendars = new Map<string, BusinessCalendar>();
  const offers = new Map<string, CompiledPolicy>();

  const calendar = (key: string): BusinessCalendar => {
    let known = calendars.get(key);
    if (!known) {
      const spec = Object.hasOwn(policy.calendars, key) && policy.calendars[key];
      if (!spec) throw new RangeError(`the policy has no calendar "${key}"`);
      known = compileCalendar(
        {
          timeZone: policy.timeZone,
          ...(policy.zone === undefined ? {} : { zone: policy.zone }),
          weekly: spec.alwaysOpen ? ROUND_THE_CLOCK : spec.weekly,
          holidays: spec.alwaysOpen ? [] : policy.holidays,
          ...(policy.special ? { special: policy.special } : {}),
        },
        MOST_WORK,
        zoneWithoutLaw,
      );
      calendars.set(key, known);
    }
    return known;
  };

  const zone = (): Zone =>
    policy.zone === undefined ? zoneWithoutLaw(policy.timeZone) : zoneBy(policy.timeZone, policy.zone);

  return {
    policy,
    get zone() {
      return zone();
    },
    calendar,
    commitment(priority, category) {
      const needsQuote = !categoryVerdict(policy, category).covered;
      const known = Object.hasOwn(policy.targets, priority as string);
      const declared = known ? (priority as string) : policy.defaultPriority;
      const effective = needsQuote ? policy.quotedPriority : declared;
      return { priority: effective, declared: priority, needsQuote, ...policy.targets[effective]! };
    },
    due(start, key, target) {
      const days = calendar(key);
      if ("minutes" in target) return days.add(start, Math.round(target.minutes * MINUTE));
      if ("hours" in target) return days.add(start, Math.round(target.hours * HOUR));
      if (policy.businessDay === "dayLength") {
        const minutes = dayLength(policy.calendars[key]!);
        if (minutes === null) throw new RangeError(`calendar "${key}" has days of unequal length`);
        return days.add(start, Math.round(target.businessDays * minutes * MINUTE));
      }
      const reading = policy.businessDay === "sameTimeNextBusinessDay" ? sameTime : endOfDay;
      return reading(days, zone(), start, target.businessDays);
    },
    offer(plan) {
      if (plan === policy.plan) return compilePolicy(policy, zoneWithoutLaw);
      let known = offers.get(plan);
      if (!known) {
        const other = policy.otherPlans.find((offered) => offered.plan === plan);
        if (!other) throw new RangeError(`"${plan}" is not a plan on sale`);
        const { businessDay = policy.businessDay, ...rest } = other;
        const otherPlans = policy.otherPlans.filter((offered) => offered !== other);
        known = compile(
          { ...policy, ...rest, businessDay, otherPlans: [...otherPlans, offerOf(policy)] },
          zoneWithoutLaw,
        );
        offers.set(plan, known);
      }
      return known;
    },
  };
}

function offerOf({ plan, label, calendars, targets, channels, businessDay }: Policy): PlanOffer {
  return { plan, label, calendars, targets, channels, businessDay };
}
