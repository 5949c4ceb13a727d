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
const dayAfter = (date: string) =>
  new Date(Date.parse(`${date}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

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

/**
 * Makes the org's contract say what the registry says. Another plan gets another record from the next local day, so
 * that earlier promises stand. Other changes go into the record in force.
 */
export async function writeContract(
  connection: OrgConnection,
  catalogue: Catalogue,
  terms: ContractTerms,
  clock: WallClock,
): Promise<ContractWritten> {
  const now = clock.now();
  const policy = policyFor(catalogue, terms, now);
  const today = localDate(policy.timeZone, now);
  const active = (await readContracts(connection)).filter(
    (c) => c.Status__c === "Active" && (c.Ends_On__c === null || c.Ends_On__c >= today),
  );
  const current = active.at(-1);
  const fields = {
    Plan__c: policy.plan,
    Status__c: "Active",
    Time_Zone__c: policy.timeZone,
    Holiday_Calendar__c: terms.holidays,
    Policy__c: JSON.stringify(policy),
    Policy_Version__c: policy.version,
    Synced_At__c: new Date(now).toISOString(),
  };
  const contracts = <T>(
    work: (api: {
      create(f: object): Promise<{ success: boolean; id?: string | undefined }>;
      update(f: object): Promise<unknown>;
    }) => Promise<T>,
  ) => connection.use((c) => work(c.sobject("Support_Contract__c") as never));
  const create = async (startsOn: string) => {
    const saved = await contracts((api) =>
      api.create({
        ...fields,
        Name: `${policy.plan} · ${startsOn}`,
        Starts_On__c: startsOn,
        Ends_On__c: terms.endsOn,
      }),
    );
    return { id: String(saved.id), startsOn };
  };
  if (current === undefined) return { did: "created", ...(await create(terms.startsOn ?? today)) };
  const startsOn = current.Starts_On__c ?? today;
  if (current.Plan__c === policy.plan) {
    // to the letter: damage may have left the record's version as it was
    const says = (["Time_Zone__c", "Holiday_Calendar__c", "Policy__c", "Policy_Version__c"] as const).every(
      (field) => current[field] === fields[field],
    );
    if (says && (current.Ends_On__c ?? null) === terms.endsOn)
      return { did: "nothing", id: current.Id, startsOn };
    await contracts((api) => api.update({ Id: current.Id, ...fields, Ends_On__c: terms.endsOn }));
    return { did: "updated", id: current.Id, startsOn };
  }
  if (startsOn > today) {
    // not in force yet: nothing was promised by it
    await contracts((api) => api.update({ Id: current.Id, ...fields, Ends_On__c: terms.endsOn }));
    return { did: "updated", id: current.Id, startsOn };
  }
  await contracts((api) => api.update({ Id: current.Id, Ends_On__c: today }));
  return { did: "replaced", ...(await create(dayAfter(today))) };
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
