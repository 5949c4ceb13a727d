/** A policy made ready to compute with. */
import type { PageCalendar } from "./calendar.ts";
import { compileCalendar } from "./calendar.ts";
import { MINUTE } from "./civil.ts";
import { datesOn } from "./business-day.ts";
import { need, own } from "./faults.ts";
import type { BusinessCalendar, CalendarSpec, Instant, Policy, TargetSpec } from "./types.ts";
import { isQuoted } from "./verdicts.ts";
import { dayLength, weeklyOf } from "./week.ts";
import type { Zone } from "./zone.ts";
import { zoneOf as carried } from "./zone.ts";

/** What governs a case. */
export interface Commitment {
  /** Effective: the default for a blank or unknown one, the quoted priority for a quoted category. */
  priority: string;
  declared: string | null;
  needsQuote: boolean;
  calendar: string;
  target: TargetSpec;
}

export interface CompiledPolicy<Calendar extends Counting = PageCalendar> {
  policy: Policy;
  /** The law of the contract's place. Throws where the policy carries no law. */
  readonly zone: Zone;
  /** Throws a RangeError for a key that the policy does not have. */
  calendar(key: string): Calendar;
  commitment(priority: string | null, category: string | null): Commitment;
  /** The instant at which `target` has passed since `start`, by the policy's reading of a business day. */
  due(start: Instant, calendar: string, target: TargetSpec): Instant;
}

/** What counts coverage. */
type Counting = Omit<BusinessCalendar, "segments">;
type Compiled<Calendar extends Counting> = WeakMap<Policy, CompiledPolicy<Calendar>>;

const compiledHere: Compiled<PageCalendar> = new WeakMap();

/**
 * Compiled once per policy object; calendars only when asked for.
 * @param calendarBy stands in, as zoneOf does, where a policy may carry no law of its zone; no page guesses that
 */
export function compilePolicy(policy: Policy): CompiledPolicy;
export function compilePolicy<Calendar extends Counting>(
  policy: Policy,
  calendarBy: (spec: CalendarSpec) => Calendar,
  zoneOf: (policy: Policy) => Zone,
  compiled: Compiled<Calendar>,
): CompiledPolicy<Calendar>;
export function compilePolicy(
  policy: Policy,
  calendarBy: (spec: CalendarSpec) => Counting = compileCalendar,
  zoneOf: (policy: Policy) => Zone = carried,
  compiled: Compiled<Counting> = compiledHere,
): CompiledPolicy<Counting> {
  const done = compiled.get(policy);
  if (done) return done;
  const calendars = new Map<string, Counting>();

  const calendar = (key: string): Counting => {
    let known = calendars.get(key);
    if (!known) {
      const coverage = own(policy.calendars, key);
      need(coverage);
      const holidays = coverage.alwaysOpen ? [] : policy.holidays;
      calendars.set(key, (known = calendarBy({ ...policy, weekly: weeklyOf(coverage), holidays })));
    }
    return known;
  };

  const result: CompiledPolicy<Counting> = {
    policy,
    get zone() {
      return zoneOf(policy);
    },
    calendar,
    commitment(priority, category) {
      const needsQuote = isQuoted(policy, category);
      const known = own(policy.targets, priority!) ? priority! : policy.defaultPriority;
      const effective = needsQuote ? policy.quotedPriority : known;
      return { priority: effective, declared: priority, needsQuote, ...policy.targets[effective]! };
    },
    due(start, key, target) {
      const days = calendar(key);
      const [unit, amount] = Object.entries(target)[0]! as [string, number];
      const isDays = unit === "businessDays";
      if (isDays && policy.businessDay !== "dayLength")
        return datesOn(days, zoneOf(policy), start, amount, policy.businessDay === "endOfNextBusinessDay");
      const minutes = isDays ? dayLength(policy.calendars[key]!) : unit === "hours" ? 60 : 1;
      // days of unequal length are no measure
      need(minutes);
      return days.add(start, Math.round(amount * minutes * MINUTE));
    },
  };
  compiled.set(policy, result);
  return result;
}
