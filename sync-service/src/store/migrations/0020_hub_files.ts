import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** Files of clients' cases: which of them the hub is to have, and which it has. The hub's rule says what comes unasked. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema.alterTable("hubs").addColumn("files", "text").execute();
  await db.schema
    .createTable("hub_files")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("document_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("size", instant, (c) => c.notNull())
    .addColumn("version_id", "text")
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("checksum", "text")
    .addColumn("hub_document_id", "text")
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addColumn("not_before", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("hub_files_key", ["org_id", "document_id"])
    .execute();
  await db.schema.createIndex("hub_files_by_state").on("hub_files").columns(["org_id", "state"]).execute();
}
