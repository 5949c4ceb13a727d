import { sql, type Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/**
 * A change is learnt of in two ways, by its event and by the field history: a fact remembers under what id the other
 * tells of it. A gap remembers since when something may be missing. What could not be read is not kept: it may be
 * somebody else's; kept is where to ask for it again.
 */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema.alterTable("facts").addColumn("saved_at", instant).execute();
  await db.schema.alterTable("facts").addColumn("also", "text").execute();
  await sql`update facts set saved_at = at
    where kind not in ('created', 'reply') and id not like 'acknowledgement:%'`.execute(db);
  await db.schema.alterTable("gaps").addColumn("since", instant).execute();
  await db.schema.alterTable("parked_events").addColumn("asked_after", "text").execute();
  await db.schema.alterTable("parked_events").dropColumn("body").execute();
}
