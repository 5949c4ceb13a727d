import type { Kysely } from "kysely";

/** Which kind of trouble stopped an org, beside its words: the page says it in its reader's language. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("orgs").addColumn("status_kind", "text").execute();
}
