/** Takes consultants' commands from the hub into the store, each once. */
import type { Kysely } from "kysely";
import { instantLiteral, literals, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import { instantOf } from "../case/fields.ts";
import { among } from "../store/bulk.ts";
import type { Database, HubCommandTable } from "../store/schema.ts";
import { inWords, languageOf } from "./words.ts";

interface CommandRecord {
  Id: string;
  Name: string;
  Key__c: string | null;
  Case_Key__c: string | null;
  Client_Case__r: { Key__c: string } | null;
  Kind__c: string | null;
  Body__c: string | null;
  Value__c: string | null;
  Seen_Version__c: string | null;
  CreatedDate: string;
  CreatedById: string;
  CreatedBy: { Name: string; LanguageLocaleKey?: string } | null;
}

const fields =
  "Id, Name, Key__c, Case_Key__c, Client_Case__r.Key__c, Kind__c, Body__c, Value__c, Seen_Version__c, CreatedDate, CreatedById, CreatedBy.Name, CreatedBy.LanguageLocaleKey";
/** A commit may become visible so long after its date, ms. */
const late = 5 * 60_000;
/** A service that lost its store looks back so far, ms. */
const longestLook = 30 * 24 * 3_600_000;

/** Where the next look begins: everything before it is stored. */
export async function firstLook(db: Kysely<Database>, now: number): Promise<number> {
  const { last } = await db
    .selectFrom("hub_commands")
    .select(({ fn }) => fn.max("given_at").as("last"))
    .executeTakeFirstOrThrow();
  return last === null ? now - longestLook : Number(last);
}

export interface Fetched {
  /** Commands that the store did not know. */
  orgs: Set<string>;
  since: number;
}

export async function fetchCommands(
  db: Kysely<Database>,
  hub: OrgConnection,
  since: number,
  now: number,
): Promise<Fetched> {
  const records = await hub.query<CommandRecord>(
    `SELECT ${fields} FROM Hub_Command__c WHERE CreatedDate >= ${instantLiteral(since - late)} ORDER BY CreatedDate, Name`,
  );
  const ids = records.map(({ Id }) => longId(Id));
  const rows =
    ids.length === 0
      ? []
      : await db
          .selectFrom("hub_commands")
          .select("id")
          .where(among(db, "id", ids))
          .execute();
  const known = new Set(rows.map(({ id }) => id));
  const fresh = records.filter(({ Id }) => !known.has(longId(Id)));
  const orgs = new Set<string>();
  const latest = records.reduce((last, { CreatedDate }) => Math.max(last, instantOf(CreatedDate)), since);
  if (fresh.length === 0) return { orgs, since: latest };
  const answered = await answeredAmong(
    hub,
    fresh.map(({ Id }) => longId(Id)),
  );
  const byOrg = new Map(
    (await db.selectFrom("orgs").select(["id", "org_id"]).execute()).map((one) => [one.org_id, one.id]),
  );
  for (const record of fresh) {
    const row = rowOf(record, byOrg, answered, now);
    if (row.org_id !== null) orgs.add(row.org_id);
    await db
      .insertInto("hub_commands")
      .values(row)
      .onConflict((c) => c.column("id").doNothing())
      .execute();
  }
  return { orgs, since: latest };
}

/** After a lost store the hub still says what was done: it is not done again, and its acknowledgement still counts. */
async function answeredAmong(hub: OrgConnection, ids: readonly string[]): Promise<Map<string, string>> {
  const answered = new Map<string, string>();
  for (let from = 0; from < ids.length; from += 300) {
    const some = await hub.query<{ Command__c: string; State__c: string }>(
      `SELECT Command__c, State__c FROM Hub_Answer__c WHERE Command__c IN ${literals(ids.slice(from, from + 300))}`,
    );
    for (const { Command__c, State__c } of some) answered.set(longId(Command__c), State__c);
  }
  return answered;
}

function rowOf(
  record: CommandRecord,
  byOrg: ReadonlyMap<string, string>,
  answered: ReadonlyMap<string, string>,
  now: number,
): HubCommandTable {
  const id = longId(record.Id);
  const [orgId = "", caseId = ""] = (record.Case_Key__c ?? record.Client_Case__r?.Key__c ?? "").split("-");
  const before = answered.get(id);
  const org = byOrg.get(orgId) ?? null;
  const language = languageOf(record.CreatedBy?.LanguageLocaleKey);
  const settled = before === "Done" || before === "Returned";
  // nobody carries out a command whose client is not known
  const state = settled ? before.toLowerCase() : org === null ? "returned" : "open";
  return {
    id,
    key: record.Key__c ?? id,
    org_id: org,
    case_id: longId(caseId),
    kind: record.Kind__c ?? "",
    body: record.Body__c,
    value: record.Value__c,
    seen: record.Seen_Version__c,
    by_id: longId(record.CreatedById),
    by_name: record.CreatedBy?.Name ?? "",
    language,
    given_at: instantOf(record.CreatedDate),
    place: record.Name,
    state,
    words: state === "returned" && !settled ? inWords("unknownCase", language) : null,
    answered: settled ? 1 : 0,
    attempts: 0,
    not_before: 0,
    settled_at: state === "open" ? null : now,
  };
}
