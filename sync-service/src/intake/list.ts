import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import type { IntakeMessage } from "./message.ts";

/** A message of a client, as operators see it. */
export interface ListedMessage {
  id: number;
  channel: string;
  kind: string;
  orgId: string | null;
  sender: string;
  takenAt: number;
  state: string;
  /** Why it opened no case: `unknown`, `several`, `notInPlan`, `notForPriority`, `noContract`, `dryRun`, `automatic`, `spam`, `forged`, `withdrawn`. */
  why: string | null;
  caseId: string | null;
  text: string;
}

export interface MessageFilter {
  state?: string | undefined;
  orgId?: string | undefined;
  /** Only messages before this id: use it for the next page. */
  before?: number | undefined;
  limit?: number | undefined;
}

/** The messages that clients wrote, the newest first. */
export async function listMessages(
  db: Kysely<Database>,
  filter: MessageFilter = {},
): Promise<ListedMessage[]> {
  let query = db
    .selectFrom("intakes")
    .selectAll()
    .orderBy("id", "desc")
    .limit(filter.limit ?? 100);
  if (filter.state !== undefined) query = query.where("state", "=", filter.state);
  if (filter.orgId !== undefined) query = query.where("org_id", "=", filter.orgId);
  if (filter.before !== undefined) query = query.where("id", "<", filter.before);
  return (await query.execute()).map((row) => ({
    ...{ id: row.id, channel: row.channel, kind: row.kind, orgId: row.org_id, sender: row.sender },
    ...{ takenAt: row.taken_at, state: row.state, why: row.why, caseId: row.case_id },
    text: (JSON.parse(row.message) as IntakeMessage).text,
  }));
}
