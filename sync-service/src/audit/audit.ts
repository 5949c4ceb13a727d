import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";

export interface AuditEntry {
  id: number;
  at: number;
  actor: string;
  action: string;
  detail: unknown;
}

/** Records who did what. Rows are never changed or deleted. */
export async function audit(
  db: Kysely<Database>,
  entry: { at: number; actor: string; action: string; detail: object },
): Promise<void> {
  await db
    .insertInto("audit")
    .values({ ...entry, detail: JSON.stringify(entry.detail) })
    .execute();
}

export async function readAudit(
  db: Kysely<Database>,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  let query = db.selectFrom("audit").selectAll().orderBy("id", "desc").limit(limit);
  if (before !== undefined) query = query.where("id", "<", before);
  return (await query.execute()).map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
}
