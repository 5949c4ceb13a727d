import { readFileSync } from "node:fs";
import {
  CatalogueError,
  parseCatalogue,
  resolvePolicy,
  wallClock,
  type Catalogue,
  type Policy,
  type SpecialHours,
} from "c/slaEngine";
import { policyIn } from "./policies.ts";
import { unknownCatalogueKeys } from "./catalogue-keys.ts";
import { configFile } from "../shipped.ts";
import { stepProblems } from "./step-actions.ts";
import type { WallClock } from "../runtime.ts";
import { zoneOrUtc, zones } from "../zones/zones.ts";
import { dayAfter } from "./holiday-corrections.ts";
import { holidaysOf } from "./holiday-renewal.ts";
import type { OrgConnection } from "./connection.ts";
import type { OrgSettings } from "./org.ts";

export type ContractTerms = NonNullable<OrgSettings["contract"]>;

const shipped = configFile("support-plans.json");
/** @throws CatalogueError with every fault and its path, of what its steps do as well */
export function readCatalogue(file = shipped): Catalogue {
  const catalogue = parseCatalogue(readFileSync(file, "utf8"));
  const problems = [
    ...stepProblems(catalogue.steps),
    ...catalogue.plans.flatMap((plan, p) =>
      stepProblems(plan.steps ?? []).map(({ path, reason }) => ({ path: `plans[${p}].${path}`, reason })),
    ),
  ];
  const unknown = unknownCatalogueKeys(catalogue).map(({ path, reason }) => ({
    path: path.replace(/\.(\d+)(?=\.|$)/g, "[$1]"),
    reason,
  }));
  if (problems.length + unknown.length > 0) throw new CatalogueError([...unknown, ...problems]);
  return catalogue;
}

/** The plan of the catalogue that is meant, whatever its capitals. */
export function planNamed(catalogue: Catalogue, name: string): string {
  const plan = catalogue.plans.find((p) => p.code.toLowerCase() === name.toLowerCase());
  if (plan === undefined)
    throw new RangeError(
      `There is no plan ${JSON.stringify(name)}; the catalogue has ${catalogue.plans.map((p) => p.code).join(", ")}`,
    );
  return plan.code;
}

/** The policy that a contract's terms come to now. */
export function policyFor(catalogue: Catalogue, terms: ContractTerms, now: number): Policy {
  return resolvePolicy(catalogue, {
    plan: planNamed(catalogue, terms.plan),
    timeZone: zones().nameOf(terms.timeZone),
    zone: zones().law(terms.timeZone, new Date(now).getUTCFullYear()),
    holidayCalendar: terms.holidays,
    ...holidaysOf(terms, now),
    ...(terms.specialHours ? { special: terms.specialHours as SpecialHours[] } : {}),
    ...(terms.businessDay ? { businessDay: terms.businessDay } : {}),
  });
}

/** The local date in a zone, `YYYY-MM-DD`. */
export const localDate = (timeZone: string, at: number): string => wallClock(zoneOrUtc(timeZone), at).date;
export const dayBefore = (date: string) => dayAfter(date, -1);

export interface ContractRecord {
  Id: string;
  Plan__c: string;
  Status__c: string;
  Starts_On__c: string | null;
  Ends_On__c: string | null;
  Time_Zone__c: string | null;
  Holiday_Calendar__c: string | null;
  Policy__c: string | null;
  Policy_Version__c: string | null;
  CreatedDate: string;
  LastModifiedDate: string;
}
const contractFields =
  "Id, Plan__c, Status__c, Starts_On__c, Ends_On__c, Time_Zone__c, Holiday_Calendar__c, Policy__c, Policy_Version__c, CreatedDate, LastModifiedDate";

export const readContracts = (connection: OrgConnection): Promise<ContractRecord[]> =>
  connection.query<ContractRecord>(
    `SELECT ${contractFields} FROM Support_Contract__c ORDER BY Starts_On__c, Id`,
  );

export interface ContractWritten {
  did: "created" | "updated" | "replaced" | "nothing";
  id: string;
  startsOn: string;
}

/** What the org's contract needs so that it says what the registry says. */
export interface ContractPlan {
  did: ContractWritten["did"];
  startsOn: string;
  policy: Policy;
  /** The record that the plan is about. null: it is new. */
  id: string | null;
  /** Without an id the record is new. */
  writes: { id: string | null; fields: Record<string, unknown> }[];
}

export interface PlannedFrom {
  /** The first day of another plan. Without it, that is the next local day. */
  from?: string | undefined;
}

/**
 * Looks at the org's contracts and says what has to be written. Another plan gets another record from a later local
 * day, so that earlier promises stand. Other changes go into the record in force.
 * @throws RangeError when another plan should begin before tomorrow
 */
export async function planContract(
  connection: OrgConnection,
  catalogue: Catalogue,
  terms: ContractTerms,
  clock: WallClock,
  { from }: PlannedFrom = {},
): Promise<ContractPlan> {
  const now = clock.now();
  const policy = policyFor(catalogue, terms, now);
  const today = localDate(policy.timeZone, now);
  const records = (await readContracts(connection)).filter(
    (c) => /^(Active|Suspended)$/.test(c.Status__c) && (c.Ends_On__c === null || c.Ends_On__c >= today),
  );
  const current = records.at(-1);
  const fields = {
    Plan__c: policy.plan,
    Status__c: statusOf(terms, current),
    Time_Zone__c: policy.timeZone,
    Holiday_Calendar__c: terms.holidays,
    Policy__c: JSON.stringify(policy),
    Policy_Version__c: policy.version,
  };
  const synced = { Synced_At__c: new Date(now).toISOString() };
  const named = (startsOn: string) => ({ Name: `${policy.plan} · ${startsOn}`, Starts_On__c: startsOn });
  const create = (startsOn: string) => ({
    id: null,
    fields: { ...fields, ...synced, ...named(startsOn), Ends_On__c: terms.endsOn },
  });
  const plan = (did: ContractPlan["did"], startsOn: string, writes: ContractPlan["writes"]) => ({
    ...{ did, startsOn, policy, writes },
    id: did === "created" || did === "replaced" ? null : (current?.Id ?? null),
  });
  if (current === undefined) {
    const startsOn = terms.startsOn ?? today;
    return plan("created", startsOn, [create(startsOn)]);
  }
  const startsOn = current.Starts_On__c ?? today;
  const change = { id: current.Id, fields: { ...fields, ...synced, Ends_On__c: terms.endsOn } };
  // not in force yet: nothing was promised by it
  if (startsOn > today && from !== undefined && from !== startsOn) {
    refuseEarly(from, today);
    const before = records.at(-2);
    return plan("updated", from, [
      ...(before === undefined ? [] : [{ id: before.Id, fields: { Ends_On__c: dayBefore(from) } }]),
      { id: current.Id, fields: { ...change.fields, ...named(from) } },
    ]);
  }
  if (current.Plan__c === policy.plan || startsOn > today) {
    // to the letter: damage may have left the record's version as it was
    const says = Object.entries(fields).every(
      ([field, value]) => current[field as keyof typeof fields] === value,
    );
    if (says && (current.Ends_On__c ?? null) === terms.endsOn) return plan("nothing", startsOn, []);
    return plan("updated", startsOn, [change]);
  }
  const begins = from ?? dayAfter(today, 1);
  refuseEarly(begins, today);
  return plan("replaced", begins, [
    { id: current.Id, fields: { Ends_On__c: dayBefore(begins) } },
    create(begins),
  ]);
}

/** A suspension that somebody made in the org stays until the service says otherwise. */
const statusOf = ({ suspended }: ContractTerms, current: ContractRecord | undefined): string =>
  suspended === undefined ? (current?.Status__c ?? "Active") : suspended ? "Suspended" : "Active";

function refuseEarly(from: string, today: string): void {
  if (from <= today)
    throw new RangeError(
      `Another plan can begin on ${dayAfter(today, 1)} at the earliest: earlier promises stand`,
    );
}

/** Makes the org's contract say what the registry says. @throws RangeError as `planContract` */
export async function writeContract(
  connection: OrgConnection,
  catalogue: Catalogue,
  terms: ContractTerms,
  clock: WallClock,
  planned: PlannedFrom = {},
): Promise<ContractWritten> {
  const plan = await planContract(connection, catalogue, terms, clock, planned);
  const { did, startsOn, writes } = plan;
  let id = plan.id ?? "";
  for (const write of writes)
    id = await connection.use(async (c) => {
      const api = c.sobject("Support_Contract__c");
      if (write.id === null) return String((await api.create(write.fields)).id);
      await api.update({ Id: write.id, ...write.fields });
      return write.id;
    });
  return { did, startsOn, id };
}

/** Why a contract's record cannot be computed with, in words; null: it can. */
export function contractProblem({ Policy__c, Time_Zone__c }: ContractRecord): string | null {
  const read = policyIn(Policy__c);
  if ("problem" in read) return `its policy is ${read.problem}: ${read.detail}`;
  for (const name of [Time_Zone__c, read.policy.timeZone])
    try {
      if (name !== null) zones().nameOf(name);
    } catch (error) {
      return (error as Error).message;
    }
  return null;
}

/** The contracts in force on the local day of each. Rules, section 3: with two, no case has a clock. */
export function recordsInForce(contracts: readonly ContractRecord[], now: number): ContractRecord[] {
  return contracts.filter((c) => {
    if (c.Status__c !== "Active") return false;
    const today = localDate(c.Time_Zone__c ?? "UTC", now);
    return (c.Starts_On__c ?? today) <= today && (c.Ends_On__c ?? today) >= today;
  });
}
