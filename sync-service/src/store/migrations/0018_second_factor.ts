import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";

/** The second factor of local accounts: the encrypted secret, the last code that counted, and the recovery codes. */
export async function up(db: Kysely<unknown>, { instant }: Columns): Promise<void> {
  await db.schema
    .createTable("second_factors")
    .addColumn("account", "text", (c) => c.primaryKey())
    .addColumn("secret", "text", (c) => c.notNull())
    .addColumn("confirmed_at", instant)
    .addColumn("used_step", instant, (c) => c.notNull())
    .addColumn("tries", "integer", (c) => c.notNull())
    .addColumn("tries_since", instant, (c) => c.notNull())
    .addColumn("created_at", instant, (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("recovery_codes")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("account", "text", (c) => c.notNull())
    .execute();
}
