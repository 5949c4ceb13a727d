import { withHolidays, type Holiday, type Policy } from "c/slaEngine";
import { ownCorrections } from "./holiday-corrections.ts";
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

type Known = Pick<Policy, "holidays" | "holidaysKnown">;
const reckoned = new WeakMap<Terms, { by: string; known: Known }>();

/** As `holidaysOf`; reckoned once for the same terms, since each look at an org asks. */
function currentHolidays(terms: Terms, now: number): Known {
  const by = `${new Date(now).getUTCFullYear()} ${ownCorrections() ?? ""}`;
  let kept = reckoned.get(terms);
  if (kept?.by !== by) reckoned.set(terms, (kept = { by, known: holidaysOf(terms, now) }));
  return kept.known;
}

/**
 * The policy with the holidays of a new year, or with corrections of coming days. null: the policy has both already.
 * The plan's promises stay as they are.
 * @throws RangeError for a calendar that does not exist any more
 */
export function renewedPolicy(policy: Policy, terms: Terms, now: number): Renewal | null {
  const fresh = currentHolidays(terms, now);
  const today = new Date(now).toISOString().slice(0, 10);
  const [had, has] = [policy.holidays, fresh.holidays].map((list) => new Set(list.map(dayOf)));
  const closed = fresh.holidays.filter((day) => day.date >= today && !had!.has(dayOf(day)));
  const opened = policy.holidays.filter((day) => day.date >= today && !has!.has(dayOf(day)));
  const knowsTheYears = policy.holidaysKnown.to >= fresh.holidaysKnown.to;
  if (knowsTheYears && closed.length + opened.length === 0) return null;
  return { policy: withHolidays(policy, fresh), closed: closed.map(said), opened: opened.map(said) };
}

/** A year before a contract's known holidays end, in words; null while there is time. */
export function holidaysEndSoon({ holidaysKnown, holidayCalendar }: Policy, now: number): string | null {
  if (Date.parse(`${holidaysKnown.to}T23:59:59Z`) - now >= yearInMs) return null;
  const end = Date.parse(`${holidaysKnown.to}T23:59:59Z`) < now ? "ended on" : "end on";
  return `its known holidays (${holidayCalendar}) ${end} ${holidaysKnown.to}, and days after that count as open. The service renews them each year; that it has not says that it could not write the contract`;
}
