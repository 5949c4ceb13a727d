/** Which files of clients' cases the hub lists, wants and has. */
import type { Kysely } from "kysely";
import type { OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { Database, HubFileTable } from "../store/schema.ts";
import { deleteMany } from "./saving.ts";

/** Files that come to the hub unasked, and those that never do. */
export interface FileRule {
  /** Up to so many bytes. 0: only the files that somebody opens. */
  upTo: number;
  /** Not older than this, ms. */
  newer: number;
  /** A larger one stays in the client's org, and the hub shows its name and size, bytes. */
  largest: number;
}
/** Salesforce takes a file of at most two gigabytes. */
export const mostBytes = 2_000_000_000;
export const firstRule: FileRule = { upTo: 0, newer: 0, largest: 100_000_000 };

export interface Listed {
  documentId: string;
  caseId: string;
  name: string;
  size: number;
  versionId: string | null;
  at: number;
}

/** Notes files that the hub lists now. Those that the rule names, and newer versions of those that it has, are wanted. */
export async function listFiles(
  db: Kysely<Database>,
  orgId: string,
  files: readonly Listed[],
  rule: FileRule,
  now: number,
): Promise<void> {
  for (const { documentId, caseId, name, size, versionId, at } of files) {
    const before = await db
      .selectFrom("hub_files")
      .select(["version_id", "state"])
      .where("org_id", "=", orgId)
      .where("document_id", "=", documentId)
      .executeTakeFirst();
    const comes = size <= rule.upTo && now - at <= rule.newer;
    const moved = before !== undefined && before.version_id !== versionId;
    const again = moved && (before.state === "there" || before.state === "refused");
    const state = before === undefined ? (comes ? "wanted" : "listed") : again ? "wanted" : before.state;
    const row = { case_id: caseId, name, size, version_id: versionId, state };
    await db
      .insertInto("hub_files")
      .values({ org_id: orgId, document_id: documentId, attempts: 0, not_before: 0, ...row })
      .onConflict((c) => c.columns(["org_id", "document_id"]).doUpdateSet(row))
      .execute();
  }
}

/** These files left the client's org, or their case did: the hub's copies go, with their bytes. */
export async function dropFiles(
  { db, hub, client }: { db: Kysely<Database>; hub: OrgConnection; client: OrgConnection },
  which: { documentIds: readonly string[] } | { caseId: string },
): Promise<void> {
  let query = db
    .selectFrom("hub_files")
    .select(["document_id", "hub_document_id"])
    .where("org_id", "=", client.org.id);
  query =
    "caseId" in which
      ? query.where("case_id", "=", which.caseId)
      : query.where(among(db, "document_id", which.documentIds));
  const rows = await query.execute();
  if (rows.length === 0) return;
  const there = rows.flatMap(({ hub_document_id: id }) => (id === null ? [] : [id]));
  if (there.length > 0) await deleteMany(hub, there);
  await db
    .deleteFrom("hub_files")
    .where("org_id", "=", client.org.id)
    .where(
      among(
        db,
        "document_id",
        rows.map(({ document_id }) => document_id),
      ),
    )
    .execute();
}

export async function settleFile(
  db: Kysely<Database>,
  orgId: string,
  documentId: string,
  row: Partial<Omit<HubFileTable, "org_id" | "document_id">>,
): Promise<void> {
  await db
    .updateTable("hub_files")
    .set(row)
    .where("org_id", "=", orgId)
    .where("document_id", "=", documentId)
    .execute();
}
