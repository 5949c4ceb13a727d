import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** The months whose report was decided: the outbox forgets what it sent, and no month may go out twice. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("month_reports")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("month", "text", (c) => c.notNull())
    .addColumn("decided_at", instant, (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("month_reports_key", ["org_id", "month"])
    .execute();
}
