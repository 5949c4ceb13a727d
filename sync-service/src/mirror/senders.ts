import { instantLiteral, type OrgConnection } from "../orgs/connection.ts";
import { addressHash } from "../orgs/sender-hash.ts";
import { settingsOf } from "../orgs/settings.ts";
import { longId } from "../case/ids.ts";
import { insertMany } from "../store/bulk.ts";
import type { Store } from "../store/open.ts";
import type { SenderTable } from "../store/schema.ts";
import { underLease, type Held } from "./leases.ts";
import { lastLook, rememberLook } from "./places.ts";
import { longestTransaction } from "./read.ts";

export interface DoorParts {
  store: Store;
  connection: OrgConnection;
  lease: Held | null;
  now: number;
}

interface ContactRecord {
  Id: string;
  Name: string;
  Email: string | null;
  Phone: string | null;
  MobilePhone: string | null;
  IsDeleted: boolean;
}

/** All of them are read again after this long: the condition can come to hold for fewer people, ms. */
const readWholeEvery = 6 * 3_600_000;

/**
 * Learns which contacts may write by the channels: those that the org's settings name by a condition, and no others.
 * Between two whole readings it asks only for those that changed.
 */
export async function readSenders({ store, connection, lease, now }: DoorParts): Promise<void> {
  const { org } = connection;
  const doors = settingsOf(JSON.stringify(org.settings)).doors;
  const wholeAt = await lastLook(store.db, org.id, "contacts, whole");
  if (doors === undefined) {
    if (wholeAt === null) return;
    await underLease(store, org.id, lease, async (tx) => {
      await tx.deleteFrom("senders").where("org_id", "=", org.id).execute();
      await tx
        .deleteFrom("stream_positions")
        .where("org_id", "=", org.id)
        .where("channel", "in", ["contacts", "contacts, whole"])
        .execute();
    });
    return;
  }
  const since = await lastLook(store.db, org.id, "contacts");
  const whole = wholeAt === null || since === null || now - wholeAt > readWholeEvery;
  const changed = whole ? "" : ` AND SystemModstamp >= ${instantLiteral(since - longestTransaction)}`;
  const fields = "Id, Name, Email, Phone, MobilePhone, IsDeleted";
  const records = await connection.query<ContactRecord>(
    `SELECT ${fields} FROM Contact WHERE (${doors.contacts})${changed}`,
    { all: !whole },
  );
  const rows = [
    ...records.flatMap((record) => sendersIn(org.id, record, doors.country)),
    // a machine has no contact
    ...doors.onCall.map((service) => ({
      ...{ org_id: org.id, kind: "onCall", contact_id: "", name: "On-call", learned: 0 },
      hash: addressHash({ kind: "onCall", value: service }, doors.country)!,
    })),
  ];
  const contactIds = records.map(({ Id }) => longId(Id));
  await underLease(store, org.id, lease, async (tx) => {
    let forgotten = tx.deleteFrom("senders").where("org_id", "=", org.id).where("learned", "=", 0);
    if (!whole && contactIds.length > 0) forgotten = forgotten.where("contact_id", "in", contactIds);
    if (whole || contactIds.length > 0) await forgotten.execute();
    if (whole)
      // knowledge of people who are no longer meant goes with them
      await tx
        .deleteFrom("senders")
        .where("org_id", "=", org.id)
        .$if(contactIds.length > 0, (query) => query.where("contact_id", "not in", contactIds))
        .execute();
    await insertMany(
      tx,
      "senders",
      { org_id: "text", kind: "text", hash: "text", contact_id: "text", name: "text", learned: "integer" },
      rows,
      "on conflict (kind, hash, org_id, contact_id) do nothing",
    );
  });
  await rememberLook(store, org.id, lease, "contacts", now);
  if (whole) await rememberLook(store, org.id, lease, "contacts, whole", now);
}

function sendersIn(orgId: string, record: ContactRecord, country: string): SenderTable[] {
  if (record.IsDeleted) return [];
  const addresses = [
    { kind: "email", value: record.Email },
    { kind: "phone", value: record.MobilePhone },
    { kind: "phone", value: record.Phone },
  ];
  return addresses.flatMap(({ kind, value }) => {
    const hash = value === null ? null : addressHash({ kind, value }, country);
    if (hash === null) return [];
    return [{ org_id: orgId, kind, hash, contact_id: longId(record.Id), name: record.Name, learned: 0 }];
  });
}
