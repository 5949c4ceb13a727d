import { sql, type Kysely } from "kysely";
import {
  compilePolicy,
  computeClocks,
  contractAt,
  readClock,
  type SlaClock,
  type Contract,
  type Fact,
  type Policy,
} from "c/slaEngine";
import type { GroupedClock } from "c/slaReporting";
import { contractsBy, contractsOf } from "../clocks/contracts.ts";
import type { Database } from "../store/schema.ts";
import { attempt } from "./attempt.ts";
import { boundsOf, monthOf, type Period } from "./months.ts";
import { recordedCases } from "./replay.ts";

/** A clock as reports use it. Durations are coverage in ms. */
export interface ReportClock extends Omit<GroupedClock, "zone"> {
  /** The contract's time zone, because a month begins and ends there. */
  timeZone: string;
  caseId: string;
  cycle: number;
  contractId: string;
  /** The Salesforce id of the user who acknowledged. */
  acknowledgedBy: string | null;
  /** The month in which the clock started, `YYYY-MM`, in the contract's time zone. */
  month: string;
  /** Coverage from the start to the cycle's last closing. null: nobody closed the case in this cycle. */
  resolved: number | null;
}

export interface ClocksQuery {
  /** null means all orgs. */
  orgIds: readonly string[] | null;
  period: Period;
  /** Also computes `resolved`, which needs one more query over the facts. */
  resolution?: boolean;
  /** Set it when `asOf` is in the past: clocks are then recomputed from the facts known up to that instant. */
  replay?: boolean;
}

/**
 * The clocks that started in these months. A clock that still runs has its `elapsed` at `asOf`.
 * Clocks with the status Not Covered are left out, because the contract promises nothing for them.
 */
export function reportClocks(db: Kysely<Database>, query: ClocksQuery, asOf: number): Promise<ReportClock[]> {
  if (query.orgIds?.length === 0) return Promise.resolve([]);
  return query.replay ? replayedClocks(db, query, asOf) : storedClocks(db, query, asOf);
}

async function storedClocks(
  db: Kysely<Database>,
  { orgIds, period, resolution = false }: ClocksQuery,
  asOf: number,
): Promise<ReportClock[]> {
  const [from, to] = boundsOf(period);
  let query = db
    .selectFrom("clocks")
    .select([
      ...(["org_id", "case_id", "cycle", "status", "contract_id", "plan", "effective_priority"] as const),
      ...(["started_at", "due_at", "target_ms", "ended_at", "acknowledged_by", "elapsed_ms"] as const),
      // only running and cancelled clocks need the whole JSON: it is long, and most rows can do without it
      sql<string | null>`case when ended_at is null or status = 'Cancelled' then clock end`.as("clock"),
    ])
    .where("started_at", ">=", from)
    .where("started_at", "<", to)
    .where("due_at", "is not", null)
    .orderBy("org_id")
    .orderBy("case_id")
    .orderBy("cycle");
  if (orgIds !== null) query = query.where("org_id", "in", orgIds);
  const rows = await query.execute();
  const contracts = await contractsBy(db, orgIds);
  const closings = resolution ? await closingsOf(db, orgIds, from, asOf) : null;

  const clocks: ReportClock[] = [];
  for (const [at, row] of rows.entries()) {
    const contract = contracts.get(`${row.org_id}/${row.contract_id}`);
    const policy = contract && contractAt(contract, row.started_at).policy;
    const timeZone = policy?.timeZone ?? "UTC";
    const month = monthOf(timeZone, row.started_at);
    if (month < period.from || month > period.to) continue;
    const clock = row.clock === null ? null : attempt(() => JSON.parse(row.clock!) as SlaClock);
    const running = row.ended_at === null && clock !== null && policy !== undefined;
    const reading = running ? attempt(() => readClock(clock, compilePolicy(policy), asOf)) : null;
    const next = rows[at + 1];
    const until = next?.org_id === row.org_id && next.case_id === row.case_id ? next.started_at : Infinity;
    clocks.push({
      org: row.org_id,
      plan: row.plan ?? "",
      timeZone,
      caseId: row.case_id,
      cycle: row.cycle,
      contractId: row.contract_id ?? "",
      status: reading?.status ?? (row.status as SlaClock["status"]),
      startedAt: row.started_at,
      dueAt: row.due_at,
      target: row.target_ms,
      elapsed: reading?.elapsed ?? row.elapsed_ms,
      endedAt: row.ended_at,
      endReason: clock?.endReason ?? null,
      effectivePriority: row.effective_priority,
      acknowledgedBy: row.acknowledged_by,
      month,
      resolved:
        closings === null || policy === undefined
          ? null
          : resolvedIn(
              policy,
              row.effective_priority,
              row.started_at,
              until,
              closings.get(`${row.org_id}/${row.case_id}`) ?? [],
            ),
    });
  }
  return clocks;
}

async function replayedClocks(
  db: Kysely<Database>,
  { orgIds, period }: ClocksQuery,
  asOf: number,
): Promise<ReportClock[]> {
  const contracts = new Map<string, Contract[]>();
  const clocks: ReportClock[] = [];
  for await (const some of recordedCases(db, orgIds, period))
    for (const { orgId, caseId, facts } of some) {
      if (!contracts.has(orgId)) contracts.set(orgId, await contractsOf(db, orgId));
      const own = contracts.get(orgId)!;
      const known = facts.filter(({ at }) => at <= asOf);
      const cycles = attempt(() => computeClocks(known, own, asOf)) ?? [];
      for (const [n, clock] of cycles.entries()) {
        const { explanation, startedAt, effectivePriority } = clock;
        if (explanation === null || clock.dueAt === null) continue;
        const month = monthOf(explanation.timeZone, startedAt);
        if (month < period.from || month > period.to) continue;
        const contract = own.find(({ id }) => id === clock.contractId);
        clocks.push({
          org: orgId,
          plan: explanation.plan,
          timeZone: explanation.timeZone,
          caseId,
          cycle: clock.cycle,
          contractId: clock.contractId ?? "",
          status: clock.status,
          startedAt,
          dueAt: clock.dueAt,
          target: clock.target,
          elapsed: clock.elapsed,
          endedAt: clock.endedAt,
          endReason: clock.endReason,
          effectivePriority,
          acknowledgedBy: clock.acknowledgedBy?.userId ?? null,
          month,
          resolved:
            contract === undefined
              ? null
              : resolvedIn(
                  contractAt(contract, startedAt).policy,
                  effectivePriority,
                  startedAt,
                  cycles[n + 1]?.startedAt ?? Infinity,
                  closingsAmong(known),
                ),
        });
      }
    }
  return clocks;
}

/** The instants at which each case was closed, ascending, by org and case. */
async function closingsOf(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
  from: number,
  to: number,
): Promise<Map<string, number[]>> {
  let query = db
    .selectFrom("facts")
    .select(["org_id", "case_id", "at"])
    .where("kind", "=", "status")
    .where("at", ">=", from)
    .where("at", "<=", to)
    .where("fact", "like", '%"closed":true%')
    .orderBy("at");
  if (orgIds !== null) query = query.where("org_id", "in", orgIds);
  const closings = new Map<string, number[]>();
  for (const { org_id, case_id, at } of await query.execute()) {
    const key = `${org_id}/${case_id}`;
    const known = closings.get(key);
    if (known) known.push(at);
    else closings.set(key, [at]);
  }
  return closings;
}

const closingsAmong = (facts: readonly Fact[]) =>
  facts
    .flatMap((fact) => (fact.kind === "status" && fact.closed ? [fact.at] : []))
    .sort((a, b) => a - b);

/** We take the last closing, because a case that a consultant reopens stays in the same cycle. */
function resolvedIn(
  policy: Policy,
  priority: string,
  startedAt: number,
  until: number,
  closings: readonly number[],
): number | null {
  const closed = closings.findLast((at) => at >= startedAt && at < until);
  const calendar = policy.targets[priority]?.calendar;
  if (closed === undefined || calendar === undefined) return null;
  return attempt(() => compilePolicy(policy).calendar(calendar).elapsed(startedAt, closed));
}
