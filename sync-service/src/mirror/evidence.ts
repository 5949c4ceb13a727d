import { WAITING_STATES, type Fact } from "c/slaEngine";
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { OrgConnection } from "../orgs/connection.ts";
import { among } from "../store/bulk.ts";
import type { Store } from "../store/open.ts";
import type { Database } from "../store/schema.ts";
import { caseOfKey } from "./apply.ts";
import type { OrgMirror } from "./org-mirror.ts";
import { longestTransaction, readReplies } from "./read.ts";
import type { CaseSnapshot } from "./snapshot.ts";

/** When replies were last looked for, ms. */
interface LookedFor {
  /** By this process; null: it never did. */
  here: number | null;
  /** By any process; null: nobody ever did. */
  ever: number | null;
}

/**
 * Events of comments and emails cannot be filtered by contract. So we query those of waiting cases, 300 cases at
 * once. A case that was acknowledged since the last look is one of them: it may have had an earlier reply.
 * @returns how many cases have new ones
 */
export async function readWaitingReplies(
  store: Store,
  mirror: OrgMirror,
  connection: OrgConnection,
  { here: since, ever }: LookedFor,
): Promise<number> {
  const { id: orgId } = connection.org;
  const last = ever ?? 0;
  const changed = await casesChangedSince(store, orgId, last);
  const ids = new Set([
    ...(await casesWith(store, orgId, ({ eb, and }) =>
      and([eb("clocks.acknowledged_at", "is", null), eb("clocks.status", "in", WAITING_STATES)]),
    )),
    ...(changed.length === 0
      ? []
      : await casesWith(store, orgId, ({ eb, and }) =>
          and([
            eb("clocks.acknowledged_at", ">=", last - longestTransaction),
            among(store.db, "clocks.case_id", changed),
          ]),
        )),
  ]);
  if (ids.size === 0) return 0;
  const replies = await readReplies(connection, [...ids], since === null ? null : since - longestTransaction);
  if (replies.size === 0) return 0;
  const fresh = await unknownOnly(store, connection.org.id, replies);
  if (fresh.size > 0) await mirror.takeReplies(fresh);
  return fresh.size;
}

async function casesWith(
  { db }: Store,
  orgId: string,
  which: (eb: ExpressionBuilder<Database, "clocks" | "cases">) => Expression<SqlBool>,
): Promise<string[]> {
  const rows = await db
    .selectFrom("clocks")
    .innerJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "clocks.org_id").onRef("cases.id", "=", "clocks.case_id"),
    )
    .select("cases.id")
    .distinct()
    .where("clocks.org_id", "=", orgId)
    .where(which)
    .where("cases.is_deleted", "=", 0)
    .where("cases.contract_id", "is not", null)
    .execute();
  return rows.map(({ id }) => id);
}

async function casesChangedSince(store: Store, orgId: string, since: number): Promise<string[]> {
  const rows = await store.db
    .selectFrom("applied_changes")
    .select("change_key")
    .where("org_id", "=", orgId)
    .where("at", ">=", since)
    .execute();
  return [...new Set(rows.map(({ change_key }) => caseOfKey(change_key)))];
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
