import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** What firing and delivery need beside the first tables. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema.alterTable("outbox").addColumn("claimed_by", "text").execute();
  await db.schema.alterTable("outbox").addColumn("claimed_until", instant).execute();
  await db.schema.alterTable("outbox").addColumn("receipt", "text").execute();
  await db.schema.createIndex("outbox_case").on("outbox").columns(["org_id", "case_id", "kind"]).execute();

  await db.schema
    .createTable("write_backs")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("wanted", "text", (c) => c.notNull())
    .addColumn("written", "text")
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("written_at", instant)
    .addPrimaryKeyConstraint("write_backs_key", ["org_id", "case_id"])
    .execute();

  await db.schema
    .createTable("api_tokens")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("created_at", instant, (c) => c.notNull())
    .addColumn("expires_at", instant)
    .addColumn("revoked_at", instant)
    .addColumn("last_used_at", instant)
    .execute();

  await db.schema.createIndex("clocks_org_next_at").on("clocks").columns(["org_id", "next_at"]).execute();
  await db.schema.createIndex("clocks_due_at").on("clocks").column("due_at").execute();
}
