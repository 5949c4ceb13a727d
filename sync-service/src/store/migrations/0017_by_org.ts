import { sql, type Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/**
 * Every table of an org's rows has a key that begins with the org, so that a database can spread the orgs over
 * partitions or servers. SQLite keeps its keys, because it has one file for all.
 */
export async function up(db: Kysely<unknown>, { spread }: Columns): Promise<void> {
  for (const table of ["outbox", "parked_events", "gaps", "reconciliations", "conversations"])
    if (spread)
      await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(`${table}_pkey`)},
        add constraint ${sql.ref(`${table}_key`)} primary key (org_id, id)`.execute(db);
  if (spread) await sql`alter table outbox drop constraint outbox_key_key`.execute(db);
  await db.schema.createIndex("outbox_org_key").on("outbox").columns(["org_id", "key"]).unique().execute();
}
