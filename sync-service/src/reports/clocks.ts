import { sql, type Kysely } from "kysely";
import {
  compilePolicy,
  contractAt,
  fromWallClock,
  readClock,
  wallClock,
  type Clock,
  type Policy,
} from "c/slaEngine";
import type { GroupedClock } from "c/slaReporting";
import { contractsBy } from "../clocks/contracts.ts";
import type { Database } from "../store/schema.ts";

/** A clock as reports take it. Durations are coverage, ms. */
export interface ReportClock extends GroupedClock {
  caseId: string;
  cycle: number;
  contractId: string;
  /** Salesforce's id of who acknowledged. */
  acknowledgedBy: string | null;
  /** `YYYY-MM` of the start, in the contract's time zone. */
  month: string;
  /** Coverage from the start to the cycle's last closing; null while it was never closed. */
  resolved: number | null;
}

export interface Period {
  /** `YYYY-MM`, both included. */
  from: string;
  to: string;
}

/** No zone is further than this from UTC. */
const farthestZone = 15 * 3_600_000;

/** The months' bounds in whichever zone, ms. */
export function boundsOf({ from, to }: Period): [from: number, to: number] {
  return [Date.parse(`${from}-01T00:00:00Z`) - farthestZone, Date.parse(`${monthAfter(to)}-01T00:00:00Z`) + farthestZone];
}

export function monthAfter(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}
export function monthBefore(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, "0")}`;
}

/**
 * The local month of an instant. Months are looked up by their bounds: asking the zone for every one of a hundred
 * thousand instants would take seconds.
 */
export function monthOf(timeZone: string, at: number): string {
  let months = known.get(timeZone);
  if (months === undefined) known.set(timeZone, (months = []));
  let month = months.find(({ start, end }) => at >= start && at < end);
  if (month === undefined) {
    const name = wallClock(timeZone, at).date.slice(0, 7);
    month = {
      name,
      start: fromWallClock(timeZone, `${name}-01`, "00:00"),
      end: fromWallClock(timeZone, `${monthAfter(name)}-01`, "00:00"),
    };
    months.push(month);
  }
  return month.name;
}
const known = new Map<string, { name: string; start: number; end: number }[]>();

/**
 * The clocks that started in these months, `elapsed` as of `asOf` where they still run. Not Covered ones have no
 * promise and are left out.
 * @param orgIds null: all orgs
 * @param resolution also reads when cycles were closed, which takes a look at the facts
 */
export async function reportClocks(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
  period: Period,
  asOf: number,
  { resolution = false }: { resolution?: boolean } = {},
): Promise<ReportClock[]> {
  if (orgIds?.length === 0) return [];
  const [from, to] = boundsOf(period);
  let query = db
    .selectFrom("clocks")
    .select([
      ...(["org_id", "case_id", "cycle", "status", "contract_id", "plan", "effective_priority"] as const),
      ...(["started_at", "due_at", "target_ms", "ended_at", "acknowledged_by", "elapsed_ms"] as const),
      // the whole clock is needed of few: those that run, and why a cancelled one ended
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
  const closings = resolution ? await closingsOf(db, orgIds, from) : null;

  const clocks: ReportClock[] = [];
  for (const [at, row] of rows.entries()) {
    const contract = contracts.get(`${row.org_id}/${row.contract_id}`);
    const policy = contract && contractAt(contract, row.started_at).policy;
    const timeZone = policy?.timeZone ?? "UTC";
    const month = monthOf(timeZone, row.started_at);
    if (month < period.from || month > period.to) continue;
    const clock = row.clock === null ? null : (JSON.parse(row.clock) as Clock);
    const running = row.ended_at === null && clock !== null && policy !== undefined;
    const reading = running ? readClock(clock, compilePolicy(policy), asOf) : null;
    const next = rows[at + 1];
    const until = next?.org_id === row.org_id && next.case_id === row.case_id ? next.started_at : Infinity;
    clocks.push({
      org: row.org_id,
      plan: row.plan ?? "",
      timeZone,
      caseId: row.case_id,
      cycle: row.cycle,
      contractId: row.contract_id ?? "",
      status: reading?.status ?? (row.status as Clock["status"]),
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
          : resolvedIn(policy, row, closings.get(`${row.org_id}/${row.case_id}`) ?? [], until),
    });
  }
  return clocks;
}

/** Instants at which cases were closed, ascending, by org and case. */
async function closingsOf(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
  from: number,
): Promise<Map<string, number[]>> {
  let query = db
    .selectFrom("facts")
    .select(["org_id", "case_id", "at"])
    .where("kind", "=", "status")
    .where("at", ">=", from)
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

/** A consultant's reopening starts no cycle, so that the last closing of a cycle is the one that held. */
function resolvedIn(
  policy: Policy,
  row: { started_at: number; effective_priority: string },
  closings: readonly number[],
  until: number,
): number | null {
  const closed = closings.findLast((at) => at >= row.started_at && at < until);
  const calendar = policy.targets[row.effective_priority]?.calendar;
  if (closed === undefined || calendar === undefined) return null;
  return compilePolicy(policy).calendar(calendar).elapsed(row.started_at, closed);
}
