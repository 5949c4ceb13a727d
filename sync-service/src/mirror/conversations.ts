import { literals, instantLiteral } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import { talkWords } from "../messages/talk.ts";
import { talkItem, type Conversation } from "../notices/conversations.ts";
import { enqueue } from "../outbox/outbox.ts";
import { underLease } from "./leases.ts";
import { lastLook, rememberLook } from "./places.ts";
import { inBatches, longestTransaction } from "./read.ts";
import type { DoorParts } from "./senders.ts";

interface CommentRecord {
  Id: string;
  ParentId: string;
  CommentBody: string;
  CreatedDate: string;
  CreatedBy: { Name: string } | null;
}

/** A conversation is looked at for as long as a case can be reopened, after its client wrote last, ms. */
const spokenWithin = 60 * 24 * 3_600_000;

/**
 * Brings what people answered on a case into its conversation: each public comment once, in the order of the case.
 * Salesforce has no event for a comment, so this asks, and only for cases that have a conversation.
 */
export async function readConversations({ store, connection, lease, now }: DoorParts): Promise<void> {
  const { org } = connection;
  const conversations = (await store.db
    .selectFrom("conversations")
    .selectAll()
    .where("org_id", "=", org.id)
    .where("case_id", "is not", null)
    .where("heard_at", ">", now - spokenWithin)
    .execute()) as Conversation[];
  if (conversations.length === 0) return;
  const since = (await lastLook(store.db, org.id, "conversations")) ?? org.onboardedAt;
  const { userId } = await connection.session();
  const byCase = Map.groupBy(conversations, ({ case_id }) => case_id!);
  for (const ids of inBatches([...byCase.keys()])) {
    const comments = await connection.query<CommentRecord>(
      `SELECT Id, ParentId, CommentBody, CreatedDate, CreatedBy.Name FROM CaseComment WHERE ParentId IN ${literals(ids)} AND IsPublished = true AND CreatedById != '${userId}' AND LastModifiedDate >= ${instantLiteral(since - longestTransaction)} ORDER BY CreatedDate, Id`,
    );
    if (comments.length === 0) continue;
    await underLease(store, org.id, lease, (tx) =>
      enqueue(
        tx,
        comments.flatMap(({ Id, ParentId, CommentBody, CreatedBy }) =>
          byCase.get(longId(ParentId))!.map((conversation) =>
            talkItem(conversation, `comment/${longId(Id)}`, {
              text: talkWords.comment(CreatedBy?.Name ?? "", CommentBody.replace(/\r\n/g, "\n")),
            }),
          ),
        ),
        now,
        () => false,
      ),
    );
  }
  await dropDeleted({ store, connection, lease });
  await rememberLook(store, org.id, lease, "conversations", now);
}

/** A comment that its author deleted, or hid, before it was said is said no more. */
async function dropDeleted({ store, connection, lease }: Omit<DoorParts, "now">): Promise<void> {
  const { org } = connection;
  const waiting = await store.db
    .selectFrom("outbox")
    .select(["id", "key"])
    .where("org_id", "=", org.id)
    .where("state", "in", ["pending", "held"])
    .where("key", "like", "talk/%/comment/%")
    .execute();
  const idOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);
  for (const some of inBatches(waiting)) {
    const there = await connection.query<{ Id: string }>(
      `SELECT Id FROM CaseComment WHERE IsPublished = true AND Id IN ${literals(some.map(({ key }) => idOf(key)))}`,
    );
    const said = new Set(there.map(({ Id }) => longId(Id)));
    const gone = some.filter(({ key }) => !said.has(idOf(key))).map(({ id }) => id);
    if (gone.length > 0)
      await underLease(store, org.id, lease, (tx) =>
        tx
          .updateTable("outbox")
          .set({ state: "discarded", last_error: "Its author took the comment back." })
          .where("org_id", "=", org.id)
          .where("id", "in", gone)
          .where("state", "in", ["pending", "held"])
          .execute(),
      );
  }
}
