import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** The service's own requests to each org, by the hour: a restart is no new day. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("api_use")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("hour", instant, (c) => c.notNull())
    .addColumn("requests", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("api_use_key", ["org_id", "hour"])
    .execute();
}
