import type { Insertable, Transaction } from "kysely";
import { computeClocks, type Clock, type Fact } from "c/slaEngine";
import { tellEndings, type Ending, type Superseded } from "../notices/endings.ts";
import { chunks, enqueue } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";
import { caseKey, changeOf, wantedIn, wantFields, type WantedChange } from "../outbox/write-back.ts";
import { failpoint } from "../failpoints.ts";
import type { CaseKey, RecomputeClocks } from "../case/change.ts";
import { ask, insertMany, rowsBy, together, type ColumnTypes } from "../store/bulk.ts";
import { locksRows } from "../store/dialect.ts";
import type { ClockTable, Database } from "../store/schema.ts";
import { contractsOf } from "./contracts.ts";
import { corrections } from "./corrections.ts";
import { fieldsOf } from "../case/sla-fields.ts";
import { keep } from "./kept-clock.ts";
import { nextLook } from "./next-look.ts";
import { announceClocks } from "./wakeups.ts";

/** Cases per round of statements: bounds what is held in memory at once. */
const casesAtOnce = 500;

/** The clocks' half of the mirror's transaction. See RecomputeClocks. */
export const recomputeClocks: RecomputeClocks = async (tx, cases, now) => {
  for (const [orgId, caseIds] of byOrg(cases))
    for (const some of chunks(caseIds, casesAtOnce)) await recomputeSome(tx, orgId, some, now);
};

function byOrg(cases: readonly CaseKey[]): Map<string, string[]> {
  const orgs = new Map<string, Set<string>>();
  for (const { orgId, caseId } of cases) {
    const ids = orgs.get(orgId) ?? new Set();
    orgs.set(orgId, ids.add(caseId));
  }
  // ordered, so that two transactions lock the same rows in the same order
  return new Map([...orgs].map(([orgId, ids]) => [orgId, [...ids].sort()]));
}

/** Whether the last thing known of the case is that it was closed or deleted. */
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
): Promise<void> {
  // Locked until commit: firing looks at the same rows, and neither may go by what the other is about to change.
  const locked = locksRows(tx) ? "for update" : "";
  const [[org], contracts, clocksThen, factRows, stepRows, wantedThen] = await together(
    tx,
    () => ask(tx, tx.selectFrom("orgs").select(["id", "settings"]).where("id", "=", orgId).compile()),
    () => contractsOf(tx, orgId),
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

  for (const caseId of caseIds) {
    const caseFacts = (facts.get(caseId) ?? []).map((row) => JSON.parse(row.fact) as Fact);
    const clocks = computeClocks(caseFacts, contracts, now);
    const before = new Map((clocksBefore.get(caseId) ?? []).map((row) => [row.cycle, row]));
    const undone = corrections(caseFacts, contracts, clocks, steps.get(caseId) ?? [], now);
    // what does not hold counts no more: when its instant truly comes, it is taken
    const standing = (steps.get(caseId) ?? []).filter((s) => s.superseded_at === null && !undone.includes(s));
    const recorded = Map.groupBy(standing, (row) => row.cycle);
    const unchanged = rows.length;
    for (const clock of clocks) {
      const row = rowOf(
        orgId,
        caseId,
        clock,
        new Set(recorded.get(clock.cycle)?.map((s) => s.step)),
        now,
        contracts,
      );
      const was = before.get(clock.cycle);
      if (was === undefined || !sameRow(was, row)) rows.push(row);
      const over = clock.endedAt !== null && (clock.acknowledgedAt === null || isOver(caseFacts));
      if (clock.endedAt !== null && was !== undefined && (was.ended_at === null || over))
        endings.push({ caseId, clock, over });
      before.delete(clock.cycle);
    }
    gone.push(...[...before.keys()].map((cycle) => ({ caseId, cycle })));
    superseded.push(
      ...undone.map(({ cycle, step, due_at, earlier }) => ({
        ...{ caseId, cycle, step },
        againAt: earlier === null ? null : due_at,
      })),
    );

    const current = clocks.at(-1);
    if (current === undefined) continue;
    // the same clock wants the same fields
    const wanted = wantedBefore.get(caseKey(orgId, caseId));
    const same = rows.length === unchanged && before.size === 0 && undone.length === 0;
    if (same && wanted !== undefined) continue;
    const speaking = (recorded.get(current.cycle) ?? []).filter((s) => s.outcome === "acted");
    const fields = fieldsOf(current, speaking.at(-1)?.step ?? null, wanted?.wanted ?? null);
    const change = changeOf({ orgId, caseId, fields }, wanted);
    if (change !== null) wants.push(change);
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
  const telling = await tellEndings(tx, orgId, endings, superseded, now, dryRun);
  const earliest = rows.reduce((least, row) => Math.min(least, row.next_at ?? Infinity), Infinity);
  await together(
    tx,
    () => enqueue(tx, telling, now, () => dryRun),
    () => wantFields(tx, wants, now, () => dryRun),
    () => announceClocks(tx, earliest),
  );
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
  clock: Clock,
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
