import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";

const day = 24 * 3_600_000;
/** No provider sends a message again after a week. Until then its key tells the repeat, and operators find it. */
const keptFor = 90 * day;
/** What opened nothing and belongs to no client. Anybody can fill this list, so it is shorter. */
const strangersKeptFor = 30 * day;
/** A conversation can go on for two weeks after its case closed. */
const conversationsKeptFor = 180 * day;
const rowsAtOnce = 2_000;

/** Deletes old messages, conversations and delivery statuses. @returns whether there is more */
export async function pruneIntakes(db: Kysely<Database>, now: number): Promise<boolean> {
  const old = await db
    .selectFrom("intakes")
    .select("id")
    .where("state", "!=", "waiting")
    .where((eb) =>
      eb.or([
        eb("received_at", "<", now - keptFor),
        eb.and([eb("org_id", "is", null), eb("received_at", "<", now - strangersKeptFor)]),
      ]),
    )
    .orderBy("id")
    .limit(rowsAtOnce)
    .execute();
  const silent = await db
    .selectFrom("conversations")
    .select(["org_id", "id"])
    .where("heard_at", "<", now - conversationsKeptFor)
    .limit(rowsAtOnce)
    .execute();
  const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
  if (old.length > 0) await db.deleteFrom("intakes").where("id", "in", ids(old)).execute();
  if (silent.length > 0) {
    await db.deleteFrom("conversation_names").where("conversation_id", "in", ids(silent)).execute();
    await db
      .deleteFrom("conversations")
      .where("org_id", "in", [...new Set(silent.map(({ org_id }) => org_id))])
      .where("id", "in", ids(silent))
      .execute();
  }
  await db
    .deleteFrom("said")
    .where("at", "<", now - strangersKeptFor)
    .execute();
  return old.length === rowsAtOnce || silent.length === rowsAtOnce;
}
