import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** Where the service reads on in what it asks a channel for, and chats that take no free text at the moment. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("door_positions")
    .addColumn("channel", "text", (c) => c.notNull())
    .addColumn("place", "text", (c) => c.notNull())
    .addColumn("position", "text", (c) => c.notNull())
    .addColumn("updated_at", instant, (c) => c.notNull())
    .addPrimaryKeyConstraint("door_positions_key", ["channel", "place"])
    .execute();
  await db.schema.createIndex("said_of_item").on("said").column("outbox_key").execute();
  await db.schema.alterTable("conversations").addColumn("shut_since", instant).execute();
  await db.schema.alterTable("conversations").addColumn("asked_since", instant).execute();
}
