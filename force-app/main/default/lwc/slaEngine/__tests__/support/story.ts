/** A case's life in a few words: facts with local times of Buenos Aires unless told otherwise. */
import { readFileSync } from "node:fs";
import {
  computeClocks,
  parseCatalogue,
  resolvePolicy,
  type SlaClock,
  type Contract,
  type ContractTerms,
  type Fact,
  type Holiday,
  type Policy,
  type Role,
} from "../../slaEngine.ts";

const file = new URL("../../../../../../../config/support-plans.json", import.meta.url);
export const catalogue = parseCatalogue(readFileSync(file, "utf8"));

export const BUENOS_AIRES = "America/Argentina/Buenos_Aires";
export const SOVEREIGNTY: Holiday = { date: "2026-11-23", name: "Día de la Soberanía Nacional" };

export function policyOf(plan: string, terms: Partial<ContractTerms> = {}): Policy {
  return resolvePolicy(catalogue, {
    plan,
    timeZone: BUENOS_AIRES,
    holidayCalendar: "AR",
    holidays: [SOVEREIGNTY],
    holidaysKnown: { from: "2026-01-01", to: "2027-12-31" },
    ...terms,
  });
}

export function contractOf(
  plan: string,
  over: Partial<Contract> = {},
  terms: Partial<ContractTerms> = {},
): Contract {
  return {
    id: plan,
    status: "Active",
    startsOn: "2026-01-01",
    endsOn: null,
    policy: policyOf(plan, terms),
    ...over,
  };
}

/** `2026-11-20 16:30` in Buenos Aires (UTC−3 all year), or any ISO instant. */
export const at = (when: string): number =>
  /Z|[+-]\d\d:\d\d$/.test(when) ? Date.parse(when) : Date.parse(`${when.replace(" ", "T")}-03:00`);

export const local = (instant: number | null, timeZone = BUENOS_AIRES): string | null =>
  instant === null
    ? null
    : new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" })
        .format(instant)
        .replace(/:00$/, "");

type Details = Partial<Extract<Fact, { kind: "created" }>>;
let ids = 0;
const base = (when: string, role: Role) => ({
  id: `f${++ids}`,
  at: at(when),
  by: { userId: `user-of-${role}`, role },
});

export const created = (when: string, priority: string | null, details: Details = {}): Fact => ({
  ...base(when, "requester"),
  kind: "created",
  status: "New",
  closed: false,
  priority,
  category: null,
  channel: "Portal",
  contractId: "contract",
  owner: "queue",
  ...details,
});
export const prioritised = (when: string, priority: string | null, role: Role = "consultant"): Fact => ({
  ...base(when, role),
  kind: "priority",
  priority,
});
export const categorised = (when: string, category: string | null, role: Role = "requester"): Fact => ({
  ...base(when, role),
  kind: "category",
  category,
});
export const acknowledged = (when: string, role: Role = "consultant"): Fact => ({
  ...base(when, role),
  kind: "acknowledgement",
  via: "field",
});
export const owned = (
  when: string,
  owner: "consultant" | "queue" | "other",
  role: Role = "consultant",
): Fact => ({
  ...base(when, role),
  kind: "owner",
  owner,
  ownerId: "005",
});
export const moved = (when: string, status: string, role: Role = "consultant", closed = false): Fact => ({
  ...base(when, role),
  kind: "status",
  status,
  closed,
});
export const closed = (when: string, role: Role): Fact => moved(when, "Closed", role, true);
export const reopened = (when: string, role: Role = "requester"): Fact =>
  moved(when, "Reopened", role, false);
export const replied = (when: string, role: Role = "consultant"): Fact => ({
  ...base(when, role),
  kind: "reply",
  via: "comment",
});
export const contracted = (when: string, contractId: string | null, role: Role = "requester"): Fact => ({
  ...base(when, role),
  kind: "contract",
  contractId,
});
export const deleted = (when: string, merged = false): Fact => ({
  ...base(when, "requester"),
  kind: "deleted",
  merged,
});
export const undeleted = (when: string): Fact => ({ ...base(when, "requester"), kind: "undeleted" });

export function clocksOf(facts: Fact[], contracts: Contract | Contract[], now: string): SlaClock[] {
  return computeClocks(facts, Array.isArray(contracts) ? contracts : [contracts], at(now));
}

/** The current clock. */
export const clockOf = (facts: Fact[], contracts: Contract | Contract[], now: string): SlaClock =>
  clocksOf(facts, contracts, now).at(-1)!;
