/** Who a sender is: a contact of exactly one org, or nobody. */
import type { Kysely } from "kysely";
import type { SenderAddress } from "../channels/door.ts";
import { addressHash } from "../orgs/sender-hash.ts";
import type { Database } from "../store/schema.ts";

export interface Person {
  contactId: string;
  name: string;
}
export type Who =
  | ({ is: "one"; orgId: string } & Person)
  /** One of several contacts of one org, always in the same order. */
  | { is: "among"; orgId: string; people: Person[] }
  | { is: "unknown" }
  /** Contacts of several orgs. */
  | { is: "several" };

/** The org of somebody who is known; null: nobody is. */
export const orgOf = (who: Who): string | null => (who.is === "one" || who.is === "among" ? who.orgId : null);

/** @param orgId only contacts of this org */
export async function whoIs(
  db: Kysely<Database>,
  from: readonly SenderAddress[],
  orgId?: string,
): Promise<Who> {
  const found = new Map<string, { orgId: string; contactId: string; name: string }>();
  for (const address of from) {
    // providers write a number's country first, so it does not matter whose default this is
    const hash = addressHash(address, "AR");
    if (hash === null) continue;
    const rows = await db
      .selectFrom("senders")
      .innerJoin("orgs", "orgs.id", "senders.org_id")
      .select(["senders.org_id", "contact_id", "senders.name"])
      .where("kind", "=", address.kind)
      .where("hash", "=", hash)
      .where("orgs.status", "!=", "paused")
      .execute();
    for (const row of rows)
      if (orgId === undefined || row.org_id === orgId)
        found.set(`${row.org_id}/${row.contact_id}`, {
          orgId: row.org_id,
          contactId: row.contact_id,
          name: row.name,
        });
    // the channel's own id of a person is surer than a number that may have changed hands
    if (found.size > 0) break;
  }
  if (found.size === 0) return { is: "unknown" };
  const all = [...found.values()];
  const [{ orgId: org, ...first }] = all as [(typeof all)[number]];
  if (all.length === 1) return { is: "one", orgId: org, ...first };
  if (all.some((one) => one.orgId !== org)) return { is: "several" };
  const people = all
    .map(({ contactId, name }) => ({ contactId, name }))
    .sort((a, b) => (`${a.name} ${a.contactId}` < `${b.name} ${b.contactId}` ? -1 : 1));
  return { is: "among", orgId: org, people };
}

/** Remembers the channel's own ids of a person who was found by another address. */
export async function learnSender(
  db: Kysely<Database>,
  from: readonly SenderAddress[],
  who: Extract<Who, { is: "one" }>,
): Promise<void> {
  for (const address of from) {
    if (address.kind === "email" || address.kind === "phone") continue;
    await db
      .insertInto("senders")
      .values({
        org_id: who.orgId,
        kind: address.kind,
        hash: addressHash(address, "AR")!,
        contact_id: who.contactId,
        name: who.name,
        learned: 1,
      })
      .onConflict((c) => c.doNothing())
      .execute();
  }
}
