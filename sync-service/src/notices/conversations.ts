/** What a client hears in the conversation of a case: the promise, who took it, the closing, and what people answer. */
import type { Transaction } from "kysely";
import { compilePolicy, type Policy, type SlaClock } from "c/slaEngine";
import { channelNamed, laneOf } from "../channels/registry.ts";
import { instantIn } from "../messages/message.ts";
import { talkWords, type Language, type Promised, type Talk } from "../messages/talk.ts";
import type { OutboxItem } from "../outbox/outbox.ts";
import { rowsBy } from "../store/bulk.ts";
import { priorityChoices, priorityQuestion } from "./choices.ts";
import type { ClockTable, ConversationTable, Database } from "../store/schema.ts";
import type { Ending } from "./endings.ts";

export type Conversation = Pick<
  ConversationTable,
  "org_id" | "channel" | "language" | "address" | "case_id"
> & { id: number };

/** The start of the keys of everything that is said in a conversation. */
export const talkKey = (conversationId: number) => `talk/${conversationId}/`;

export function talkItem(
  { id, org_id, channel, language, address, case_id }: Conversation,
  name: string,
  said: {
    text: string;
    subject?: string | null;
    choices?: Talk["choices"];
    acknowledges?: boolean;
    form?: string;
  },
): OutboxItem {
  const to = JSON.parse(address) as { lane?: string };
  const payload: Talk = {
    about: "talk",
    conversationId: id,
    to,
    language: language as Language,
    subject: said.subject ?? null,
    text: said.text,
    ...(said.choices ? { choices: said.choices } : {}),
    ...(said.acknowledges ? { acknowledges: true } : {}),
    ...(said.form === undefined ? {} : { form: said.form }),
  };
  return {
    key: `${talkKey(id)}${name}`,
    orgId: org_id,
    caseId: case_id,
    destination: laneOf(channelNamed(channel)!, org_id, to.lane ?? ""),
    kind: `talk.${channel}`,
    payload,
  };
}

export interface ClockNews {
  caseId: string;
  clock: SlaClock;
  /** The clock until now; undefined: it is new. */
  was: Pick<ClockTable, "due_at" | "ended_at"> | undefined;
  /** By which the author can still say how bad it is. */
  policy: Policy | undefined;
}

/** The author chose no priority: each one's promise is a tap away. */
function impactOf(clock: SlaClock, policy: Policy | undefined, language: Language): Talk["choices"] {
  if (policy === undefined || clock.declaredPriority !== null) return undefined;
  const list = priorityChoices(compilePolicy(policy), clock.startedAt, language);
  return { question: priorityQuestion[language], list };
}

/** The items that tell conversations what became of their cases' clocks. The same news always has the same key. */
export async function tellConversations(
  tx: Transaction<Database>,
  orgId: string,
  news: readonly ClockNews[],
  endings: readonly Ending[],
): Promise<OutboxItem[]> {
  const caseIds = [...new Set([...news, ...endings].map(({ caseId }) => caseId))];
  const conversations = (await rowsBy(tx, "conversations", orgId, ["case_id", caseIds])) as Conversation[];
  if (conversations.length === 0) return [];
  const rows = await rowsBy(tx, "cases", orgId, ["id", caseIds], ["id", "case_number"]);
  const numbers = new Map(rows.map(({ id, case_number }) => [id, case_number]));
  return conversations.flatMap((conversation) => {
    const language = conversation.language as Language;
    const promised = (clock: SlaClock): Promised => ({
      caseNumber: numbers.get(conversation.case_id!) ?? null,
      due:
        clock.dueAt === null || clock.explanation === null
          ? null
          : instantIn(clock.dueAt, clock.explanation.timeZone, language),
    });
    const ofCase = <One extends { caseId: string }>(some: readonly One[]) =>
      some.filter(({ caseId }) => caseId === conversation.case_id);
    const say = (clock: SlaClock, name: string, text: string, choices?: Talk["choices"]) =>
      talkItem(conversation, `${conversation.case_id}/${clock.cycle}/${name}`, {
        text,
        acknowledges: name === "acknowledged",
        ...(choices ? { choices } : {}),
      });
    const opened = ofCase(news).flatMap(({ clock, was, policy }) => {
      if (was === undefined)
        return clock.cycle === 1
          ? [
              say(
                clock,
                "opened",
                talkWords.opened(promised(clock), language),
                impactOf(clock, policy, language),
              ),
            ]
          : [say(clock, "reopened", talkWords.reopened(promised(clock), language))];
      return clock.dueAt !== was.due_at && clock.dueAt !== null && clock.endedAt === null
        ? [say(clock, `due@${clock.dueAt}`, talkWords.moved(promised(clock), language))]
        : [];
    });
    const ended = ofCase(endings).flatMap(({ clock, over }) => [
      ...(clock.acknowledgedAt === null
        ? []
        : [
            say(
              clock,
              "acknowledged",
              talkWords.acknowledged(clock.acknowledgedBy?.name ?? null, promised(clock), language),
            ),
          ]),
      ...(over ? [say(clock, "closed", talkWords.closed(promised(clock), language))] : []),
    ]);
    return [...opened, ...ended];
  });
}
