/** When something was last looked at in an org in full, kept beside the stream's position under a name of its own. */
import type { Kysely } from "kysely";
import type { Store } from "../store/open.ts";
import type { Database } from "../store/schema.ts";
import { underLease, type Held } from "./leases.ts";

export type Place =
  | "intake"
  | "intake, dry run"
  | "look"
  | "replies"
  | "contacts"
  | "contacts, whole"
  | "conversations";

/** ms; null: never. */
export async function lastLook(db: Kysely<Database>, orgId: string, place: Place): Promise<number | null> {
  const row = await db
    .selectFrom("stream_positions")
    .select("position")
    .where("org_id", "=", orgId)
    .where("channel", "=", place)
    .executeTakeFirst();
  return row ? Number(row.position) : null;
}

export async function rememberLook(
  store: Store,
  orgId: string,
  lease: Held | null,
  place: Place,
  at: number,
): Promise<void> {
  const position = { position: String(at), transport: "query", committed_at: null, updated_at: at };
  await underLease(store, orgId, lease, (tx) =>
    tx
      .insertInto("stream_positions")
      .values({ org_id: orgId, channel: place, ...position })
      .onConflict((c) => c.columns(["org_id", "channel"]).doUpdateSet(position))
      .execute(),
  );
}
