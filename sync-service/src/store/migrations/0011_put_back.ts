import type { Kysely } from "kysely";

/** How often what is wanted on a case now was put back, because the org held something else. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("write_backs").addColumn("put_back", "integer").execute();
}
