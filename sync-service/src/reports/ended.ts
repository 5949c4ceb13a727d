import { sql, type Kysely } from "kysely";
import { textMatches } from "./case-search.ts";
import type { Database } from "../store/schema.ts";
import { zoneOrUtc } from "../zones/zones.ts";
import { contractAt } from "c/slaEngine";
import { contractsBy } from "../clocks/contracts.ts";

/** A case whose clock ended: acknowledged, breached and closed, or cancelled. */
export interface EndedCase {
  orgId: string;
  client: string;
  caseId: string;
  cycle: number;
  caseNumber: string | null;
  subject: string | null;
  url: string;
  plan: string;
  priority: string;
  status: string;
  startedAt: number;
  /** null: the case is not covered. */
  dueAt: number | null;
  endedAt: number | null;
  /** Local time minus UTC at `endedAt`, in ms. */
  endedOffset: number | null;
  /** The place whose time it is, as people call it. */
  place: { es: string; en: string };
  /** The name of the person who acknowledged. null: nobody did, or the service does not know the name. */
  acknowledgedBy: string | null;
  /** Coverage used until the end, in ms. */
  elapsed: number | null;
}

export interface EndedQuery {
  /** Cases that are not covered have no clock to end. */
  state?: "ended" | "notCovered" | undefined;
  orgId?: string | undefined;
  priority?: string | undefined;
  /** Part of the number, the subject or the client's name. */
  text?: string | undefined;
  offset: number;
  limit: number;
}

/** Lists the cases that do not wait: whose clock ended, or that are not covered. The latest comes first. */
export async function endedCases(
  db: Kysely<Database>,
  { orgId, priority, state, text, offset, limit }: EndedQuery,
  _now: number,
): Promise<{ total: number; cases: EndedCase[] }> {
  let query = db.selectFrom("clocks").innerJoin("orgs", "orgs.id", "clocks.org_id");
  query =
    state === "notCovered"
      ? query.where("clocks.due_at", "is", null)
      : query.where("clocks.ended_at", "is not", null).where("clocks.due_at", "is not", null);
  if (orgId !== undefined) query = query.where("clocks.org_id", "=", orgId);
  if (priority !== undefined) query = query.where("clocks.effective_priority", "=", priority);
  if (text !== undefined) query = query.where(textMatches(text));
  const { total } = await query
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const rows = await query
    .leftJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "clocks.org_id").onRef("cases.id", "=", "clocks.case_id"),
    )
    .leftJoin("people", (join) =>
      join.onRef("people.org_id", "=", "clocks.org_id").onRef("people.user_id", "=", "clocks.acknowledged_by"),
    )
    .select([
      ...(["clocks.org_id", "clocks.case_id", "clocks.cycle", "clocks.status", "clocks.plan"] as const),
      ...(["clocks.contract_id", "clocks.effective_priority", "clocks.elapsed_ms"] as const),
      ...(["clocks.started_at", "clocks.due_at", "clocks.ended_at", "orgs.instance_url"] as const),
      ...(["cases.case_number", "cases.subject", "orgs.name as client"] as const),
      sql<string | null>`people.name`.as("by"),
    ])
    .orderBy(state === "notCovered" ? "clocks.started_at" : "clocks.ended_at", "desc")
    .orderBy("clocks.org_id")
    .orderBy("clocks.case_id")
    .orderBy("clocks.cycle")
    .limit(limit)
    .offset(offset)
    .execute();
  const contracts = await contractsBy(db, [...new Set(rows.map((row) => row.org_id))]);
  const cases = rows.map((row): EndedCase => {
    const contract = contracts.get(`${row.org_id}/${row.contract_id}`);
    const zone = zoneOrUtc(contract && contractAt(contract, row.started_at).policy.timeZone);
    return {
      orgId: row.org_id,
      client: row.client,
      caseId: row.case_id,
      cycle: row.cycle,
      caseNumber: row.case_number,
      subject: row.subject,
      url: `${row.instance_url}/lightning/r/Case/${row.case_id}/view`,
      plan: row.plan ?? "",
      priority: row.effective_priority,
      status: row.status,
      startedAt: row.started_at,
      dueAt: row.due_at,
      endedAt: row.ended_at,
      endedOffset: row.ended_at === null ? null : zone.offsetAt(row.ended_at),
      place: zone.place,
      acknowledgedBy: row.by,
      elapsed: row.elapsed_ms,
    };
  });
  return { total: Number(total), cases };
}
