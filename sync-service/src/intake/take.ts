/** Takes in what a channel brought: everything of one request in one transaction, each message once. */
import { sql, type Kysely, type Transaction } from "kysely";
import { channelVerdict, governing } from "c/slaEngine";
import { channelNamed, laneOf } from "../channels/registry.ts";
import type {
  Incoming,
  IncomingChange,
  IncomingChoice,
  IncomingMessage,
  IncomingStatus,
} from "../channels/door.ts";
import { contractsOf } from "../clocks/contracts.ts";
import { failpoint } from "../failpoints.ts";
import { talkWords, type Language, type Talk } from "../messages/talk.ts";
import { categoryChoices, categoryQuestion } from "../notices/choices.ts";
import { talkItem } from "../notices/conversations.ts";
import { settingsOf } from "../orgs/settings.ts";
import { enqueue, type OutboxItem } from "../outbox/outbox.ts";
import { tellStatus } from "../outbox/told.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { askWho, decide, isUndecided, pickedIn } from "./among.ts";
import { learnSender, orgOf, whoIs, type Who } from "./who.ts";
import { refusalWords } from "./refusals.ts";
import { enqueueFiles, goOn, keep, takenAt } from "./keep.ts";
import type { IntakeMessage } from "./message.ts";
import { conversationOf, nameIt, type Known } from "./names.ts";
import { takeNote } from "./notes.ts";
import { askForForm, fillIn, withdraw } from "./asked.ts";
import { holdAgain, sendHeld } from "./held.ts";
import { takeStatus } from "./statuses.ts";

/** So many automatic answers go to one address in a day: two machines must not write to each other all night. */
const answersADay = 3;
const day = 24 * 3_600_000;

/** @returns how many were new */
export async function takeIncoming(
  db: Kysely<Database>,
  channel: string,
  incoming: readonly Incoming[],
  now: number,
): Promise<number> {
  if (incoming.length === 0) return 0;
  const taken = await db.transaction().execute(async (tx) => {
    let count = 0;
    for (const one of incoming) {
      const isNew =
        one.is === "message"
          ? await takeMessage(tx, channel, one, now)
          : one.is === "choice"
            ? await takeChoice(tx, channel, one, now)
            : one.is === "note" || one.is === "acknowledgement"
              ? await takeNote(tx, channel, one, now)
              : one.is === "status"
                ? (await takeStatus(tx, channel, one)) && (await noteUndelivered(tx, channel, one, now))
                : await takeChange(tx, channel, one, now);
      if (isNew) count++;
    }
    failpoint("intake.stored");
    return count;
  });
  failpoint("intake.committed");
  for (const one of incoming)
    if (one.is === "status" && one.outboxKey !== null && one.status !== "sent")
      await tellStatus(db, one.outboxKey, now);
  return taken;
}

async function takeMessage(
  tx: Transaction<Database>,
  channel: string,
  message: IncomingMessage,
  now: number,
): Promise<boolean> {
  const { subject, text, files, priority, category } = message;
  const content: IntakeMessage = {
    ...{ subject, text, files },
    ...(priority === undefined ? {} : { priority }),
    ...(category === undefined ? {} : { category }),
    ...(message.asks ? { asks: true } : {}),
    ...(message.form === undefined ? {} : { form: message.form }),
  };
  const id = await keep(tx, channel, message, message.shown, content, now);
  if (id === null && message.form === undefined) return addFiles(tx, message, now);
  if (id === null) {
    const filled = await fillIn(tx, message, now);
    const key = `${message.key}:form:${message.form}`;
    return filled === "late" ? takeMessage(tx, channel, { ...message, key }, now) : filled;
  }
  const at = takenAt(message.takenAt, now);
  const who = await whoIs(tx, message.from, message.orgId);
  const orgId = orgOf(who);
  const known = await conversationOf(tx, channel, message.thread, orgId);
  // a thread can be named by anybody who has read its name: only people of its own client write into it
  const isHere = known !== undefined && orgId === known.org_id;
  if (message.automatic) {
    // noted where it belongs; it opens nothing and nobody answers it
    if (message.automatic === "automatic" && isHere) await goOn(tx, id, known.id, known.org_id, now, "note");
    else await settle(tx, id, "refused", message.automatic, orgId, now);
    return true;
  }
  if (who.is !== "one" && who.is !== "among") {
    await refuse(
      tx,
      channel,
      message,
      id,
      null,
      who.is,
      (language) => talkWords[who.is as "unknown"](language),
      now,
    );
    return true;
  }
  if (who.is === "one") await learnSender(tx, message.from, who);
  if (isHere) {
    await nameIt(tx, channel, message.names, known.org_id, known.id);
    await tx
      .updateTable("conversations")
      // a channel tells whole seconds, and the next message of one second is a later one
      .set({
        heard_at: sql<number>`case when heard_at < ${at} then ${at} else heard_at + 1 end`,
        address: JSON.stringify(message.to),
      })
      .where("org_id", "=", known.org_id)
      .where("id", "=", known.id)
      .execute();
    await sendHeld(tx, known, now);
    if (await isUndecided(tx, known)) {
      const people = who.is === "one" ? [who] : who.people;
      const picked = who.is === "one" ? who : pickedIn(text, people);
      if (picked === undefined) {
        await askWho(tx, await conversationAt(tx, known), id, people, now);
        return true;
      }
      await decide(tx, known, picked, now);
      // a number is the answer, and no message of its own
      if (who.is === "among") {
        await settle(tx, id, "done", "answer", known.org_id, now);
        return true;
      }
    }
    await goOn(tx, id, known.id, known.org_id, now);
    await takeFields(tx, channel, message, message.shown, known, now);
    return true;
  }
  await begin(tx, channel, message, id, who, at, now);
  return true;
}

/** A form that came to a case which is there already changes it as the choices of the conversation do. */
async function takeFields(
  tx: Transaction<Database>,
  channel: string,
  { key, form, takenAt: at, priority, category }: IncomingMessage,
  by: string,
  known: { id: number; org_id: string },
  now: number,
): Promise<void> {
  if (form === undefined) return;
  for (const [field, value] of [
    ["Support_Priority__c", priority],
    ["Service_Category__c", category],
  ] as const) {
    if (value === undefined) continue;
    const content = { subject: null, text: "", files: [], field, value };
    const choice = { is: "choice", key: `${key}:${field}`, takenAt: at };
    const id = await keep(tx, channel, choice, by, content, now);
    if (id !== null) await goOn(tx, id, known.id, known.org_id, now);
  }
}

/** One message can come as two events, and the second can have the files that the first lacks. */
async function addFiles(tx: Transaction<Database>, message: IncomingMessage, now: number): Promise<boolean> {
  if (message.files.length === 0) return false;
  let query = tx
    .selectFrom("intakes")
    .select(["id", "message", "conversation_id", "org_id"])
    .where("key", "=", message.key);
  if (locksRows(tx)) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (row === undefined) return false;
  const held = JSON.parse(row.message) as IntakeMessage;
  const missing = message.files.filter(({ id }) => !held.files.some((file) => file.id === id));
  if (missing.length === 0) return false;
  await tx
    .updateTable("intakes")
    .set({ message: JSON.stringify({ ...held, files: [...held.files, ...missing] }) })
    .where("id", "=", row.id)
    .execute();
  if (row.org_id !== null && row.conversation_id !== null)
    await enqueueFiles(tx, row.org_id, row.conversation_id, row.id, missing, now);
  return true;
}

async function takeChange(
  tx: Transaction<Database>,
  channel: string,
  change: IncomingChange,
  now: number,
): Promise<boolean> {
  const of = await tx.selectFrom("intakes").selectAll().where("key", "=", change.of).executeTakeFirst();
  // of a message that opened nothing and is in no conversation there is nothing to change
  if (of === undefined || of.conversation_id === null || of.org_id === null) return false;
  if (change.is === "deletion" && (await withdraw(tx, of.id, now))) return true;
  if (of.state === "refused") return false;
  const content = { subject: null, text: change.text, files: [], of: change.of };
  const id = await keep(tx, channel, change, of.sender, content, now);
  if (id === null) return false;
  await goOn(tx, id, of.conversation_id, of.org_id, now);
  return true;
}

/** A message of ours that did not arrive is noted on its case, for the people who work on it. @returns true */
async function noteUndelivered(
  tx: Transaction<Database>,
  channel: string,
  { status, outboxKey, messageId, at, reason }: IncomingStatus,
  now: number,
): Promise<true> {
  if (status === "failed" && (await holdAgain(tx, outboxKey, reason, now))) return true;
  const named = /^talk\/(\d+)\//.exec(outboxKey ?? "")?.[1];
  const known =
    status === "failed"
      ? await conversationOf(tx, channel, named === undefined ? [messageId] : [`#${named}`])
      : undefined;
  if (known === undefined) return true;
  const key = `${channel}:undelivered:${messageId}`;
  const content = { subject: null, text: reason ?? "", files: [] };
  const id = await keep(tx, channel, { is: "undelivered", key, takenAt: at }, channel, content, now);
  if (id !== null) await goOn(tx, id, known.id, known.org_id, now);
  return true;
}

async function takeChoice(
  tx: Transaction<Database>,
  channel: string,
  choice: IncomingChoice,
  now: number,
): Promise<boolean> {
  const who = await whoIs(tx, choice.from);
  const known = await conversationOf(tx, channel, choice.thread, orgOf(who));
  if (known === undefined || orgOf(who) !== known.org_id) return false;
  const { field, value } = choice;
  if (field === "ContactId") {
    const people = who.is === "among" ? who.people : [];
    const person = people.find(({ contactId }) => contactId === value);
    if (person === undefined || !(await isUndecided(tx, known))) return false;
    await decide(tx, known, person, now);
    return true;
  }
  const content = { subject: null, text: "", files: [], field, value };
  const id = await keep(tx, channel, choice, choice.from.at(-1)?.value ?? "", content, now);
  if (id === null) return false;
  if (field === "Support_Priority__c") await askCategory(tx, known, now);
  await goOn(tx, id, known.id, known.org_id, now);
  return true;
}

const conversationAt = (tx: Transaction<Database>, { org_id, id }: Known) =>
  tx
    .selectFrom("conversations")
    .selectAll()
    .where("org_id", "=", org_id)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();

/** Asked once in a conversation, when its author has said how bad it is. */
async function askCategory(tx: Transaction<Database>, known: Known, now: number): Promise<void> {
  const conversation = await conversationAt(tx, known);
  const found = governing(await contractsOf(tx, conversation.org_id), now);
  if ("notCovered" in found) return;
  const language = conversation.language as Language;
  const question = categoryQuestion[language];
  const list = categoryChoices(found.governing.compiled, language);
  const item = talkItem(conversation, "category", { text: question, choices: { question, list } });
  await enqueue(tx, [item], now, () => false);
}

/** A new request: it opens a case, if the plan has this channel. */
async function begin(
  tx: Transaction<Database>,
  channel: string,
  message: IncomingMessage,
  id: number,
  who: Extract<Who, { is: "one" | "among" }>,
  at: number,
  now: number,
): Promise<void> {
  const { orgId } = who;
  const org = await tx
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", orgId)
    .executeTakeFirstOrThrow();
  const settings = settingsOf(org.settings);
  const no = (why: string, words: (language: Language) => string) =>
    refuse(tx, channel, message, id, orgId, why, words, now, settings.language);
  if (settings.dryRun) return settle(tx, id, "refused", "dryRun", orgId, now);
  const inForce = governing(await contractsOf(tx, orgId), at);
  if ("notCovered" in inForce) return no("noContract", talkWords.noContract);
  const { policy } = inForce.governing.compiled;
  const { planChannel } = channelNamed(channel)!;
  const priority = message.priority ?? policy.defaultPriority;
  const verdict = channelVerdict(policy, planChannel, priority);
  if (!verdict.allowed) return no(verdict.reason, refusalWords(policy, channel, priority, verdict));
  const conversation = {
    org_id: orgId,
    channel,
    language: settings.language,
    address: JSON.stringify(message.to),
    case_id: null,
  };
  const { id: conversationId } = await tx
    .insertInto("conversations")
    .values({
      ...conversation,
      contact_id: who.is === "one" && who.contactId ? who.contactId : null,
      contact_name: who.is === "one" ? who.name : "",
      started_at: at,
      heard_at: at,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await nameIt(tx, channel, message.names, orgId, conversationId);
  if (who.is === "among") return askWho(tx, { ...conversation, id: conversationId }, id, who.people, now);
  await goOn(tx, id, conversationId, orgId, now);
  if (!message.asks) return;
  const intake = { id, key: message.key };
  await askForForm(tx, { ...conversation, id: conversationId }, intake, policy.defaultPriority, now);
}

const settle = async (
  tx: Transaction<Database>,
  id: number,
  state: string,
  why: string,
  orgId: string | null,
  now: number,
): Promise<void> =>
  void (await tx
    .updateTable("intakes")
    .set({ state, why, org_id: orgId, settled_at: now })
    .where("id", "=", id)
    .execute());

/** It opens no case: it is kept in a list that operators see, and the sender reads why, a few times a day at most. */
async function refuse(
  tx: Transaction<Database>,
  channel: string,
  message: IncomingMessage,
  id: number,
  orgId: string | null,
  why: string,
  words: (language: Language) => string,
  now: number,
  language: Language = "es",
): Promise<void> {
  await settle(tx, id, "refused", why, orgId, now);
  const { count } = await tx
    .selectFrom("intakes")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("state", "=", "refused")
    .where("channel", "=", channel)
    .where("sender", "=", message.shown)
    .where("received_at", ">", now - day)
    .executeTakeFirstOrThrow();
  if (Number(count) > answersADay) return;
  const to = message.to as { lane?: string };
  const payload: Talk = {
    ...{ about: "talk", conversationId: null, to, language, subject: message.subject },
    // who is not known may read either
    text: orgId === null ? `${words("es")}\n\n${words("en")}` : words(language),
  };
  const item: OutboxItem = {
    key: `talk/refused/${id}`,
    orgId: orgId ?? "",
    caseId: null,
    destination: laneOf(channelNamed(channel)!, orgId ?? "", to.lane ?? ""),
    kind: `talk.${channel}`,
    payload,
  };
  await enqueue(tx, [item], now, () => false);
}
