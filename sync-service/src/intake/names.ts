/** The names by which a channel knows conversations: threads, chats, Message-IDs, incidents. */
import type { Kysely, Transaction } from "kysely";
import type { Database } from "../store/schema.ts";

export interface Known {
  id: number;
  org_id: string;
}

export async function conversationOf(
  db: Kysely<Database>,
  channel: string,
  thread: readonly string[],
  orgId: string | null = null,
): Promise<Known | undefined> {
  for (const name of thread) {
    const [, id] = /^#(\d+)$/.exec(name) ?? [];
    if (id !== undefined) {
      const tagged = await db
        .selectFrom("conversations")
        .select(["id", "org_id"])
        .where("id", "=", Number(id))
        .where("channel", "=", channel)
        .executeTakeFirst();
      if (tagged !== undefined) return tagged;
      continue;
    }
    const found = await db
      .selectFrom("conversation_names")
      .select(["conversation_id as id", "org_id"])
      .where("channel", "=", channel)
      .where("name", "in", orgId === null ? [name] : [name, ownName(name, orgId)])
      .execute();
    const [first] = [...found.filter((one) => one.org_id === orgId), ...found];
    if (first !== undefined) return first;
  }
  return undefined;
}

/** The name of a thread that another client's conversation has already. */
const ownName = (name: string, orgId: string) => `${name}@${orgId}`;

export async function nameIt(
  tx: Transaction<Database>,
  channel: string,
  names: readonly string[],
  orgId: string,
  conversationId: number,
): Promise<void> {
  for (const name of names) {
    const place = { org_id: orgId, conversation_id: conversationId };
    const named = await tx
      .insertInto("conversation_names")
      .values({ channel, name, ...place })
      // people of two clients can write in one thread: each has their own conversation, and takes nobody else's
      .onConflict((c) =>
        c.columns(["channel", "name"]).doUpdateSet(place).where("conversation_names.org_id", "=", orgId),
      )
      .returning("name")
      .executeTakeFirst();
    if (named !== undefined) continue;
    await tx
      .insertInto("conversation_names")
      .values({ channel, name: ownName(name, orgId), ...place })
      .onConflict((c) => c.columns(["channel", "name"]).doUpdateSet(place))
      .execute();
  }
}

/** The incident that a merged one goes on in can be many conversations': each has its own name there. */
const followName = (name: string, merged: string) => `${name}+${merged}`;

/** The conversations of other incidents that were merged into this one. */
export const followersOf = async (
  db: Kysely<Database>,
  channel: string,
  name: string,
): Promise<(Known & { name: string })[]> =>
  db
    .selectFrom("conversation_names")
    .select(["conversation_id as id", "org_id", "name"])
    .where("channel", "=", channel)
    .where("name", "like", `${name}+%`)
    .execute();

/** What is said in this conversation, and in those that follow it, goes to another incident from now on. */
export async function followOn(
  tx: Transaction<Database>,
  channel: string,
  from: string,
  into: string,
): Promise<void> {
  const own = await conversationOf(tx, channel, [from]);
  const all = [
    ...(own === undefined ? [] : [{ ...own, merged: from }]),
    ...(await followersOf(tx, channel, from)).map((one) => ({
      ...one,
      merged: one.name.slice(from.length + 1),
    })),
  ];
  for (const { id, org_id, merged } of all) {
    await nameIt(tx, channel, [followName(into, merged)], org_id, id);
    await tx
      .updateTable("conversations")
      .set({ address: JSON.stringify({ incident: into }) })
      .where("org_id", "=", org_id)
      .where("id", "=", id)
      .execute();
  }
}
