import type { Kysely } from "kysely";

/** The fleet page asks for the last day's steps again and again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex("steps_decided_at").on("steps").column("decided_at").execute();
}
