import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** What contracts said before they changed, so that a clock keeps going by what held at its start. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("contract_versions")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("contract_id", "text", (c) => c.notNull())
    .addColumn("from_at", instant, (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("starts_on", "text")
    .addColumn("ends_on", "text")
    .addColumn("policy", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("contract_versions_key", ["org_id", "contract_id", "from_at"])
    .execute();
}
