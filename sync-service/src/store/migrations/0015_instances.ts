import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** The instances that share the store, so that each serves its share of the orgs. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("instances")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("until", instant, (c) => c.notNull())
    .execute();
}
