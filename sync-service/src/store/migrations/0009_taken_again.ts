import type { Kysely } from "kysely";

/** A step that did not hold and whose instant truly comes is taken again: its row remembers the times that did not hold. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("steps").addColumn("earlier", "text").execute();
}
