import type { Insertable, Transaction } from "kysely";
import {
  computeClocks,
  contractAt,
  type SlaClock,
  type Contract,
  type Fact,
  type Policy,
  type NotCoveredReason,
} from "c/slaEngine";
import { tellConversations, type ClockNews } from "../notices/conversations.ts";
import { tellEndings, type Ending, type Superseded } from "../notices/endings.ts";
import { chunks, enqueue } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";
import { caseKey, changeOf, wantedIn, wantFields, type WantedChange } from "../outbox/write-back.ts";
import { failpoint } from "../failpoints.ts";
import type { CaseKey } from "../case/change.ts";
import { ask, insertMany, rowsBy, together, type ColumnTypes } from "../store/bulk.ts";
import { locksRows } from "../store/dialect.ts";
import type { ClockTable, Database, StepTable } from "../store/schema.ts";
import { contractsToGovern } from "./contracts.ts";
import { corrections } from "./corrections.ts";
import { fieldsOf } from "../case/sla-fields.ts";
import { keep } from "./kept-clock.ts";
import { nextLook } from "./next-look.ts";
import { openingsToTell, tellRaised, type Raised } from "./raised.ts";
import { nobodyWatches, type ClockWatch } from "./troubles.ts";
import { announceClocks } from "./wakeups.ts";

/** The cases per round of statements. It bounds the memory that we use at once. */
const casesAtOnce = 500;

/**
 * The clocks' half of the mirror's transaction (see RecomputeClocks). If we cannot compute the clocks of a case, it
 * keeps its old ones or is not covered. It does not stop the other cases.
 * @param watch called for each case that we could or could not compute
 */
export async function recomputeClocks(
  tx: Transaction<Database>,
  cases: readonly CaseKey[],
  now: number,
  watch: ClockWatch = nobodyWatches,
): Promise<void> {
  for (const [orgId, caseIds] of byOrg(cases))
    for (const some of chunks(caseIds, casesAtOnce)) await recomputeSome(tx, orgId, some, now, watch);
}

function byOrg(cases: readonly CaseKey[]): Map<string, string[]> {
  const orgs = new Map<string, Set<string>>();
  for (const { orgId, caseId } of cases) {
    const ids = orgs.get(orgId) ?? new Set();
    orgs.set(orgId, ids.add(caseId));
  }
  // we sort, so that two transactions lock the same rows in the same order
  return new Map([...orgs].map(([orgId, ids]) => [orgId, [...ids].sort()]));
}

/** True if the last known fact closed or deleted the case. */
function isOver(facts: readonly Fact[]): boolean {
  const telling = facts.filter((f) => f.kind === "status" || f.kind === "deleted" || f.kind === "undeleted");
  const last = telling.reduce<Fact | null>(
    (latest, f) => (latest === null || f.at >= latest.at ? f : latest),
    null,
  );
  return last !== null && (last.kind === "deleted" || (last.kind === "status" && last.closed));
}

const groupBy = <T extends { case_id: string }>(rows: readonly T[]) =>
  Map.groupBy(rows, (row) => row.case_id);

async function recomputeSome(
  tx: Transaction<Database>,
  orgId: string,
  caseIds: string[],
  now: number,
  watch: ClockWatch,
): Promise<void> {
  // We lock the rows until the commit, because firing reads the same rows and must not decide by old values.
  const locked = locksRows(tx) ? "for update" : "";
  const [[org], contracts, clocksThen, factRows, stepRows, wantedThen] = await together(
    tx,
    () =>
      ask(
        tx,
        tx
          .selectFrom("orgs")
          .select(["id", "name", "instance_url", "settings"])
          .where("id", "=", orgId)
          .compile(),
      ),
    () => contractsToGovern(tx, orgId),
    () => rowsBy(tx, "clocks", orgId, ["case_id", caseIds], null, locked),
    () => rowsBy(tx, "facts", orgId, ["case_id", caseIds], ["case_id", "fact"]),
    () => rowsBy(tx, "steps", orgId, ["case_id", caseIds]),
    () => rowsBy(tx, "write_backs", orgId, ["case_id", caseIds]),
  );
  if (org === undefined) return;
  const clocksBefore = groupBy(clocksThen);
  const facts = groupBy(factRows);
  const steps = groupBy(stepRows.sort((a, b) => a.due_at - b.due_at));
  const wantedBefore = new Map(wantedThen.map((row) => [caseKey(row.org_id, row.case_id), wantedIn(row)]));

  const rows: Insertable<ClockTable>[] = [];
  const gone: { caseId: string; cycle: number }[] = [];
  const wants: WantedChange[] = [];
  const endings: Ending[] = [];
  const superseded: Superseded[] = [];
  const raised: Raised[] = [];
  const news: ClockNews[] = [];

  for (const caseId of caseIds) {
    const known: KnownOfCase = {
      ...{ orgId, caseId, contracts, now },
      clocks: clocksBefore.get(caseId) ?? [],
      facts: facts.get(caseId) ?? [],
      steps: steps.get(caseId) ?? [],
      wanted: wantedBefore.get(caseKey(orgId, caseId)),
    };
    const computed = tried(known, watch);
    if (computed === null) continue;
    rows.push(...computed.rows);
    gone.push(...computed.gone.map((cycle) => ({ caseId, cycle })));
    wants.push(...computed.wants);
    endings.push(...computed.endings);
    superseded.push(...computed.superseded);
    raised.push(...computed.raised);
    if (computed.news !== null) news.push(computed.news);
  }

  await insertMany(tx, "clocks", clockColumns, rows, overClock);
  for (const { caseId, cycle } of gone)
    await tx
      .deleteFrom("clocks")
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .where("cycle", "=", cycle)
      .execute();
  for (const { caseId, cycle, step } of superseded)
    await tx
      .updateTable("steps")
      .set({ superseded_at: now })
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .where("cycle", "=", cycle)
      .where("step", "=", step)
      .where("superseded_at", "is", null)
      .execute();
  failpoint("recompute.clocksWritten");

  const { dryRun } = settingsOf(org.settings);
  const telling = [
    ...(await tellEndings(tx, orgId, endings, superseded, now, dryRun)),
    ...(await tellRaised(tx, org, raised, now)),
    ...(await tellConversations(tx, orgId, news, endings)),
  ];
  const earliest = rows.reduce((least, row) => Math.min(least, row.next_at ?? Infinity), Infinity);
  await together(
    tx,
    () => enqueue(tx, telling, now, () => dryRun),
    () => wantFields(tx, wants, now, () => dryRun),
    () => announceClocks(tx, earliest),
  );
}

/** The stored data of a case from which we compute its clocks. */
interface KnownOfCase {
  orgId: string;
  caseId: string;
  contracts: readonly Contract[];
  now: number;
  clocks: readonly ClockTable[];
  facts: readonly { fact: string }[];
  steps: readonly StepTable[];
  wanted: ReturnType<typeof wantedIn> | undefined;
}

/** The new clocks of a case. The caller stores them. */
interface Computed {
  rows: ReturnType<typeof rowOf>[];
  /** Cycles that do not exist any more. */
  gone: number[];
  wants: WantedChange[];
  endings: Ending[];
  superseded: Superseded[];
  raised: Raised[];
  /** What the current clock says that it did not say before; null: nothing. */
  news: ClockNews | null;
}

/** null: the case keeps its old clocks. */
function tried(known: KnownOfCase, watch: ClockWatch): Computed | null {
  const { orgId, caseId } = known;
  try {
    const computed = compute(known);
    for (const { cycle } of [...computed.rows, ...known.clocks]) watch.worked({ orgId, caseId, cycle });
    return computed;
  } catch (error) {
    watch.failed({ orgId, caseId, cycle: known.clocks.at(-1)?.cycle ?? 1 }, error);
    if (known.clocks.length > 0) return null;
  }
  try {
    // a case without clocks still gets one, with the reason why the contract promises nothing
    return compute({ ...known, contracts: [] }, "unreadablePolicy");
  } catch {
    return null;
  }
}

/** Two clocks that tell the same instant may be this far apart, ms. */
const clocksApart = 5_000;

/**
 * A commit of the org has happened, although its clock may be a little ahead of ours. Else a new case would start
 * at our instant, and keep that start until its next change.
 */
const orgsNow = (facts: readonly Fact[], now: number): number =>
  facts.reduce((latest, { at }) => (at <= now + clocksApart ? Math.max(latest, at) : latest), now);

function compute(known: KnownOfCase, notCovered?: NotCoveredReason): Computed {
  const { orgId, caseId, contracts, now, wanted } = known;
  const result: Computed = {
    rows: [],
    gone: [],
    wants: [],
    endings: [],
    superseded: [],
    raised: [],
    news: null,
  };
  const caseFacts = known.facts.map((row) => JSON.parse(row.fact) as Fact);
  const by = orgsNow(caseFacts, now);
  const clocks = computeClocks(caseFacts, contracts, by).map((clock) =>
    notCovered === undefined ? clock : { ...clock, notCovered },
  );
  const before = new Map(known.clocks.map((row) => [row.cycle, row]));
  const latest = clocks.at(-1);
  const then = latest && before.get(latest.cycle);
  if (latest !== undefined && (then === undefined || then.due_at !== latest.dueAt))
    result.news = { caseId, clock: latest, was: then, policy: policyOf(latest, contracts) };
  const undone = corrections(caseFacts, contracts, clocks, known.steps, by);
  // we ignore steps that did not hold, so that they can be taken at their true instant
  const standing = known.steps.filter((s) => s.superseded_at === null && !undone.includes(s));
  const recorded = Map.groupBy(standing, (row) => row.cycle);
  for (const clock of clocks) {
    const names = new Set(recorded.get(clock.cycle)?.map((s) => s.step));
    const row = rowOf(orgId, caseId, clock, names, now, contracts);
    const was = before.get(clock.cycle);
    if (was === undefined || !sameRow(was, row)) result.rows.push(row);
    const over = clock.endedAt !== null && (clock.acknowledgedAt === null || isOver(caseFacts));
    if (clock.endedAt !== null && was !== undefined && (was.ended_at === null || over))
      result.endings.push({ caseId, clock, over });
    const contract = contracts.find(({ id }) => id === clock.contractId);
    const policy = contract && contractAt(contract, clock.startedAt).policy;
    const openings = openingsToTell(was, clock, policy, known.steps, now);
    if (openings.length > 0)
      result.raised.push({ ...{ caseId, clock, openings }, policy: policy!, from: was!.effective_priority! });
    before.delete(clock.cycle);
  }
  result.gone.push(...before.keys());
  for (const { cycle, step, due_at, earlier } of undone)
    result.superseded.push({
      ...{ caseId, cycle, step, againAt: earlier === null ? null : due_at },
      dueAt: clocks.find((clock) => clock.cycle === cycle)?.dueAt ?? null,
    });

  const current = clocks.at(-1);
  if (current === undefined) return result;
  // an equal clock wants equal fields
  const same = result.rows.length === 0 && before.size === 0 && undone.length === 0;
  if (same && wanted !== undefined) return result;
  const speaking = (recorded.get(current.cycle) ?? []).filter((s) => s.outcome === "acted");
  const fields = fieldsOf(
    current,
    speaking.at(-1)?.step ?? null,
    wanted?.wanted ?? null,
    clocks.slice(0, -1),
  );
  const change = changeOf({ orgId, caseId, fields }, wanted);
  if (change !== null) result.wants.push(change);
  return result;
}

function policyOf(clock: SlaClock, contracts: readonly Contract[]): Policy | undefined {
  const contract = contracts.find(({ id }) => id === clock.contractId);
  return contract && contractAt(contract, clock.startedAt).policy;
}

const clockColumns: ColumnTypes<ClockTable> = {
  org_id: "text",
  case_id: "text",
  cycle: "integer",
  status: "text",
  contract_id: "text",
  plan: "text",
  effective_priority: "text",
  started_at: "bigint",
  due_at: "bigint",
  target_ms: "bigint",
  ended_at: "bigint",
  acknowledged_at: "bigint",
  acknowledged_by: "text",
  elapsed_ms: "bigint",
  next_at: "bigint",
  clock: "text",
  updated_at: "bigint",
};
const key = new Set(["org_id", "case_id", "cycle"]);
const overClock = `on conflict (org_id, case_id, cycle) do update set ${Object.keys(clockColumns)
  .filter((column) => !key.has(column))
  .map((column) => `${column} = excluded.${column}`)
  .join(", ")}`;

function rowOf(
  orgId: string,
  caseId: string,
  clock: SlaClock,
  recorded: ReadonlySet<string>,
  now: number,
  contracts: readonly { id: string; policy: { plan: string } }[],
) {
  return {
    org_id: orgId,
    case_id: caseId,
    cycle: clock.cycle,
    status: clock.status,
    contract_id: clock.contractId,
    plan: clock.explanation?.plan ?? contracts.find((c) => c.id === clock.contractId)?.policy.plan ?? null,
    effective_priority: clock.effectivePriority,
    started_at: clock.startedAt,
    due_at: clock.dueAt,
    target_ms: clock.target,
    ended_at: clock.endedAt,
    acknowledged_at: clock.acknowledgedAt,
    acknowledged_by: clock.acknowledgedBy?.userId ?? null,
    elapsed_ms: clock.endedAt === null ? null : clock.elapsed,
    next_at: nextLook(clock, recorded, now),
    clock: keep(clock),
    updated_at: now,
  };
}

const sameRow = (a: ClockTable, b: ReturnType<typeof rowOf>) =>
  a.clock === b.clock && a.status === b.status && a.next_at === b.next_at && a.plan === b.plan;
