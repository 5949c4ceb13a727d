/** An address that several contacts of one org have: its sender is asked which of them they are, and nobody guesses. */
import type { Transaction } from "kysely";
import { talkWords, type Language } from "../messages/talk.ts";
import { talkItem, type Conversation } from "../notices/conversations.ts";
import { enqueue } from "../outbox/outbox.ts";
import type { Database } from "../store/schema.ts";
import { goOn } from "./keep.ts";
import type { Person } from "./who.ts";

/** So often is somebody asked in a conversation. */
const asksAtMost = 3;

/** Whether a conversation waits for the answer. */
export async function isUndecided(
  tx: Transaction<Database>,
  { org_id, id }: { org_id: string; id: number },
): Promise<boolean> {
  const row = await tx
    .selectFrom("conversations")
    .select("contact_name")
    .where("org_id", "=", org_id)
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.contact_name === "";
}

/** Keeps the message in the operators' list until the answer comes, and asks. */
export async function askWho(
  tx: Transaction<Database>,
  conversation: Conversation,
  intakeId: number,
  people: readonly Person[],
  now: number,
): Promise<void> {
  await tx
    .updateTable("intakes")
    .set({ state: "refused", why: "several", settled_at: now })
    .set({ org_id: conversation.org_id, conversation_id: conversation.id })
    .where("id", "=", intakeId)
    .execute();
  const { count } = await tx
    .selectFrom("intakes")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("conversation_id", "=", conversation.id)
    .where("why", "=", "several")
    .executeTakeFirstOrThrow();
  if (Number(count) > asksAtMost) return;
  const language = conversation.language as Language;
  const question = talkWords.whoQuestion[language];
  const list = people.map(({ contactId, name }) => ({ id: `contact:${contactId}`, title: name }));
  const text = talkWords.whoAreYou(
    people.map(({ name }) => name),
    language,
  );
  const item = talkItem(conversation, `who/${intakeId}`, { text, choices: { question, list } });
  await enqueue(tx, [item], now, () => false);
}

/** The person whom a text names, by number or name. */
export function pickedIn(text: string, people: readonly Person[]): Person | undefined {
  const [line = ""] = text.trim().split("\n", 1);
  const said = line.trim().toLowerCase();
  const at = /^(\d{1,2})\b/.exec(said)?.[1];
  return at === undefined ? people.find(({ name }) => name.toLowerCase() === said) : people[Number(at) - 1];
}

/** The sender has answered: what they wrote goes to the org, in order, and counts from when it was written. */
export async function decide(
  tx: Transaction<Database>,
  { id, org_id }: { id: number; org_id: string },
  person: Person,
  now: number,
): Promise<void> {
  await tx
    .updateTable("conversations")
    .set({ contact_id: person.contactId || null, contact_name: person.name })
    .where("org_id", "=", org_id)
    .where("id", "=", id)
    .execute();
  const waiting = await tx
    .updateTable("intakes")
    .set({ state: "waiting", why: null, settled_at: null })
    .where("conversation_id", "=", id)
    .where("state", "=", "refused")
    .where("why", "=", "several")
    .returning("id")
    .execute();
  for (const one of waiting.toSorted((a, b) => a.id - b.id)) await goOn(tx, one.id, id, org_id, now);
}
