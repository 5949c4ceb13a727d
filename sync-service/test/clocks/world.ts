// A client on a plan, with cases, in a store: what the tests of clocks and actions begin with.
import { readFileSync } from "node:fs";
import { parseCatalogue, resolvePolicy, type Actor, type Fact, type Policy } from "c/slaEngine";
import type { Kysely } from "kysely";
import { zones } from "../../src/zones/zones.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import type { Database } from "../../src/store/schema.ts";

export const catalogue = parseCatalogue(
  readFileSync(new URL("../../../config/support-plans.json", import.meta.url), "utf8"),
);
export const buenosAires = "America/Argentina/Buenos_Aires";

export const policyOf = (plan: string, timeZone = buenosAires): Policy =>
  resolvePolicy(catalogue, {
    plan,
    timeZone,
    zone: zones().law(timeZone, 2026),
    holidayCalendar: "AR",
    holidays: [{ date: "2026-11-23", name: "Día de la Soberanía Nacional" }],
    holidaysKnown: { from: "2026-01-01", to: "2027-12-31" },
  });

export const onboardedAt = Date.parse("2026-11-02T12:00:00Z");
export const consultant: Actor = {
  userId: "005000000000001AAA",
  name: "Carla Consultora",
  role: "consultant",
};
export const requester: Actor = { userId: "005000000000002AAA", name: "Rita Requirente", role: "requester" };
const owner = "005000000000001AAA";

export interface ClientOptions {
  id?: string;
  plan?: string;
  settings?: object;
  status?: string;
  instanceUrl?: string;
  /** Whether the plan tells of openings: a test that counts later steps can do without. */
  tellsOpening?: boolean;
}

/** An org with a contract and one consultant. */
export async function client(db: Kysely<Database>, options: ClientOptions = {}): Promise<string> {
  const { id = "acme", plan = "Silver", settings = {}, status = "active", tellsOpening = true } = options;
  const policy = policyOf(plan);
  const steps = policy.steps.filter(({ at: when }) => tellsOpening || when !== "0%");
  await db
    .insertInto("orgs")
    .values({
      id,
      org_id: "00D000000000001AAA",
      name: `${id} S.A.`,
      instance_url: options.instanceUrl ?? "https://acme.my.salesforce.com",
      login_url: options.instanceUrl ?? "https://acme.my.salesforce.com",
      username: "sync@acme.example",
      credentials: JSON.stringify({ flow: "jwt", clientId: "x", keyFile: "x" }),
      transport: "pubsub",
      pubsub_endpoint: null,
      channel: "/data/Support_Cases__chn",
      intake_rule: null,
      settings: JSON.stringify(settings),
      status,
      status_kind: null,
      status_reason: null,
      onboarded_at: onboardedAt,
    })
    .execute();
  await db
    .insertInto("contracts")
    .values({
      org_id: id,
      id: contractOf(id),
      plan,
      status: "Active",
      starts_on: "2026-01-01",
      ends_on: null,
      policy: JSON.stringify({ ...policy, steps }),
      policy_version: "1",
      problem: null,
      updated_at: 0,
    })
    .execute();
  await db
    .insertInto("people")
    .values({
      org_id: id,
      user_id: owner,
      name: "Carla Consultora",
      email: "carla@provider.example",
      is_consultant: 1,
      is_active: 1,
      is_automation: 0,
      consultant_until: null,
      read_at: 0,
    })
    .execute();
  return id;
}

export const contractOf = (orgId: string) => `a00${orgId.padEnd(15, "0")}`.slice(0, 18);
export const caseIdOf = (number: number) => `500${String(number).padStart(12, "0")}AAA`;
export const at = (local: string) => Date.parse(`${local}-03:00`);

export function createdFact(
  orgId: string,
  when: number,
  extra: Partial<Fact & { kind: "created" }> = {},
): Fact {
  return {
    id: "created",
    at: when,
    by: requester,
    kind: "created",
    status: "New",
    closed: false,
    priority: "P1",
    category: null,
    channel: "Portal",
    contractId: contractOf(orgId),
    owner: "queue",
    ...extra,
  };
}

export const factRow = (orgId: string, caseId: string, fact: Fact, receivedAt = fact.at) => ({
  org_id: orgId,
  case_id: caseId,
  id: fact.id,
  at: fact.at,
  commit_number: fact.commit ?? 0,
  sequence_number: fact.sequence ?? 0,
  kind: fact.kind,
  fact: JSON.stringify(fact),
  received_at: receivedAt,
});

/** Many at once, without a row of the mirror's. */
export async function openCases(
  db: Kysely<Database>,
  orgId: string,
  count: number,
  when: number,
): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => caseIdOf(n));
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto("facts")
      .values(ids.map((caseId) => factRow(orgId, caseId, createdFact(orgId, when))))
      .execute();
    await recomputeClocks(
      tx,
      ids.map((caseId) => ({ orgId, caseId })),
      when,
    );
  });
}

/** A case as the mirror leaves it: its row, its facts, its clock. */
export async function openCase(
  db: Kysely<Database>,
  orgId: string,
  number: number,
  when: number,
  extra: Partial<Fact & { kind: "created" }> = {},
): Promise<string> {
  const caseId = caseIdOf(number);
  await db
    .insertInto("cases")
    .values({
      org_id: orgId,
      id: caseId,
      case_number: String(number).padStart(8, "0"),
      subject: `No se puede facturar (${number})`,
      fields: JSON.stringify({ OwnerId: owner, IsEscalated: false }),
      versions: "{}",
      contract_id: contractOf(orgId),
      system_modstamp: when,
      is_deleted: 0,
      is_closed: 0,
    })
    .execute();
  await learn(db, orgId, caseId, [createdFact(orgId, when, extra)], when);
  return caseId;
}

/** Facts arrive: what the mirror's transaction does with them. */
export async function learn(
  db: Kysely<Database>,
  orgId: string,
  caseId: string,
  facts: Fact[],
  now: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto("facts")
      .values(facts.map((fact) => factRow(orgId, caseId, fact, now)))
      .onConflict((c) => c.doNothing())
      .execute();
    await recomputeClocks(tx, [{ orgId, caseId }], now);
  });
}

export const clockOf = (db: Kysely<Database>, caseId: string) =>
  db
    .selectFrom("clocks")
    .selectAll()
    .where("case_id", "=", caseId)
    .orderBy("cycle", "desc")
    .executeTakeFirstOrThrow();
export const ledgerOf = (db: Kysely<Database>, caseId: string) =>
  db.selectFrom("steps").selectAll().where("case_id", "=", caseId).orderBy("due_at").execute();
export const outboxOf = (db: Kysely<Database>, kind?: string) =>
  db
    .selectFrom("outbox")
    .selectAll()
    .where((eb) => (kind === undefined ? eb.lit(true) : eb("kind", "=", kind)))
    .orderBy("id")
    .execute();
