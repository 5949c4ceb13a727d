import { WAITING_STATES, type Fact } from "c/slaEngine";
import type { OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { Store } from "../store/open.ts";
import type { OrgMirror } from "./org-mirror.ts";
import { longestTransaction, readReplies } from "./read.ts";
import type { CaseSnapshot } from "./snapshot.ts";

/**
 * Events of comments and emails cannot be filtered by contract. So we query those of waiting cases, 300 cases at
 * once.
 * @param since when they were last looked for, ms; null: never by this process
 * @returns how many cases have new ones
 */
export async function readWaitingReplies(
  store: Store,
  mirror: OrgMirror,
  connection: OrgConnection,
  since: number | null,
): Promise<number> {
  const waiting = await store.db
    .selectFrom("clocks")
    .innerJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "clocks.org_id").onRef("cases.id", "=", "clocks.case_id"),
    )
    .select("cases.id")
    .distinct()
    .where("clocks.org_id", "=", connection.org.id)
    .where("clocks.acknowledged_at", "is", null)
    .where("clocks.status", "in", WAITING_STATES)
    .where("cases.is_deleted", "=", 0)
    .where("cases.contract_id", "is not", null)
    .execute();
  if (waiting.length === 0) return 0;
  const replies = await readReplies(
    connection,
    waiting.map((row) => row.id),
    since === null ? null : since - longestTransaction,
  );
  if (replies.size === 0) return 0;
  const fresh = await unknownOnly(store, connection.org.id, replies);
  if (fresh.size > 0) await mirror.takeReplies(fresh);
  return fresh.size;
}

type Replies = Map<string, CaseSnapshot["replies"]>;

async function unknownOnly(store: Store, orgId: string, replies: Replies): Promise<Replies> {
  const rows = await store.db
    .selectFrom("facts")
    .select(["case_id", "id"])
    .where("org_id", "=", orgId)
    .where("kind", "=", "reply" satisfies Fact["kind"])
    .where(among(store.db, "case_id", [...replies.keys()]))
    .execute();
  const known = new Set(rows.map((row) => row.id));
  const fresh: Replies = new Map();
  for (const [caseId, list] of replies) {
    const unknown = list.filter((reply) => !known.has(`${reply.via}:${reply.id}`));
    if (unknown.length > 0) fresh.set(caseId, unknown);
  }
  return fresh;
}
