import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";
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
  { orgId, before, limit }: { orgId?: string | undefined; before?: number | undefined; limit: number },
): Promise<AuditEntry[]> {
  let query = db.selectFrom("audit").selectAll().orderBy("id", "desc").limit(limit);
  if (orgId !== undefined) query = query.where(isAbout(orgId));
  if (before !== undefined) query = query.where("id", "<", before);
  return (await query.execute()).map((row) => ({ ...row, detail: JSON.parse(row.detail) as unknown }));
}

/** Commands call the client `org`, the API calls it `orgId`. */
function isAbout(orgId: string): RawBuilder<SqlBool> {
  const holds = (key: string) => {
    const part = `%${JSON.stringify({ [key]: orgId })
      .slice(1, -1)
      .replace(/[\\%_]/g, "\\$&")}%`;
    return sql`detail like ${part} escape '\\'`;
  };
  return sql<SqlBool>`(${holds("org")} or ${holds("orgId")})`;
}
