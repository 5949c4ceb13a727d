/** What must hold once trouble is over and there was time to come right. */
import { caseFieldNames, caseValue, caseValues, sameValue, type CaseValue } from "../../src/case/fields.ts";
import { people } from "../org/people.ts";
import { privateWord, type Client } from "../orgs-of.ts";
import { clockFaults } from "./clocks.ts";
import type { Rested } from "./rested.ts";
import type { Violation } from "./violation.ts";

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

async function outboxFaults({ store, receivers }: Rested): Promise<Violation[]> {
  const rows = await store.db.selectFrom("outbox").selectAll().execute();
  const found: Violation[] = [];
  for (const { key, state, last_error, destination } of rows) {
    if (state === "pending" || state === "sending")
      found.push({ check: "everyEffectDeliveredOrDead", what: `${key} is ${state}: ${last_error}` });
    if (state === "dead" && !last_error)
      found.push({ check: "everyEffectDeliveredOrDead", what: `${key} is dead without a reason` });
    // an update of a message that was never sent is done without being sent
    const hasKey = /^(webhook|email|slack):/.test(destination) && !key.startsWith("ended/");
    if (state === "delivered" && hasKey && !receivers.received.has(key))
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
