/** Finds what somebody deleted or changed in the hub. */
import type { Kysely } from "kysely";
import { longId } from "../case/ids.ts";
import { literal, type OrgConnection } from "../orgs/connection.ts";
import type { Database } from "../store/schema.ts";
import { hubCaseKey } from "./hub.ts";
import { deleteMany } from "./saving.ts";

/** What the hub was given of a case whose copy is gone: nothing, and yet it had the case. */
export const lostCopy = "{}";

/**
 * Compares which cases the hub has with those that it was given. One that somebody deleted or changed there is given
 * again, its conversation too. A shorter answer alone proves nothing: the service's user must still see all of them.
 */
export async function findLost({
  db,
  hub,
  client,
}: {
  db: Kysely<Database>;
  hub: OrgConnection;
  client: OrgConnection;
}): Promise<number> {
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
  for (const caseId of lost) await forgetCopy({ db, hub, client }, caseId);
  return lost.length;
}

/** The hub's copy of the case is not there any more: it is given again whole, with its conversation and its files. */
export async function forgetCopy(
  { db, hub, client }: { db: Kysely<Database>; hub: OrgConnection; client: OrgConnection },
  caseId: string,
): Promise<void> {
  const { org } = client;
  await db
    .updateTable("hub_cases")
    .set({ written: lostCopy })
    .where("org_id", "=", org.id)
    .where("case_id", "=", caseId)
    .execute();
  await db
    .updateTable("hub_entries")
    .set({ hash: "" })
    .where("org_id", "=", org.id)
    .where("case_id", "=", caseId)
    .execute();
  // the bytes hung on the entries
  const files = await db
    .selectFrom("hub_files")
    .select("hub_document_id")
    .where("org_id", "=", org.id)
    .where("case_id", "=", caseId)
    .where("hub_document_id", "is not", null)
    .execute();
  await deleteMany(
    hub,
    files.map(({ hub_document_id }) => hub_document_id!),
  );
  await db
    .updateTable("hub_files")
    .set({ state: "wanted", hub_document_id: null, not_before: 0 })
    .where("org_id", "=", org.id)
    .where("case_id", "=", caseId)
    .where("state", "=", "there")
    .execute();
}
