/** Gives the hub each case of one client as the mirror and its clock have it. The only writer of `Client_Case__c`. */
import type { SlaClock } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { CaseFields } from "../case/sla-fields.ts";
import type { CaseValues } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import { literal, literals, type OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { CaseTable, Database } from "../store/schema.ts";
import { hubCaseKey } from "./hub.ts";
import { fieldsFor, newsFor, type HubFields, type Projected } from "./projection.ts";
import { saidBy, upsertByKey } from "./saving.ts";

export interface CaseParts {
  db: Kysely<Database>;
  hub: OrgConnection;
  client: OrgConnection;
}

/** What became of one turn. */
export interface Given {
  written: number;
  /** Cases that the hub refused, with its words. They are given again at the next turn. */
  refused: Map<string, string>;
  /** Cases that have left: their conversation has to leave too. */
  left: string[];
}

const atOnce = 500;

/** @param caseIds null: every open case, and every case that the hub has */
export async function giveCases(parts: CaseParts, caseIds: readonly string[] | null): Promise<Given> {
  const given: Given = { written: 0, refused: new Map(), left: [] };
  let after = "";
  for (;;) {
    const rows = await casesAfter(parts, caseIds, after);
    if (rows.length > 0) await giveSome(parts, rows, given);
    if (rows.length < atOnce) return given;
    after = rows.at(-1)!.id;
  }
}

type Row = Pick<
  CaseTable,
  "id" | "fields" | "is_deleted" | "is_closed" | "contract_id" | "system_modstamp"
> & { written: string | null; taken_by: string | null; known: string | null; wanted: string | null };

async function casesAfter(
  { db, client }: CaseParts,
  caseIds: readonly string[] | null,
  after: string,
): Promise<Row[]> {
  let query = db
    .selectFrom("cases")
    .leftJoin("hub_cases", (join) =>
      join.onRef("hub_cases.org_id", "=", "cases.org_id").onRef("hub_cases.case_id", "=", "cases.id"),
    )
    .leftJoin("write_backs", (join) =>
      join.onRef("write_backs.org_id", "=", "cases.org_id").onRef("write_backs.case_id", "=", "cases.id"),
    )
    .select(["cases.id", "cases.fields", "is_deleted", "is_closed", "contract_id", "system_modstamp"])
    .select(["hub_cases.written", "hub_cases.taken_by", "hub_cases.case_id as known", "write_backs.wanted"])
    .where("cases.org_id", "=", client.org.id)
    .where("cases.id", ">", after)
    .where((eb) => eb.or([eb("hub_cases.paused", "is", null), eb("hub_cases.paused", "=", 0)]))
    // a case that was closed, or gone, before the hub heard of it does not begin there
    .where((eb) =>
      eb.or([
        eb("hub_cases.written", "is not", null),
        eb.and([eb("is_closed", "=", 0), eb("is_deleted", "=", 0), eb("contract_id", "is not", null)]),
      ]),
    );
  if (caseIds !== null) query = query.where(among(db, "cases.id", caseIds));
  return query.orderBy("cases.id").limit(atOnce).execute();
}

async function giveSome(parts: CaseParts, rows: readonly Row[], given: Given): Promise<void> {
  const { db, hub, client } = parts;
  const { org } = client;
  const names = await namesIn(parts, rows);
  const acknowledgements = await acknowledgementsOf(db, org.id, rows);
  const masters = await mastersOf(parts, rows);
  const news: { row: Row; fields: HubFields; record: HubFields }[] = [];
  for (const row of rows) {
    const one = projected(parts, row, names, acknowledgements, masters);
    const fields = fieldsFor(one);
    const changed = newsFor(fields, row.written);
    if (Object.keys(changed).length === 0) continue;
    // what was said on a merged case moves to the case that is left, by its own key
    if (one.state === "Gone" || one.state === "Left") given.left.push(row.id);
    const record: HubFields = { ...changed, Key__c: hubCaseKey(org, row.id) };
    if (row.written === null) record["Client_Org__r"] = { Org_Id__c: org.orgId } as never;
    news.push({ row, fields, record });
  }
  if (news.length === 0) return;
  const saved = await upsertByKey(
    hub,
    "Client_Case__c",
    "Key__c",
    news.map(({ record }) => record),
  );
  for (const [at, { row, fields }] of news.entries()) {
    const result = saved[at];
    if (result?.success !== true) {
      given.refused.set(row.id, result === undefined ? "no answer" : saidBy(result));
      continue;
    }
    given.written++;
    const written = JSON.stringify(fields);
    await db
      .insertInto("hub_cases")
      .values({ org_id: org.id, case_id: row.id, written, paused: 0, looked_until: 0 })
      .onConflict((c) => c.columns(["org_id", "case_id"]).doUpdateSet({ written }))
      .execute();
  }
}

function projected(
  { client }: CaseParts,
  row: Row,
  names: ReadonlyMap<string, string>,
  acknowledgements: ReadonlyMap<string, Projected["acknowledgedBy"]>,
  masters: ReadonlyMap<string, string>,
): Projected {
  const values = JSON.parse(row.fields) as CaseValues;
  const master = masters.get(row.id);
  return {
    key: hubCaseKey(client.org, row.id),
    orgId: client.org.id,
    caseId: row.id,
    values,
    closed: row.is_closed === 1,
    state: row.is_deleted === 1 ? (master ? "Merged" : "Gone") : row.contract_id === null ? "Left" : "Live",
    wanted: row.wanted === null ? null : (JSON.parse(row.wanted) as CaseFields),
    openedBy: names.get(String(values.CreatedById)) ?? null,
    owner: names.get(String(values.OwnerId)) ?? null,
    takenBy: row.taken_by,
    acknowledgedBy: acknowledgements.get(row.id) ?? { hubUserId: null, name: null },
    changedAt: row.system_modstamp === 0 ? null : row.system_modstamp,
    mergedInto: master === undefined ? null : hubCaseKey(client.org, master),
  };
}

async function namesIn({ db, client }: CaseParts, rows: readonly Row[]): Promise<Map<string, string>> {
  const ids = new Set(
    rows.flatMap(({ fields }) => {
      const { OwnerId, CreatedById } = JSON.parse(fields) as CaseValues;
      return [OwnerId, CreatedById].flatMap((id) => (id == null ? [] : [String(id)]));
    }),
  );
  if (ids.size === 0) return new Map();
  const people = await db
    .selectFrom("people")
    .select(["user_id", "name"])
    .where("org_id", "=", client.org.id)
    .where(among(db, "user_id", [...ids]))
    .execute();
  return new Map(people.filter(({ name }) => name !== "").map(({ user_id, name }) => [user_id, name]));
}

/** Who acknowledged the current cycle: a consultant of the hub by the command, anybody else by name. */
async function acknowledgementsOf(
  db: Kysely<Database>,
  orgId: string,
  rows: readonly Row[],
): Promise<Map<string, Projected["acknowledgedBy"]>> {
  const clocks = await db
    .selectFrom("clocks")
    .select(["case_id", "clock", "cycle"])
    .where("org_id", "=", orgId)
    .where("acknowledged_at", "is not", null)
    .where(
      among(
        db,
        "case_id",
        rows.map(({ id }) => id),
      ),
    )
    .orderBy("cycle")
    .execute();
  const people = new Map<string, string>();
  const by = new Map<string, Projected["acknowledgedBy"]>();
  for (const { case_id, clock } of clocks) {
    const { acknowledgedBy: who, acknowledgedAt } = JSON.parse(clock) as SlaClock;
    if (who === null || acknowledgedAt === null) continue;
    by.set(case_id, { hubUserId: null, name: who.name ?? null });
    if (who.userId === null && who.name !== undefined) people.set(case_id, who.name);
  }
  if (people.size === 0) return by;
  const commands = await db
    .selectFrom("hub_commands")
    .select(["case_id", "by_id", "by_name"])
    .where("org_id", "=", orgId)
    .where(among(db, "case_id", [...people.keys()]))
    .execute();
  for (const { case_id, by_id, by_name } of commands)
    if (people.get(case_id)?.startsWith(by_name)) by.set(case_id, { hubUserId: by_id, name: by_name });
  return by;
}

/** Of cases that are gone: the ones that they were merged into, as the client's org says. */
async function mastersOf({ client }: CaseParts, rows: readonly Row[]): Promise<Map<string, string>> {
  const gone = rows.filter(({ is_deleted, written }) => is_deleted === 1 && !hasLeft(written));
  const known = new Map(
    rows.flatMap(({ id, written }) => {
      const master = masterIn(written);
      return master === null ? [] : [[id, master] as const];
    }),
  );
  if (gone.length === 0) return known;
  const records = await client.query<{ Id: string; MasterRecordId: string | null }>(
    `SELECT Id, MasterRecordId FROM Case WHERE Id IN ${literals(gone.map(({ id }) => id))}`,
    { all: true },
  );
  for (const { Id, MasterRecordId } of records)
    if (MasterRecordId !== null) known.set(longId(Id), longId(MasterRecordId));
  return known;
}

const hasLeft = (written: string | null): boolean =>
  written !== null && (JSON.parse(written) as HubFields)["State__c"] !== "Live";
function masterIn(written: string | null): string | null {
  if (written === null) return null;
  const master = (JSON.parse(written) as Record<string, { Key__c: string } | undefined>)["Merged_Into__r"];
  return master === undefined ? null : master.Key__c.slice(master.Key__c.indexOf("-") + 1);
}

/**
 * Compares which cases the hub has with those that it was given. One that somebody deleted or changed there is given
 * again, its conversation too. A shorter answer alone proves nothing: the service's user must still see all of them.
 */
export async function findLost({ db, hub, client }: CaseParts): Promise<number> {
  const { userId } = await hub.session();
  const { org } = client;
  const records = await hub.query<{ Key__c: string; LastModifiedById: string }>(
    `SELECT Key__c, LastModifiedById FROM Client_Case__c WHERE Client_Org__r.Org_Id__c = ${literal(org.orgId)}`,
  );
  const ours = new Set(
    records.filter((one) => longId(one.LastModifiedById) === longId(userId)).map(({ Key__c }) => Key__c),
  );
  const rows = await db
    .selectFrom("hub_cases")
    .select("case_id")
    .where("org_id", "=", org.id)
    .where("written", "is not", null)
    .execute();
  const lost = rows.map(({ case_id }) => case_id).filter((id) => !ours.has(hubCaseKey(org, id)));
  for (const caseId of lost) {
    await db
      .updateTable("hub_cases")
      .set({ written: null })
      .where("org_id", "=", org.id)
      .where("case_id", "=", caseId)
      .execute();
    await db
      .updateTable("hub_entries")
      .set({ hash: "" })
      .where("org_id", "=", org.id)
      .where("case_id", "=", caseId)
      .execute();
  }
  return lost.length;
}
