import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** What clients write by the channels of their plan, each message once, and the conversations that come of it. */
export async function up(db: Kysely<unknown>, { instant, id }: Columns): Promise<void> {
  await db.schema
    .createTable("intakes")
    .addColumn("id", id.type as "integer", id.with)
    .addColumn("key", "text", (c) => c.notNull().unique())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("org_id", "text")
    .addColumn("conversation_id", instant)
    .addColumn("taken_at", instant, (c) => c.notNull())
    .addColumn("received_at", instant, (c) => c.notNull())
    .addColumn("sender", "text", (c) => c.notNull())
    .addColumn("message", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("why", "text")
    .addColumn("case_id", "text")
    .addColumn("settled_at", instant)
    .execute();
  await db.schema
    .createIndex("intakes_of_conversation")
    .on("intakes")
    .columns(["conversation_id", "id"])
    .execute();
  await db.schema.createIndex("intakes_by_state").on("intakes").columns(["state", "id"]).execute();
  await db.schema
    .createTable("conversations")
    .addColumn("id", id.type as "integer", id.with)
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("contact_id", "text")
    .addColumn("contact_name", "text", (c) => c.notNull())
    .addColumn("language", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("case_id", "text")
    .addColumn("follows", "text")
    .addColumn("started_at", instant, (c) => c.notNull())
    .addColumn("heard_at", instant, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex("conversations_of_case")
    .on("conversations")
    .columns(["org_id", "case_id"])
    .execute();
  await db.schema
    .createTable("conversation_names")
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("conversation_id", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("conversation_names_key", ["channel", "name"])
    .execute();
  await db.schema
    .createTable("senders")
    .addColumn("org_id", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("contact_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("learned", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("senders_key", ["kind", "hash", "org_id", "contact_id"])
    .execute();
  await db.schema
    .createTable("said")
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("message_id", "text", (c) => c.notNull())
    .addColumn("outbox_key", "text")
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("at", instant, (c) => c.notNull())
    .addColumn("reason", "text")
    .addPrimaryKeyConstraint("said_key", ["channel", "message_id"])
    .execute();
}
