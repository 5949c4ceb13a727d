/** Gives the hub each case of one client as the mirror and its clock have it. The only writer of `Client_Case__c`. */
import type { Kysely } from "kysely";
import type { CaseFields } from "../case/sla-fields.ts";
import type { CaseValues } from "../case/fields.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { CaseTable, Database } from "../store/schema.ts";
import { acknowledgementsOf, mastersOf, namesIn } from "./case-lookups.ts";
import { hubCaseKey } from "./hub.ts";
import { forgetCopy, lostCopy } from "./lost.ts";
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
  /** Cases that others were merged into: those conversations are theirs now. */
  masters: string[];
  /** Cases of which somebody deleted the hub's copy: they are given again, with their conversation. */
  lost: string[];
}

const atOnce = 500;

/**
 * @param caseIds null: every open case, and every case that the hub has
 * @param goesOn asked before each page: a first load can be paused
 */
export async function giveCases(
  parts: CaseParts,
  caseIds: readonly string[] | null,
  goesOn: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Given> {
  const given: Given = { written: 0, refused: new Map(), left: [], masters: [], lost: [] };
  let after = "";
  for (;;) {
    const rows = await casesAfter(parts, caseIds, after);
    if (rows.length > 0) await giveSome(parts, rows, given);
    if (rows.length < atOnce || !(await goesOn())) return given;
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

const isNew = ({ written }: Row) => written === null || written === lostCopy;

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
    if (one.state === "Merged") given.masters.push(masters.get(row.id)!);
    const record: HubFields = { ...changed, Key__c: hubCaseKey(org, row.id) };
    if (isNew(row)) record["Client_Org__r"] = { Org_Id__c: org.orgId } as never;
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
    // somebody deleted the copy: now the hub has a part of it, or nothing
    if (!isNew(row) && (result?.created === true || result?.success === false)) {
      await forgetCopy(parts, row.id);
      given.lost.push(row.id);
      continue;
    }
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
