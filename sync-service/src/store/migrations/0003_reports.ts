import { sql, type Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** Summaries in the orgs, steps of the budget, and the fleet page's accounts. */
export async function up(db: Kysely<unknown>, { instant, id }: Columns): Promise<void> {
  await db.schema
    .createIndex("clocks_org_started_at")
    .on("clocks")
    .columns(["org_id", "started_at"])
    .execute();
  await db.schema
    .createIndex("clocks_waiting")
    .on("clocks")
    .column("due_at")
    .where(sql<boolean>`ended_at is null and due_at is not null`)
    .execute();

  await db.schema
    .createTable("summaries")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("month", "text", (c) => c.notNull())
    .addColumn("priority", "text", (c) => c.notNull())
    .addColumn("wanted", "text", (c) => c.notNull())
    .addColumn("written", "text")
    .addColumn("record_id", "text")
    .addPrimaryKeyConstraint("summaries_key", ["org_id", "month", "priority"])
    .execute();

  await db.schema
    .createTable("budget_steps")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("plan", "text", (c) => c.notNull())
    .addColumn("priority", "text", (c) => c.notNull())
    .addColumn("month", "text", (c) => c.notNull())
    .addColumn("step", "text", (c) => c.notNull())
    .addColumn("decided_at", instant, (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("budget_steps_key", ["org_id", "plan", "priority", "month", "step"])
    .execute();

  await db.schema
    .createTable("accounts")
    .addColumn("name", "text", (c) => c.primaryKey())
    .addColumn("role", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("created_at", instant, (c) => c.notNull())
    .addColumn("changed_at", instant, (c) => c.notNull())
    .addColumn("signed_in_at", instant)
    .execute();

  await db.schema
    .createTable("sessions")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("csrf", "text", (c) => c.notNull())
    .addColumn("created_at", instant, (c) => c.notNull())
    .addColumn("used_at", instant, (c) => c.notNull())
    .addColumn("expires_at", instant, (c) => c.notNull())
    .execute();
  await db.schema.createIndex("sessions_account").on("sessions").column("account").execute();

  await db.schema
    .createTable("audit")
    .addColumn("id", id.type, id.with)
    .addColumn("at", instant, (c) => c.notNull())
    .addColumn("actor", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .execute();
}
