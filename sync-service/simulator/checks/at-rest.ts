/** What must hold once trouble is over and there was time to come right. */
import { computeClocks, readPolicy, type Contract, type Fact } from "c/slaEngine";
import { caseFieldNames, caseValue, caseValues, sameValue, type CaseValue } from "../../src/case/fields.ts";
import { factsOf, type Judgement } from "../../src/mirror/facts.ts";
import { replyFact } from "../../src/mirror/snapshot.ts";
import type { PersonTable } from "../../src/store/schema.ts";
import type { Store } from "../../src/store/open.ts";
import type { Hooks } from "../hooks.ts";
import type { Instance } from "../instance.ts";
import { consultants, people } from "../org/people.ts";
import { privateWord, type Client } from "../orgs-of.ts";
import type { Plan } from "../plan/plan.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { Violation } from "./violation.ts";

export interface Rested {
  store: Store;
  clients: readonly Client[];
  instances: readonly Instance[];
  hooks: Hooks;
  scheduler: Scheduler;
  plan: Plan;
}

export async function atRest(rested: Rested): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const client of rested.clients) {
    const name = (check: string, faults: readonly string[]) =>
      found.push(...faults.slice(0, 5).map((what) => ({ check, what: `${client.org.id}: ${what}` })));
    name("mirrorEqualsOrg", await mirrorFaults(rested, client));
    name("clockEqualsEngineOnHistory", await clockFaults(rested, client));
    name("orgSaysWhatIsWanted", await writtenFaults(rested, client));
    name("nothingTakenBackForNothing", await takenBackFaults(rested, client));
    name("healthIsQuiet", await healthFaults(rested, client));
    name("apiBudgetKept", budgetFaults(client));
    name("asksGently", gentleFaults(rested, client));
  }
  found.push(...(await outboxFaults(rested)), ...(await keptFaults(rested)));
  const { waiting } = rested.scheduler;
  if (waiting > 400 * rested.instances.length)
    found.push({ check: "nothingGrows", what: `${waiting} timers wait at rest` });
  return found;
}

async function mirrorFaults({ store }: Rested, { org }: Client): Promise<string[]> {
  const held = new Map(
    (await store.db.selectFrom("cases").selectAll().where("org_id", "=", org.id).execute()).map((row) => [
      row.id,
      row,
    ]),
  );
  const faults: string[] = [];
  for (const row of org.rows("Case")) {
    const id = String(row["Id"]);
    const mirrored = held.get(id);
    held.delete(id);
    if (row["Support_Contract__c"] == null) {
      if (mirrored?.contract_id != null) faults.push(`${id} is still held as ours`);
      continue;
    }
    if (mirrored === undefined) {
      if (row["IsDeleted"] !== true) faults.push(`${id} is missing`);
      continue;
    }
    if ((mirrored.is_deleted === 1) !== (row["IsDeleted"] === true)) faults.push(`${id}: deletion`);
    const is = JSON.parse(mirrored.fields) as Record<string, CaseValue>;
    const should = caseValues(row);
    for (const field of caseFieldNames)
      if (field in should && !sameValue(is[field], should[field]))
        faults.push(`${id}.${field}: ${String(is[field])} for ${String(should[field])}`);
  }
  for (const [id, row] of held)
    if (row.is_deleted === 0 && row.contract_id !== null) faults.push(`${id} is not in the org`);
  return faults;
}

const judgement: Judgement = {
  people: {
    syncUserId: people.sync.id,
    byId: new Map(
      Object.entries(people).map(([key, { id, name, type }]): [string, PersonTable] => [
        id,
        {
          ...{ org_id: "", user_id: id, name, email: null, is_active: 1, consultant_until: null, read_at: 0 },
          is_consultant: consultants.includes(key as never) ? 1 : 0,
          is_automation: type === "AutomatedProcess" ? 1 : 0,
        },
      ]),
    ),
    neverCounts: new Set(),
  },
  isClosed: (status) => status === "Closed",
};

/** What the engine makes of the org's whole past, as nobody's trouble has touched it. */
function truthOf(
  { org, contractId, policy }: Client,
  now: number,
): Map<string, ReturnType<typeof computeClocks>> {
  const read = readPolicy(policy);
  if (!("policy" in read)) throw new Error("the simulated policy cannot be read");
  const contracts: Contract[] = [
    { id: contractId, status: "Active", startsOn: "2026-01-01", endsOn: null, policy: read.policy },
  ];
  const creators = new Map<string, string>();
  for (const row of org.rows("Case")) creators.set(String(row["Id"]), String(row["CreatedById"]));
  const facts = new Map<string, Fact[]>();
  for (const change of org.history()) {
    const told = facts.get(change.caseId) ?? [];
    facts.set(change.caseId, [...told, ...factsOf(change, creators.get(change.caseId) ?? null, judgement)]);
  }
  for (const row of org.rows("CaseComment")) {
    const caseId = String(row["ParentId"]);
    if (row["IsPublished"] !== true) continue;
    const reply = {
      ...{ id: String(row["Id"]), via: "comment" as const, by: String(row["CreatedById"]) },
      at: Date.parse(String(row["CreatedDate"])),
    };
    facts.get(caseId)?.push(replyFact(reply, creators.get(caseId) ?? null, judgement));
  }
  return new Map([...facts].map(([caseId, told]) => [caseId, computeClocks(told, contracts, now)]));
}

async function clockFaults({ store, plan, scheduler }: Rested, client: Client): Promise<string[]> {
  const n = Number(client.org.id.slice("client".length)) - 1;
  // when a suspension was noticed depends on when somebody looked
  if (plan.troubles.some(({ kind, org }) => kind === "contractSuspended" && org % plan.orgs.length === n))
    return [];
  const rows = await store.db.selectFrom("clocks").selectAll().where("org_id", "=", client.org.id).execute();
  const kept = Map.groupBy(rows, (row) => row.case_id);
  const ledger = await store.db.selectFrom("steps").selectAll().where("org_id", "=", client.org.id).execute();
  const taken = new Set(
    ledger
      .filter(({ superseded_at }) => superseded_at === null)
      .map(({ case_id, cycle, step, due_at }) => `${case_id}/${cycle}/${step}/${due_at}`),
  );
  const faults: string[] = [];
  for (const [caseId, clocks] of truthOf(client, scheduler.now)) {
    const everOurs = clocks.some(({ contractId }) => contractId !== null);
    if (!everOurs) continue;
    const held = kept.get(caseId) ?? [];
    for (const clock of clocks) {
      const row = held.find(({ cycle }) => cycle === clock.cycle);
      if (row === undefined) {
        faults.push(`${caseId}/${clock.cycle} is missing: ${clock.status}`);
        continue;
      }
      const differs = (what: string, is: unknown, should: unknown) => {
        if (is !== should)
          faults.push(`${caseId}/${clock.cycle} ${what}: ${String(is)} for ${String(should)}`);
      };
      differs("status", row.status, clock.status);
      differs("due", row.due_at, clock.dueAt);
      differs("start", row.started_at, clock.startedAt);
      differs("end", row.ended_at, clock.endedAt);
      differs("acknowledged", row.acknowledged_at, clock.acknowledgedAt);
      if (clock.endedAt !== null) continue;
      for (const { name, at } of clock.steps)
        if (at < scheduler.now - 60_000 && !taken.has(`${caseId}/${clock.cycle}/${name}/${at}`))
          faults.push(`${caseId}/${clock.cycle} ${name}: not in the ledger at its instant`);
    }
    if (held.length > clocks.length) faults.push(`${caseId} has ${held.length} clocks for ${clocks.length}`);
  }
  return faults;
}

/** A step that was told, taken back and told again at almost the same instant only confuses who hears of it. */
async function takenBackFaults({ store }: Rested, { org }: Client): Promise<string[]> {
  const rows = await store.db
    .selectFrom("steps")
    .selectAll()
    .where("org_id", "=", org.id)
    .where("earlier", "is not", null)
    .execute();
  return rows.flatMap(({ case_id, cycle, step, due_at, earlier }) =>
    (JSON.parse(earlier!) as { dueAt: number }[])
      .filter(({ dueAt }) => Math.abs(dueAt - due_at) < 5_000)
      .map(({ dueAt }) => `${step} of ${case_id}/${cycle} was taken back and moved by ${due_at - dueAt} ms`),
  );
}

async function writtenFaults({ store }: Rested, { org }: Client): Promise<string[]> {
  const rows = await store.db.selectFrom("write_backs").selectAll().where("org_id", "=", org.id).execute();
  return rows.flatMap(({ case_id: caseId, wanted }) => {
    const record = org.row("Case", caseId);
    if (record === undefined || record["IsDeleted"] === true) return [];
    if (record["Support_Contract__c"] == null && writtenSinceItLeft(org, caseId)) return [];
    return Object.entries(JSON.parse(wanted) as Record<string, unknown>)
      .filter(([field]) => field !== "SLA_Explanation__c")
      .flatMap(([field, value]) => {
        const [is, should] = [caseValue(field, record[field]), caseValue(field, value)];
        return sameValue(is, should) ? [] : [`${caseId}.${field}: ${String(is)} for ${String(should)}`];
      });
  });
}

/** The service leaves alone what others write into a case that is no longer its own. */
function writtenSinceItLeft({ events }: Client["org"], caseId: string): boolean {
  const own = events.filter(({ header }) => header.recordIds.includes(caseId));
  const left = own.findLastIndex(({ fields }) => fields["Support_Contract__c"] === null);
  return own
    .slice(left + 1)
    .some(
      ({ header, fields }) =>
        header.commitUser !== people.sync.id && Object.keys(fields).some((field) => field.startsWith("SLA_")),
    );
}

async function healthFaults({ store, instances }: Rested, { org }: Client): Promise<string[]> {
  const row = await store.db
    .selectFrom("orgs")
    .select(["status", "status_reason"])
    .where("id", "=", org.id)
    .executeTakeFirst();
  if (row?.status !== "active") return [`it is ${row?.status}: ${row?.status_reason}`];
  const health = instances.flatMap(({ service }) => service?.fleet.health().get(org.id) ?? []);
  if (health.length === 0) return ["nobody serves it"];
  return health.flatMap(({ state, reason }) => (state === "streaming" ? [] : [`${state}: ${reason}`]));
}

function budgetFaults({ rest, registration }: Client): string[] {
  const allowed = rest.dailyLimit * registration.settings.apiShare;
  const day = 24 * 3_600_000;
  let from = 0;
  for (const [n, at] of rest.counted.entries()) {
    while (rest.counted[from]! <= at - day) from++;
    if (n - from + 1 > allowed + 5) return [`${n - from + 1} requests in a day, of ${allowed}`];
  }
  return [];
}

/** With nothing wrong, an org is asked for the time every five minutes. */
function gentleFaults({ scheduler, instances }: Rested, { rest }: Client): string[] {
  const asked = rest.askedForTime.filter((at) => at > scheduler.now - 3_600_000).length;
  return asked > 30 * instances.length ? [`${asked} questions for the time in the last hour`] : [];
}

async function outboxFaults({ store, hooks }: Rested): Promise<Violation[]> {
  const rows = await store.db.selectFrom("outbox").selectAll().execute();
  const found: Violation[] = [];
  for (const { key, state, last_error, destination } of rows) {
    if (state === "pending" || state === "sending")
      found.push({ check: "everyEffectDeliveredOrDead", what: `${key} is ${state}: ${last_error}` });
    if (state === "dead" && !last_error)
      found.push({ check: "everyEffectDeliveredOrDead", what: `${key} is dead without a reason` });
    if (state === "delivered" && destination.startsWith("webhook:") && !hooks.received.has(key))
      found.push({ check: "deliveredIsReceived", what: `${key} was never received` });
  }
  return found.slice(0, 5);
}

/** Of a case that never was ours, nothing is kept. */
async function keptFaults({ store }: Rested): Promise<Violation[]> {
  const found: Violation[] = [];
  const cases = await store.db
    .selectFrom("cases")
    .select(["id", "fields", "subject", "contract_id"])
    .execute();
  for (const { id, fields, subject, contract_id } of cases)
    if (contract_id === null && `${subject} ${fields}`.includes(privateWord))
      found.push({ check: "nothingKeptOfForeignCases", what: `the mirror keeps ${id}` });
  return found;
}
