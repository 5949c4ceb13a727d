/** Who a sender is: a contact of exactly one org, or nobody. */
import type { Kysely } from "kysely";
import type { SenderAddress } from "../channels/door.ts";
import { addressHash } from "../orgs/sender-hash.ts";
import type { Database } from "../store/schema.ts";

export type Who =
  | { is: "one"; orgId: string; contactId: string; name: string }
  | { is: "unknown" }
  | { is: "several" };

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
  return found.size > 1 ? { is: "several" } : { is: "one", ...[...found.values()][0]! };
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
