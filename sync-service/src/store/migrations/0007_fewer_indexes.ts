import type { Kysely } from "kysely";

/**
 * Every step moves a clock, and every index on it with it. Each org's own index of next instants answers for all of
 * them, and the other two are there twice.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const index of ["clocks_next_at", "clocks_due_at", "clocks_org_started_at"])
    await db.schema.dropIndex(index).execute();
}
