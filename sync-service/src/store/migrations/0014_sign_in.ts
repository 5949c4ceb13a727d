import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** Sign-ins through the company's provider: those under way, and the role that a session got there. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema.alterTable("sessions").addColumn("role", "text").execute();
  await db.schema
    .createTable("sign_ins")
    .addColumn("state", "text", (c) => c.primaryKey())
    .addColumn("payload", "text", (c) => c.notNull())
    .addColumn("expires_at", instant, (c) => c.notNull())
    .execute();
}
