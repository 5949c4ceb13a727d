import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** The hub: which clients it serves, what it was last given of each case, and what its consultants asked for. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("hubs")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("registration", "text", (c) => c.notNull())
    .addColumn("company", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("connected_at", instant, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("hub_links")
    .addColumn("org_id", "text", (c) => c.primaryKey())
    .addColumn("epoch", "integer", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("reason", "text")
    .addColumn("since", instant, (c) => c.notNull())
    .addColumn("heard_at", instant)
    .addColumn("written", "text")
    .execute();
  await db.schema
    .createTable("hub_cases")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("written", "text")
    .addColumn("taken_by", "text")
    .addColumn("taken_name", "text")
    .addColumn("paused", "integer", (c) => c.notNull())
    .addColumn("looked_until", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("hub_cases_key", ["org_id", "case_id"])
    .execute();
  await db.schema
    .createTable("hub_entries")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("gone", "text")
    .addColumn("author", "text")
    .addPrimaryKeyConstraint("hub_entries_key", ["org_id", "key"])
    .execute();
  await db.schema
    .createIndex("hub_entries_of_case")
    .on("hub_entries")
    .columns(["org_id", "case_id"])
    .execute();
  await db.schema
    .createTable("hub_commands")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("org_id", "text")
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("body", "text")
    .addColumn("value", "text")
    .addColumn("seen", "text")
    .addColumn("by_id", "text", (c) => c.notNull())
    .addColumn("by_name", "text", (c) => c.notNull())
    .addColumn("language", "text", (c) => c.notNull())
    .addColumn("given_at", instant, (c) => c.notNull())
    .addColumn("place", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("words", "text")
    .addColumn("answered", "integer", (c) => c.notNull())
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addColumn("not_before", instant, (c) => c.notNull())
    .addColumn("settled_at", instant)
    .execute();
  await db.schema
    .createIndex("hub_commands_by_state")
    .on("hub_commands")
    .columns(["org_id", "state", "given_at"])
    .execute();
}
