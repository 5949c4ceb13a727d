/** What the hub's copy of a case says besides the case's own values: people's names, and what it was merged into. */
import type { SlaClock } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { CaseValues } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import { literals, type OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { Database } from "../store/schema.ts";
import type { HubFields, Projected } from "./projection.ts";

interface Parts {
  db: Kysely<Database>;
  client: OrgConnection;
}
interface Row {
  id: string;
  fields: string;
  is_deleted: number;
  written: string | null;
}

export async function namesIn({ db, client }: Parts, rows: readonly Row[]): Promise<Map<string, string>> {
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
export async function acknowledgementsOf(
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
export async function mastersOf({ client }: Parts, rows: readonly Row[]): Promise<Map<string, string>> {
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
  written !== null && ((JSON.parse(written) as HubFields)["State__c"] ?? "Live") !== "Live";
function masterIn(written: string | null): string | null {
  if (written === null) return null;
  const master = (JSON.parse(written) as Record<string, { Key__c: string } | undefined>)["Merged_Into__r"];
  return master === undefined ? null : master.Key__c.slice(master.Key__c.indexOf("-") + 1);
}
