import { sql, type Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { OrgConnection } from "./connection.ts";

const day = 24;

/** Tells a connection's budget what was asked of its org in the last 24 hours, by earlier processes too. */
export async function recallApiUse(db: Kysely<Database>, { org, budget }: OrgConnection): Promise<void> {
  budget.remember(
    await db.selectFrom("api_use").select(["hour", "requests"]).where("org_id", "=", org.id).execute(),
  );
}

/**
 * Stores what was asked since the last time. It is added to what is there, and holds for any instance that serves the org, so
 * it needs no lease.
 */
export async function keepApiUse(db: Kysely<Database>, { org, budget }: OrgConnection): Promise<void> {
  const counted = budget.unstored();
  if (counted.length === 0) return;
  const newest = Math.max(...counted.map(({ hour }) => hour));
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto("api_use")
      .values(counted.map((row) => ({ org_id: org.id, ...row })))
      .onConflict((c) =>
        c
          .columns(["org_id", "hour"])
          .doUpdateSet({ requests: sql<number>`api_use.requests + excluded.requests` }),
      )
      .execute();
    await tx
      .deleteFrom("api_use")
      .where("org_id", "=", org.id)
      .where("hour", "<", newest - day)
      .execute();
  });
  budget.stored(counted);
}

/** In which hour any org was asked last, by this process or an earlier one, ms; null: no org ever was. */
export async function lastAsked(db: Kysely<Database>): Promise<number | null> {
  const { hour } = await db
    .selectFrom("api_use")
    .select(({ fn }) => fn.max("hour").as("hour"))
    .executeTakeFirstOrThrow();
  return hour === null ? null : Number(hour) * 3_600_000;
}
