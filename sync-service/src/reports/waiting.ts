import { compilePolicy, contractAt, readClock, type Policy, type SlaClock } from "c/slaEngine";
import type { Kysely } from "kysely";
import { zoneOrUtc } from "../zones/zones.ts";
import { contractsBy } from "../clocks/contracts.ts";
import { attempt } from "./attempt.ts";
import { textMatches } from "./case-search.ts";
import type { Database } from "../store/schema.ts";

/** A case that waits for its acknowledgement. It has all that a page needs to count down without asking again. */
export interface WaitingCase {
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
  dueAt: number;
  /** Coverage left in ms. It is negative for an overdue case. */
  remaining: number;
  /** Used share of the target: 1 is the due instant. */
  share: number;
  /** Whether coverage is open now. `changesAt` says when that changes; null: not before the case is due. */
  open: boolean;
  changesAt: number | null;
  timeZone: string;
  /** The place whose time it is, as people call it. */
  place: { es: string; en: string };
  /** Local time minus UTC at `dueAt` and at `changesAt`, in ms. We send it because a browser's time zone data may be old. */
  dueOffset: number;
  changesOffset: number | null;
  needsQuote: boolean;
  channelNotCovered: boolean;
}

export interface WaitingQuery {
  orgId?: string | undefined;
  priority?: string | undefined;
  state?: "overdue" | "atRisk" | "running" | undefined;
  /** Part of the number, the subject or the client's name. */
  text?: string | undefined;
  offset: number;
  limit: number;
}

/** Lists the waiting cases, the most urgent first: the longest overdue, then the next due. */
export async function waitingCases(
  db: Kysely<Database>,
  { orgId, priority, state, text, offset, limit }: WaitingQuery,
  now: number,
): Promise<{ total: number; cases: WaitingCase[] }> {
  let query = db
    .selectFrom("clocks")
    .innerJoin("orgs", "orgs.id", "clocks.org_id")
    .where("clocks.ended_at", "is", null)
    .where("clocks.due_at", "is not", null);
  if (orgId !== undefined) query = query.where("clocks.org_id", "=", orgId);
  if (priority !== undefined) query = query.where("clocks.effective_priority", "=", priority);
  if (state === "overdue") query = query.where("clocks.due_at", "<=", now);
  if (state === "atRisk")
    query = query.where("clocks.status", "=", "At Risk").where("clocks.due_at", ">", now);
  if (state === "running")
    query = query.where("clocks.status", "=", "Running").where("clocks.due_at", ">", now);
  if (text !== undefined) query = query.where(textMatches(text));
  const { total } = await query
    .select(({ fn }) => fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  const rows = await query
    .leftJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "clocks.org_id").onRef("cases.id", "=", "clocks.case_id"),
    )
    .select([
      ...(["clocks.org_id", "clocks.case_id", "clocks.cycle", "clocks.status", "clocks.plan"] as const),
      ...(["clocks.contract_id", "clocks.clock", "clocks.effective_priority"] as const),
      ...(["clocks.started_at", "clocks.due_at", "orgs.name", "orgs.instance_url"] as const),
      ...(["cases.case_number", "cases.subject"] as const),
    ])
    .orderBy("clocks.due_at")
    .orderBy("clocks.org_id")
    .orderBy("clocks.case_id")
    .limit(limit)
    .offset(offset)
    .execute();
  const contracts = await contractsBy(db, [...new Set(rows.map((r) => r.org_id))]);
  const cases = rows.map((row): WaitingCase => {
    const clock = attempt(() => JSON.parse(row.clock) as SlaClock);
    const contract = contracts.get(`${row.org_id}/${row.contract_id}`);
    const policy = contract && contractAt(contract, row.started_at).policy;
    const timeZone = clock?.explanation?.timeZone ?? "UTC";
    const base = {
      orgId: row.org_id,
      client: row.name,
      caseId: row.case_id,
      cycle: row.cycle,
      caseNumber: row.case_number,
      subject: row.subject,
      url: `${row.instance_url}/lightning/r/Case/${row.case_id}/view`,
      plan: row.plan ?? "",
      priority: row.effective_priority,
      startedAt: row.started_at,
      dueAt: row.due_at!,
      timeZone,
      place: zoneOrUtc(timeZone).place,
      dueOffset: zoneOrUtc(timeZone).offsetAt(row.due_at!),
      changesOffset: null,
      needsQuote: clock?.needsQuote ?? false,
      channelNotCovered: clock?.channelNotCovered ?? false,
    };
    const read = clock && policy && attempt(() => readNow(clock, policy, row.due_at!, now));
    return read
      ? { ...base, ...read }
      : {
          ...base,
          status: row.status,
          remaining: row.due_at! - now,
          share: 0,
          open: true,
          changesAt: null,
        };
  });
  return { total: Number(total), cases };
}

function readNow(clock: SlaClock, policy: Policy, dueAt: number, now: number) {
  const compiled = compilePolicy(policy);
  const { status, remaining, share, open, nextOpening } = readClock(clock, compiled, now);
  const changesAt = open ? closing(clock, compiled, now) : nextOpening;
  const changesOffset = changesAt === null ? null : compiled.zone.offsetAt(changesAt);
  return { status, remaining, share, open, changesAt, changesOffset, dueOffset: compiled.zone.offsetAt(dueAt) };
}

/** We look this far ahead for a change of coverage, in ms. A page opened on Friday evening must not count on Saturday. */
const looksAhead = 36 * 3_600_000;
function closing(clock: SlaClock, compiled: ReturnType<typeof compilePolicy>, now: number): number | null {
  const key = clock.calendars.findLast(({ from }) => from <= now)?.calendar ?? clock.calendars[0]?.calendar;
  if (key === undefined) return null;
  return compiled.calendar(key).segments(now, now + looksAhead).find(({ open }) => !open)?.start ?? null;
}
