import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { talkKey } from "../notices/conversations.ts";

const day = 24 * 3_600_000;
/** A conversation can go on for two weeks after its case closed, and an answer can wait in it. */
const keptFor = 180 * day;
const rowsAtOnce = 2_000;

/**
 * Deletes conversations in which nobody wrote for half a year. The messages themselves go sooner, with the outbox. An
 * answer that waits until its client writes becomes a dead letter, so that people see it.
 * @returns whether there is more
 */
export async function pruneConversations(db: Kysely<Database>, now: number): Promise<boolean> {
  const silent = await db
    .selectFrom("conversations")
    .select(["org_id", "id"])
    .where("heard_at", "<", now - keptFor)
    .limit(rowsAtOnce)
    .execute();
  for (const { org_id: orgId, id } of silent)
    await db.transaction().execute(async (tx) => {
      await tx
        .updateTable("outbox")
        .set({ state: "dead", last_error: "The client did not write for 180 days.", created_at: now })
        .where("org_id", "=", orgId)
        .where("state", "=", "held")
        .where("key", "like", `${talkKey(id)}%`)
        .execute();
      await tx.deleteFrom("conversation_names").where("conversation_id", "=", id).execute();
      await tx.deleteFrom("conversations").where("org_id", "=", orgId).where("id", "=", id).execute();
    });
  return silent.length === rowsAtOnce;
}
