import { withHolidays, type Holiday, type Policy } from "c/slaEngine";
import { holidaysFor } from "./holidays.ts";
import type { OrgSettings } from "./org.ts";

type Terms = Pick<
  NonNullable<OrgSettings["contract"]>,
  "holidays" | "optionalHolidays" | "bankHolidays" | "addHolidays" | "removeHolidays"
>;

/** Years of holidays that a policy carries besides the current one: due instants reach into the next. */
const yearsAhead = 2;
const yearInMs = 365 * 86_400_000;

/** The holidays that a contract's terms come to now, and the years for which they are known. */
export function holidaysOf(terms: Terms, now: number): Pick<Policy, "holidays" | "holidaysKnown"> {
  const year = new Date(now).getUTCFullYear();
  return {
    holidays: holidaysFor(terms.holidays, year - 1, year + yearsAhead, {
      optional: terms.optionalHolidays === true,
      bank: terms.bankHolidays === true,
      add: (terms.addHolidays ?? []) as Holiday[],
      remove: terms.removeHolidays ?? [],
    }),
    holidaysKnown: { from: `${year - 1}-01-01`, to: `${year + yearsAhead}-12-31` },
  };
}

export interface Renewal {
  policy: Policy;
  /** `2029-01-01 Año Nuevo`: days of the years that were known before, and of the new year. */
  closed: string[];
  opened: string[];
}

const said = ({ date, from, to, name }: Holiday) =>
  `${date}${from || to ? ` ${from ?? "00:00"}-${to ?? "24:00"}` : ""}${name ? ` ${name}` : ""}`;
const dayOf = ({ date, from, to }: Holiday) => `${date} ${from ?? ""} ${to ?? ""}`;

/**
 * The policy with the holidays of the new year, once a year has begun; null while it knows two years ahead. What the plan
 * promises stays as it is.
 * @throws RangeError for a calendar that does not exist any more
 */
export function renewedPolicy(policy: Policy, terms: Terms, now: number): Renewal | null {
  const year = new Date(now).getUTCFullYear();
  if (policy.holidaysKnown.to >= `${year + yearsAhead}-12-31`) return null;
  const fresh = holidaysOf(terms, now);
  const today = new Date(now).toISOString().slice(0, 10);
  const [had, has] = [policy.holidays, fresh.holidays].map((list) => new Set(list.map(dayOf)));
  return {
    policy: withHolidays(policy, fresh),
    closed: fresh.holidays.filter((day) => day.date >= today && !had!.has(dayOf(day))).map(said),
    opened: policy.holidays.filter((day) => day.date >= today && !has!.has(dayOf(day))).map(said),
  };
}

/** A year before a contract's known holidays end, in words; null while there is time. */
export function holidaysEndSoon({ holidaysKnown, holidayCalendar }: Policy, now: number): string | null {
  if (Date.parse(`${holidaysKnown.to}T23:59:59Z`) - now >= yearInMs) return null;
  const end = Date.parse(`${holidaysKnown.to}T23:59:59Z`) < now ? "ended on" : "end on";
  return `its known holidays (${holidayCalendar}) ${end} ${holidaysKnown.to}, and days after that count as open. The service renews them each year; that it has not says that it could not write the contract`;
}
