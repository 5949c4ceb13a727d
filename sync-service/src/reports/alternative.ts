import { underPlan, type Contract, type Policy } from "c/slaEngine";
import { readPolicy } from "c/slaPolicyCheck";
import { z } from "zod";
import { stepProblems } from "../orgs/step-actions.ts";
import { zones } from "../zones/zones.ts";
import { holidaysFor } from "../orgs/holidays.ts";

const text = z.string().min(1).max(200);
const time = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/, "a time such as 09:00");
const windows = z.array(z.tuple([time, time])).max(10);

/** The terms to change. The contract's terms hold for a key that is left out. */
export const alternativeSchema = z.strictObject({
  plan: text.optional(),
  timeZone: text.optional(),
  /** A country or region such as AR or US-NY, or `none`. */
  holidays: text.optional(),
  businessDay: z.enum(["dayLength", "sameTimeNextBusinessDay", "endOfNextBusinessDay"]).optional(),
  /** Coverage windows instead of those of every calendar that is not round the clock. */
  weekly: z
    .strictObject({
      mon: windows.optional(),
      tue: windows.optional(),
      wed: windows.optional(),
      thu: windows.optional(),
      fri: windows.optional(),
      sat: windows.optional(),
      sun: windows.optional(),
    })
    .optional(),
  steps: z
    .array(
      z.strictObject({
        name: text,
        at: z.string().regex(/^(\d{1,4}(\.\d{1,3})?%|[+-]\d{1,5}[mh])$/, 'such as "75%", "-15m" or "+1h"'),
        label: z.strictObject({ es: text, en: text }),
        do: z.array(z.looseObject({ type: text })).max(20),
      }),
    )
    .max(30)
    .optional(),
});
export type Alternative = z.infer<typeof alternativeSchema>;

/** An alternative that cannot be computed, in words: no such plan, zone or holiday calendar. */
export class NotAnAlternative extends RangeError {
  override name = "NotAnAlternative";
}

/**
 * A policy with what is to be different; the same object when nothing is.
 * @throws NotAnAlternative
 */
export function policyUnder(policy: Policy, change: Alternative): Policy {
  try {
    return changed(policy, change);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new NotAnAlternative(error.message);
    throw error;
  }
}

function changed(policy: Policy, change: Alternative): Policy {
  const plan = planNamed(policy, change.plan);
  let other = plan === policy.plan ? policy : underPlan(policy, plan);
  if (change.timeZone !== undefined && change.timeZone !== other.timeZone)
    other = { ...other, ...lawIn(change.timeZone, other) };
  if (change.holidays !== undefined && change.holidays !== other.holidayCalendar) {
    const { from, to } = other.holidaysKnown;
    other = {
      ...other,
      holidayCalendar: change.holidays,
      holidays: holidaysFor(change.holidays, Number(from.slice(0, 4)), Number(to.slice(0, 4))),
    };
  }
  if (change.businessDay !== undefined && change.businessDay !== other.businessDay)
    other = { ...other, businessDay: change.businessDay };
  if (change.weekly !== undefined) {
    const weekly = change.weekly as Policy["calendars"][string]["weekly"];
    other = {
      ...other,
      calendars: Object.fromEntries(
        Object.entries(other.calendars).map(([key, calendar]) => [
          key,
          calendar.alwaysOpen ? calendar : { ...calendar, weekly },
        ]),
      ),
    };
  }
  if (change.steps !== undefined) {
    const problems = stepProblems(change.steps).map(({ path, reason }) => `${path}: ${reason}`);
    if (problems.length > 0) throw new RangeError(problems.join("; "));
    other = { ...other, steps: change.steps };
  }
  if (other === policy) return policy;
  // what no contract could hold cannot be compared with: unequal days without a reading, a step that is never due
  const read = readPolicy(JSON.stringify(other));
  if ("problem" in read) throw new RangeError(read.detail);
  return { ...other, version: `${policy.version}?` };
}

function lawIn(timeZone: string, { holidaysKnown }: Policy): Pick<Policy, "timeZone" | "zone"> {
  const year = Number(holidaysKnown.from.slice(0, 4)) + 1;
  return { timeZone: zones().nameOf(timeZone), zone: zones().law(timeZone, year) };
}

function planNamed(policy: Policy, name: string | undefined): string {
  if (name === undefined) return policy.plan;
  const plans = [policy.plan, ...policy.otherPlans.map(({ plan }) => plan)];
  const found = plans.find((plan) => plan.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new RangeError(`There is no plan ${name}; on sale are ${plans.join(", ")}.`);
  return found;
}

/** A contract under other terms, as it was at every instant. */
export function contractUnder(contract: Contract, change: Alternative): Contract {
  return {
    ...contract,
    policy: policyUnder(contract.policy, change),
    ...(contract.history
      ? {
          history: contract.history.map((version) => ({
            ...version,
            policy: policyUnder(version.policy, change),
          })),
        }
      : {}),
  };
}
