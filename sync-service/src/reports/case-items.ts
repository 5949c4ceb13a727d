import type { Text } from "c/slaEngine";
import type { Kysely } from "kysely";
import { allChannels, channelNamed } from "../channels/registry.ts";
import type { Database } from "../store/schema.ts";
import type { Moment } from "./moment.ts";

/** One message or write that the service decided for a case. */
export interface CaseItem {
  kind: string;
  channel: Text;
  /** Whether it tells a person. The others write to the case, or follow an earlier message. */
  tells: boolean;
  /** The step that it is about. null: it is about no step. */
  step: Text | null;
  /** "step", "correction" or "ended", if it is news about the case. */
  about: string | null;
  /** Whom it is for: the name, and the address in the channel's own form. */
  name: string | null;
  address: string | null;
  decidedAt: Moment;
  /** "pending", "sending", "delivered", "dead", "discarded" or "withheld" */
  state: string;
  deliveredAt: Moment | null;
  attempts: number;
  reason: string | null;
  /** What the channel says became of it: "sent", "delivered", "read" or "failed". null: it says nothing. */
  arrival: { status: string; at: Moment; reason: string | null } | null;
}

const telling = new Set(allChannels.flatMap(({ tells }) => tells));

interface Payload {
  about?: string;
  stepLabel?: Text;
  name?: string;
  address?: string;
  to?: { queue: string } | { user: string };
}

/** Lists the items of one case, the latest first. */
export async function caseItems(
  db: Kysely<Database>,
  {
    orgId,
    caseId,
    limit,
    moment,
  }: { orgId: string; caseId: string; limit: number; moment: (at: number) => Moment },
): Promise<CaseItem[]> {
  const rows = await db
    .selectFrom("outbox")
    .select(["key", "destination", "kind", "payload", "created_at", "state", "attempts", "last_error"])
    .select("delivered_at")
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  const arrivals = await arrivalsOf(
    db,
    rows.map(({ key }) => key),
  );
  return rows.map((row): CaseItem => {
    const { about, stepLabel, name, address, to } = JSON.parse(row.payload) as Payload;
    const [channel = ""] = row.destination.split(":", 1);
    const arrival = arrivals.get(row.key);
    return {
      kind: row.kind,
      channel: channelNamed(channel)?.label ?? { es: channel, en: channel },
      tells: telling.has(row.kind),
      step: stepLabel ?? null,
      about: about ?? null,
      name: name ?? null,
      address: address ?? (to === undefined ? null : "queue" in to ? to.queue : to.user),
      decidedAt: moment(row.created_at),
      state: row.state,
      deliveredAt: row.state === "delivered" && row.delivered_at !== null ? moment(row.delivered_at) : null,
      attempts: row.attempts,
      reason: row.last_error,
      arrival:
        arrival === undefined
          ? null
          : { status: arrival.status, at: moment(arrival.at), reason: arrival.reason },
    };
  });
}

async function arrivalsOf(db: Kysely<Database>, keys: readonly string[]) {
  if (keys.length === 0) return new Map<string, never>();
  const rows = await db
    .selectFrom("said")
    .select(["outbox_key", "status", "at", "reason"])
    .where("outbox_key", "in", keys)
    .orderBy("at")
    .execute();
  return new Map(rows.map((row) => [row.outbox_key!, row]));
}
