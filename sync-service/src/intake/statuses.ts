import type { Transaction } from "kysely";
import type { IncomingStatus } from "../channels/door.ts";
import type { Database } from "../store/schema.ts";

const order = ["sent", "delivered", "read"];

/** Keeps how far a message of ours got: never backwards, whatever order the provider tells in. A failure stays. */
export async function takeStatus(
  tx: Transaction<Database>,
  channel: string,
  { messageId, outboxKey, status, at, reason }: IncomingStatus,
): Promise<boolean> {
  const held = await tx
    .selectFrom("said")
    .select("status")
    .where("channel", "=", channel)
    .where("message_id", "=", messageId)
    .executeTakeFirst();
  if (held !== undefined) {
    const further = order.indexOf(status) > order.indexOf(held.status);
    // a message that was read has arrived, even after a failure was told
    const fails = status === "failed" && held.status === "sent";
    if (held.status === "failed" ? status !== "read" : !further && !fails) return false;
  }
  const row = { status, at, reason };
  await tx
    .insertInto("said")
    .values({ channel, message_id: messageId, outbox_key: outboxKey, ...row })
    .onConflict((c) => c.columns(["channel", "message_id"]).doUpdateSet(row))
    .execute();
  return true;
}
