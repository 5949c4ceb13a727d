import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** The tables of schema.ts as they first stood. Later changes are migrations of their own. */
export async function up(db: Kysely<unknown>, { instant, id, byKey }: Columns): Promise<void> {
  await db.schema
    .createTable("orgs")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("instance_url", "text", (c) => c.notNull())
    .addColumn("login_url", "text", (c) => c.notNull())
    .addColumn("username", "text", (c) => c.notNull())
    .addColumn("credentials", "text", (c) => c.notNull())
    .addColumn("transport", "text", (c) => c.notNull())
    .addColumn("pubsub_endpoint", "text")
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("intake_rule", "text")
    .addColumn("settings", "text", (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("status_reason", "text")
    .addColumn("onboarded_at", instant, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable("stream_positions")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("position", "text", (c) => c.notNull())
    .addColumn("transport", "text", (c) => c.notNull())
    .addColumn("committed_at", instant)
    .addColumn("updated_at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("stream_positions_key", ["org_id", "channel"])
    .execute();

  await db.schema
    .createTable("applied_changes")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("change_key", "text", (c) => c.notNull())
    .addColumn("at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("applied_changes_key", ["org_id", "change_key"])
    .$call(byKey)
    .execute();
  await db.schema.createIndex("applied_changes_at").on("applied_changes").columns(["org_id", "at"]).execute();

  await db.schema
    .createTable("parked_events")
    .addColumn("id", id.type, id.with)
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("position", "text", (c) => c.notNull())
    .addColumn("body", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("parked_at", instant, (c) => c.notNull())
    .addColumn("resolved_at", instant)
    .execute();

  await db.schema
    .createTable("gaps")
    .addColumn("id", id.type, id.with)
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("noticed_at", instant, (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addColumn("repaired_at", instant)
    .execute();

  await db.schema
    .createTable("people")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("email", "text")
    .addColumn("is_consultant", "integer", (c) => c.notNull())
    .addColumn("is_active", "integer", (c) => c.notNull())
    .addColumn("is_automation", "integer", (c) => c.notNull())
    .addColumn("consultant_until", instant)
    .addColumn("read_at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("people_key", ["org_id", "user_id"])
    .execute();

  await db.schema
    .createTable("contracts")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("plan", "text", (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("starts_on", "text")
    .addColumn("ends_on", "text")
    .addColumn("policy", "text", (c) => c.notNull())
    .addColumn("policy_version", "text", (c) => c.notNull())
    .addColumn("problem", "text")
    .addColumn("updated_at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("contracts_key", ["org_id", "id"])
    .execute();

  await db.schema
    .createTable("cases")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("case_number", "text")
    .addColumn("subject", "text")
    .addColumn("fields", "text", (c) => c.notNull())
    .addColumn("versions", "text", (c) => c.notNull())
    .addColumn("contract_id", "text")
    .addColumn("system_modstamp", instant, (c) => c.notNull())
    .addColumn("is_deleted", "integer", (c) => c.notNull())
    .addColumn("is_closed", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("cases_key", ["org_id", "id"])
    .execute();

  await db.schema
    .createTable("facts")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("at", instant, (c) => c.notNull())
    .addColumn("commit_number", instant, (c) => c.notNull())
    .addColumn("sequence_number", "integer", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("fact", "text", (c) => c.notNull())
    .addColumn("received_at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("facts_key", ["org_id", "case_id", "id"])
    .$call(byKey)
    .execute();

  await db.schema
    .createTable("clocks")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("cycle", "integer", (c) => c.notNull())
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("contract_id", "text")
    .addColumn("plan", "text")
    .addColumn("effective_priority", "text", (c) => c.notNull())
    .addColumn("started_at", instant, (c) => c.notNull())
    .addColumn("due_at", instant)
    .addColumn("target_ms", instant)
    .addColumn("ended_at", instant)
    .addColumn("acknowledged_at", instant)
    .addColumn("acknowledged_by", "text")
    .addColumn("elapsed_ms", instant)
    .addColumn("next_at", instant)
    .addColumn("clock", "text", (c) => c.notNull())
    .addColumn("updated_at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("clocks_key", ["org_id", "case_id", "cycle"])
    .execute();
  await db.schema.createIndex("clocks_next_at").on("clocks").column("next_at").execute();
  await db.schema.createIndex("clocks_started_at").on("clocks").columns(["org_id", "started_at"]).execute();

  await db.schema
    .createTable("steps")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text", (c) => c.notNull())
    .addColumn("cycle", "integer", (c) => c.notNull())
    .addColumn("step", "text", (c) => c.notNull())
    .addColumn("due_at", instant, (c) => c.notNull())
    .addColumn("decided_at", instant, (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addColumn("superseded_at", instant)
    .addPrimaryKeyConstraint("steps_key", ["org_id", "case_id", "cycle", "step"])
    .execute();

  await db.schema
    .createTable("outbox")
    .addColumn("id", id.type, id.with)
    .addColumn("key", "text", (c) => c.notNull().unique())
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("case_id", "text")
    .addColumn("destination", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("payload", "text", (c) => c.notNull())
    .addColumn("created_at", instant, (c) => c.notNull())
    .addColumn("not_before", instant, (c) => c.notNull())
    .addColumn("attempts", "integer", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("last_error", "text")
    .addColumn("delivered_at", instant)
    .execute();
  await db.schema
    .createIndex("outbox_due")
    .on("outbox")
    .columns(["state", "destination", "not_before"])
    .execute();

  await db.schema
    .createTable("reconciliations")
    .addColumn("id", id.type, id.with)
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("started_at", instant, (c) => c.notNull())
    .addColumn("finished_at", instant)
    .addColumn("compared", "integer", (c) => c.notNull())
    .addColumn("differences", "integer", (c) => c.notNull())
    .addColumn("repaired", "integer", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .execute();

  await db.schema
    .createTable("leases")
    .addColumn("org_id", "text", (c) => c.primaryKey())
    .addColumn("holder", "text", (c) => c.notNull())
    .addColumn("token", instant, (c) => c.notNull())
    .addColumn("until", instant, (c) => c.notNull())
    .execute();
}
