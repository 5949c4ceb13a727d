/** Since when an org's copy may miss something, as the store has it: a reading that was cut off is done again. */
import type { Insertable } from "kysely";
import type { Org } from "../orgs/org.ts";
import type { Store } from "../store/open.ts";
import type { GapTable } from "../store/schema.ts";
import { underLease, type Held } from "./leases.ts";

/** The gap that every org begins with: the first comparison in full closes it, on any occasion. */
const neverRead = "never read";
const overlap = 3_600_000;

/** Since when to compare when all was stored until a commit: a transaction may take its time; null: since ever. */
export const sinceOf = (committedAt: number | null): number | null =>
  committedAt === null ? null : committedAt - overlap;

/** What must be read besides the stream before the copy can be called complete; null: nothing. */
export async function dueReading(
  store: Store,
  { id: orgId }: Org,
  lease: Held | null,
  now: number,
): Promise<{ since: number | null; reason: string } | null> {
  const gaps = store.db.selectFrom("gaps").where("org_id", "=", orgId);
  const begun = await gaps.select("id").where("kind", "=", neverRead).limit(1).executeTakeFirst();
  if (begun === undefined)
    await underLease(store, orgId, lease, (tx) =>
      tx
        .insertInto("gaps")
        .values(gap(orgId, now, neverRead, "what the org had before it was followed", null))
        .execute(),
    );
  const open = await gaps.select(["kind", "since"]).where("repaired_at", "is", null).execute();
  if (open.length === 0) return null;
  const unknown = open.some(({ since }) => since === null);
  return {
    since: sinceOf(unknown ? null : Math.min(...open.map((one) => one.since!))),
    reason: open.some(({ kind }) => kind === neverRead) ? "backfill" : "gap",
  };
}

/** The stream's position is good for nothing any more: begin with what the org still has, and read the rest. */
export async function forgetPosition(
  store: Store,
  { id: orgId, channel }: Org,
  lease: Held | null,
  now: number,
  kind: string,
  detail: string,
): Promise<void> {
  await underLease(store, orgId, lease, async (tx) => {
    const held = await tx
      .selectFrom("stream_positions")
      .select("committed_at")
      .where("org_id", "=", orgId)
      .where("channel", "=", channel)
      .executeTakeFirst();
    await tx
      .updateTable("stream_positions")
      .set({ position: "" })
      .where("org_id", "=", orgId)
      .where("channel", "=", channel)
      .execute();
    await tx
      .insertInto("gaps")
      .values(gap(orgId, now, kind, detail, held?.committed_at ?? null))
      .execute();
  });
}

/**
 * From the last look that was complete, changes may have been missed: we read the lost ones once the org is served
 * again. One open gap of a kind is enough, the earliest.
 */
export async function recordLoss(
  store: Store,
  orgId: string,
  lease: Held | null,
  now: number,
  kind: string,
  detail: string,
  since: number | null,
): Promise<void> {
  await underLease(store, orgId, lease, async (tx) => {
    const open = await tx
      .selectFrom("gaps")
      .select("id")
      .where("org_id", "=", orgId)
      .where("kind", "=", kind)
      .where("repaired_at", "is", null)
      .executeTakeFirst();
    if (open === undefined)
      await tx
        .insertInto("gaps")
        .values(gap(orgId, now, kind, detail.slice(0, 500), since))
        .execute();
  });
}

const gap = (
  orgId: string,
  now: number,
  kind: string,
  detail: string,
  since: number | null,
): Insertable<GapTable> => ({ org_id: orgId, noticed_at: now, kind, detail, since, repaired_at: null });
