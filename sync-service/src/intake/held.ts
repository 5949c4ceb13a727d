/** Answers that wait until their client writes: a chat takes free text for 24 hours only. */
import type { Kysely, Transaction } from "kysely";
import { isTalk, type Delivery } from "../channels/channel.ts";
import { salesforceLane } from "../outbox/write-back.ts";
import { enqueue } from "../outbox/outbox.ts";
import { talkKey } from "../notices/conversations.ts";
import type { Database } from "../store/schema.ts";

/** WhatsApp's code for a chat whose 24 hours are over. */
const chatIsShut = /^131047\b/;

/** The client wrote: what waited for it goes out, in order. */
export async function sendHeld(
  tx: Transaction<Database>,
  known: { org_id: string; id: number },
  now: number,
): Promise<void> {
  await tx
    .updateTable("outbox")
    .set({ state: "pending", not_before: now, created_at: now })
    .where("org_id", "=", known.org_id)
    .where("state", "=", "held")
    .where("key", "like", `${talkKey(known.id)}%`)
    .execute();
}

/**
 * The provider took an answer, and then said that the chat is shut: it is sent again, which asks the client to write
 * and holds it.
 * @returns whether it was such an answer
 */
export async function holdAgain(
  tx: Transaction<Database>,
  outboxKey: string | null,
  reason: string | null,
  now: number,
): Promise<boolean> {
  const id = /^talk\/(\d+)\//.exec(outboxKey ?? "")?.[1];
  if (id === undefined || !chatIsShut.test(reason ?? "")) return false;
  const again = await tx
    .updateTable("outbox")
    .set({ state: "pending", not_before: now, created_at: now })
    .where("key", "=", outboxKey!)
    .where("state", "=", "delivered")
    .executeTakeFirst();
  if (Number(again.numUpdatedRows) === 0) return false;
  await tx
    .updateTable("conversations")
    .set(({ ref }) => ({ shut_since: ref("heard_at") }))
    .where("id", "=", Number(id))
    .execute();
  return true;
}

/** Says on the case that an answer has not arrived yet, once. */
export async function noteHeld(db: Kysely<Database>, item: Delivery, now: number): Promise<void> {
  if (!isTalk(item) || item.payload.conversationId === null) return;
  const { conversationId } = item.payload;
  await db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto("intakes")
      .values({
        ...{ key: `held:${item.key}`, channel: item.kind.slice("talk.".length), kind: "held" },
        ...{ org_id: item.orgId, conversation_id: conversationId, taken_at: now, received_at: now },
        ...{ sender: "", state: "waiting", message: JSON.stringify({ subject: null, text: "", files: [] }) },
      })
      .onConflict((c) => c.column("key").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (row === undefined) return;
    const lane = { key: `intake/${row.id}`, kind: "intake", destination: salesforceLane(item.orgId) };
    await enqueue(
      tx,
      [{ ...lane, orgId: item.orgId, caseId: null, payload: { intakeId: row.id } }],
      now,
      () => false,
    );
  });
}
