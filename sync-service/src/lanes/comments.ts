/** Comments on cases, each once: what clients wrote, and what the service says of it. */
import { createHash } from "node:crypto";
import type { Delivery, Outcome } from "../channels/channel.ts";
import { channelNamed } from "../channels/registry.ts";
import { longId } from "../case/ids.ts";
import { failpoint } from "../failpoints.ts";
import type { IntakeMessage } from "../intake/message.ts";
import { instantIn } from "../messages/message.ts";
import { instantLiteral, literal, literals } from "../orgs/connection.ts";
import { troubleOf } from "../orgs/trouble.ts";
import type { ConversationTable, IntakeTable } from "../store/schema.ts";
import { commentsOf, tagOf } from "./intake-text.ts";
import { collection, refused, type SaveResult, type Sending } from "./sending.ts";

/** The requests of a process that died may still be carried out; what they did is looked for from then on, ms. */
const clocksApart = 5 * 60_000;
/** A comment and its key are two of the 200 records of a call. */
const commentsAtOnce = 100;

export type Intake = Omit<IntakeTable, "id" | "message"> & { id: number; message: IntakeMessage };
export type Conversation = Omit<ConversationTable, "id"> & { id: number };

/** One message on its way, with what its org knows of its conversation. */
export interface Piece {
  item: Delivery;
  intake: Intake;
  conversation: Conversation;
}

interface Saying {
  piece: Piece;
  caseId: string;
  text: string;
}

/**
 * Writes public comments, in parts that Salesforce takes. Each part has a tag in its text, and we do not write a part
 * again that the case has.
 * @returns null where everything is there, else the outcome
 */
export async function say(sending: Sending, sayings: readonly Saying[]): Promise<(Outcome | null)[]> {
  if (sayings.length === 0) return [];
  const { org } = sending;
  const parts = sayings.flatMap((saying, at) => {
    const { intake, conversation } = saying.piece;
    return commentsOf({
      key: intake.key,
      kind: intake.kind,
      by: intake.kind === "choice" ? "" : conversation.contact_name,
      channel: channelNamed(conversation.channel)?.label ?? {
        es: conversation.channel,
        en: conversation.channel,
      },
      at: instantIn(intake.taken_at, zoneOf(org.org.settings), conversation.language as "es" | "en"),
      language: conversation.language as "es" | "en",
      text: saying.text,
    }).map((body, part) => ({
      at,
      key: `${intake.kind}:${intake.key}:${part}`,
      fields: { ParentId: saying.caseId, CommentBody: body, IsPublished: true },
    }));
  });
  const since = Math.min(...sayings.map(({ piece }) => piece.item.createdAt)) - clocksApart;
  const { userId } = await org.session();
  const held = await org.query<{ ParentId: string; CommentBody: string }>(
    `SELECT ParentId, CommentBody FROM CaseComment WHERE ParentId IN ${literals(new Set(parts.map(({ fields }) => fields.ParentId)))} AND CreatedById = ${literal(userId)} AND CreatedDate >= ${instantLiteral(since)}`,
  );
  const tags = new Set(held.map(({ ParentId, CommentBody }) => `${longId(ParentId)} ${tagOf(CommentBody)}`));
  const missing = parts.filter(({ fields }) => !tags.has(`${fields.ParentId} ${tagOf(fields.CommentBody)}`));
  const outcomes: (Outcome | null)[] = sayings.map(() => null);
  const results = await createComments(sending, missing);
  for (const [n, result] of results.entries()) {
    const { at } = missing[n]!;
    if (!result.success && outcomes[at] === null)
      outcomes[at] = await refused(sending, sayings[at]!.piece.item, result);
  }
  return outcomes;
}

interface Comment {
  key: string;
  fields: { ParentId: string; CommentBody: string; IsPublished: boolean };
}

/** The org has no room for keys: its package is older than this service. */
const lacksKeys = /INVALID_TYPE|NOT_FOUND|INVALID_FIELD|INSUFFICIENT_ACCESS/;

/**
 * A comment has no external id, so each is created with a record that has one: both, or the org refuses both. A
 * request that we gave up, or whose process died, can still be carried out later. Then it writes nothing a second time.
 */
async function createComments(sending: Sending, comments: readonly Comment[]): Promise<SaveResult[]> {
  const results: SaveResult[] = [];
  let waiting = [...comments.keys()];
  while (waiting.length > 0) {
    const some = waiting.slice(0, commentsAtOnce);
    const answers = await withKeys(
      sending,
      some.map((at) => comments[at]!),
    );
    failpoint("intake.commentCreated");
    const open = some.filter((at, n) => {
      const [delivery, comment] = [answers[n]!, answers[some.length + n]!];
      if (isDuplicate(delivery)) results[at] = { success: true, errors: [] };
      else if (comment.success || !isRolledBack(comment)) results[at] = comment;
      else if (!delivery.success && !isRolledBack(delivery)) results[at] = delivery;
      else return true;
      return false;
    });
    // the others of a refused call go again without those that it was refused for
    if (open.length === some.length) for (const at of open) results[at] = answers[some.length]!;
    waiting = waiting.filter((at) => results[at] === undefined);
  }
  return results;
}

/** @returns the answers for the keys, then those for the comments */
async function withKeys(sending: Sending, comments: readonly Comment[]): Promise<SaveResult[]> {
  const types = ["Support_Delivery__c", "CaseComment"].flatMap((type) => comments.map(() => type));
  const keys = comments.map(({ key }) => ({ Key__c: createHash("sha256").update(key).digest("hex") }));
  const records = comments.map(({ fields }) => fields);
  const plainly = async () => {
    const answers = await collection(sending, "POST", "CaseComment", records);
    return [...answers.map(({ success }) => ({ success, errors: [] })), ...answers];
  };
  let answers: SaveResult[];
  try {
    answers = await collection(sending, "POST", types, [...keys, ...records], true);
  } catch (error) {
    if (!troubleOf(error).message.includes("Support_Delivery__c")) throw error;
    return plainly();
  }
  const unkeyed = answers
    .slice(0, keys.length)
    .some(({ errors }) => errors.some(({ statusCode }) => lacksKeys.test(statusCode)));
  return unkeyed ? plainly() : answers;
}

const has = ({ success, errors }: SaveResult, code: string) =>
  !success && errors.some(({ statusCode }) => statusCode === code);
export const isDuplicate = (result: SaveResult) => has(result, "DUPLICATE_VALUE");
const isRolledBack = (result: SaveResult) => has(result, "ALL_OR_NONE_OPERATION_ROLLED_BACK");

/** What the service itself has to say about a message: for the people who work on the case, once. */
export async function noteOnCase(
  sending: Sending,
  caseId: string,
  key: string,
  text: string,
  since: number,
): Promise<void> {
  const tag = createHash("sha256").update(key).digest("hex").slice(0, 12);
  const body = `${text} [#${tag}]`;
  const held = await sending.org.query<{ CommentBody: string }>(
    `SELECT CommentBody FROM CaseComment WHERE ParentId = ${literal(caseId)} AND CreatedDate >= ${instantLiteral(since - clocksApart)}`,
  );
  if (held.some(({ CommentBody }) => CommentBody.includes(`[#${tag}]`))) return;
  const fields = { ParentId: caseId, CommentBody: body, IsPublished: false };
  await createComments(sending, [{ key: `note:${key}`, fields }]);
}

const zoneOf = ({ contract }: { contract?: { timeZone: string } | undefined }) => contract?.timeZone ?? "UTC";
