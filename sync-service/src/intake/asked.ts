/** Messages that ask for a form: the form opens their case, and without it the case opens by itself. */
import { sql, type Kysely, type Transaction } from "kysely";
import type { IncomingMessage } from "../channels/door.ts";
import { talkWords, type Language } from "../messages/talk.ts";
import { talkItem, type Conversation } from "../notices/conversations.ts";
import { enqueue } from "../outbox/outbox.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import type { IntakeMessage } from "./message.ts";
import { whoIs } from "./who.ts";

/** How long a message waits for its form, minutes. */
const waitsFor = 10;

/** Answers with the button, and puts off what opens the case. */
export async function askForForm(
  tx: Transaction<Database>,
  conversation: Conversation,
  intake: { id: number; key: string },
  priority: string,
  now: number,
): Promise<void> {
  const language = conversation.language as Language;
  const text = talkWords.asksForm(priority, waitsFor, language);
  await enqueue(tx, [talkItem(conversation, "form", { text, form: intake.key })], now, () => false);
  await tx
    .updateTable("outbox")
    .set({ not_before: now + waitsFor * 60_000 })
    .where("org_id", "=", conversation.org_id)
    .where("key", "=", `intake/${intake.id}`)
    .execute();
}

/** The message of this client with this key, if it waits for its form. */
export async function askingAt(
  db: Kysely<Database>,
  key: string | null,
  orgId: string,
): Promise<{ caseNumber: null; takenAt: number; text: string } | undefined> {
  if (key === null) return undefined;
  const row = await db
    .selectFrom("intakes")
    .select(["message", "taken_at"])
    .where("key", "=", key)
    .where("org_id", "=", orgId)
    .where("state", "=", "waiting")
    .executeTakeFirst();
  const message = row && (JSON.parse(row.message) as IntakeMessage);
  return message?.asks ? { caseNumber: null, takenAt: row!.taken_at, text: message.text } : undefined;
}

/** The case that this client has in a thread. */
export const alreadyAt = async (
  db: Kysely<Database>,
  channel: string,
  thread: string | null,
  orgId: string,
): Promise<{ caseNumber: string | null } | undefined> =>
  thread === null
    ? undefined
    : await db
        .selectFrom("conversation_names")
        .innerJoin("conversations", "conversations.id", "conversation_id")
        .leftJoin("cases", (join) =>
          join
            .onRef("cases.org_id", "=", "conversations.org_id")
            .onRef("cases.id", "=", "conversations.case_id"),
        )
        .select("case_number as caseNumber")
        .where("conversation_names.channel", "=", channel)
        .where("name", "=", thread)
        .where("conversations.org_id", "=", orgId)
        .where("case_id", "is not", null)
        .executeTakeFirst();

/**
 * Takes the form of a message that the store has.
 * @returns whether anything changed; `late` for a form whose case opens without it already
 */
export async function fillIn(
  tx: Transaction<Database>,
  message: IncomingMessage,
  now: number,
): Promise<boolean | "late"> {
  let query = tx
    .selectFrom("intakes")
    .select(["id", "org_id", "state", "message"])
    .where("key", "=", message.key);
  if (locksRows(tx)) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (row === undefined) return false;
  const held = JSON.parse(row.message) as IntakeMessage;
  if (held.form === message.form) return false;
  const who = await whoIs(tx, message.from);
  const isAsked = held.asks && row.state === "waiting" && who.is === "one" && who.orgId === row.org_id;
  if (!isAsked) return "late";
  const opens = await tx
    .updateTable("outbox")
    .set({ not_before: now, created_at: now })
    .where("org_id", "=", row.org_id!)
    .where("key", "=", `intake/${row.id}`)
    .where("state", "=", "pending")
    .executeTakeFirst();
  if (Number(opens.numUpdatedRows) === 0) return "late";
  const { subject, text, priority, category, form } = message;
  const { asks: _, ...rest } = held;
  const filled: IntakeMessage = {
    ...{ ...rest, subject, text, form },
    ...(priority === undefined ? {} : { priority }),
    ...(category === undefined ? {} : { category }),
  };
  await tx
    .updateTable("intakes")
    .set({ message: JSON.stringify(filled) })
    .where("id", "=", row.id)
    .execute();
  return true;
}

/** Its author took it back before its case was opened: it stays in the operators' list. @returns whether it was so */
export async function withdraw(tx: Transaction<Database>, intakeId: number, now: number): Promise<boolean> {
  const taken = await tx
    .updateTable("intakes")
    .set({ state: "refused", why: "withdrawn", settled_at: now })
    .where("id", "=", intakeId)
    .where("state", "=", "waiting")
    .where("message", "like", '%"asks":true%')
    .returning(["org_id", "conversation_id"])
    .executeTakeFirst();
  if (taken === undefined) return false;
  await tx
    .updateTable("outbox")
    .set({ state: "discarded", last_error: sql<string>`'Its author took the message back.'` })
    .where("org_id", "=", taken.org_id!)
    .where("state", "=", "pending")
    .where((eb) =>
      eb.or([
        eb("key", "=", `intake/${intakeId}`),
        eb("key", "like", `intake/file/${taken.conversation_id}/%`),
      ]),
    )
    .execute();
  return true;
}
