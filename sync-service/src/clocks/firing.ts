import { sql, type Kysely, type Transaction } from "kysely";
import { compilePolicy, nextInstant, passedSteps, readClock, type Clock } from "c/slaEngine";
import { effectsOf } from "../actions/effects.ts";
import { enqueue, type Effect } from "../actions/outbox.ts";
import { settingsOf } from "../actions/settings.ts";
import { wantedOf, wantFields, type Wanted } from "../actions/write-back.ts";
import { failpoint } from "../failpoints.ts";
import { locksRows } from "../store/dialect.ts";
import type { ClockTable, Database, StepTable } from "../store/schema.ts";
import { contractsOf } from "./contracts.ts";
import { elapsedMinutes, fieldsOf } from "./fields.ts";

export interface FiredStep {
  orgId: string;
  caseId: string;
  cycle: number;
  step: string;
  outcome: "acted" | "stoodFor" | "silent";
  dueAt: number;
  decidedAt: number;
}

/** Clocks per transaction: enough to be fast, few enough that nobody waits long for the store. */
const clocksAtOnce = 500;

const lookAgainIn = 60_000;

/** The next instant at which anything is due, of orgs that are not paused. */
export async function nextDue(db: Kysely<Database>): Promise<number | null> {
  const row = await db
    .selectFrom("clocks")
    .innerJoin("orgs", "orgs.id", "clocks.org_id")
    .select("clocks.next_at")
    .where("clocks.next_at", "is not", null)
    .where("orgs.status", "!=", "paused")
    .orderBy("clocks.next_at")
    .limit(1)
    .executeTakeFirst();
  return row?.next_at ?? null;
}

/**
 * Takes some of the clocks whose next instant has come, a like share of every org's, and decides their steps: ledger,
 * effects and the next instant in one transaction. Another instance skips what this one holds.
 * @returns what was decided; `more` when others may be due
 */
export async function fireDue(
  db: Kysely<Database>,
  now: number,
  unreadable: (row: ClockTable, error: Error) => void = () => {},
): Promise<{ fired: FiredStep[]; claimed: number; more: boolean }> {
  const result = await db.transaction().execute(async (tx) => {
    const orgs = await tx
      .selectFrom("orgs")
      .select(["id", "name", "instance_url", "onboarded_at", "settings"])
      .where("status", "!=", "paused")
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom("clocks")
            .select(sql`1`.as("one"))
            .whereRef("clocks.org_id", "=", "orgs.id")
            .where("clocks.next_at", "<=", now),
        ),
      )
      .execute();
    const share = Math.max(1, Math.ceil(clocksAtOnce / Math.max(1, orgs.length)));
    const fired: FiredStep[] = [];
    const advanced: Advanced[] = [];
    let claimed = 0;
    let more = false;
    for (const org of orgs) {
      let due = tx
        .selectFrom("clocks")
        .selectAll()
        .where("org_id", "=", org.id)
        .where("next_at", "<=", now)
        .orderBy("next_at")
        .limit(share);
      if (locksRows(tx)) due = due.forUpdate().skipLocked();
      const rows = await due.execute();
      claimed += rows.length;
      more ||= rows.length === share;
      failpoint("firing.claimed");
      if (rows.length > 0) await decide(tx, org, rows, now, fired, advanced, unreadable);
    }
    await advance(tx, advanced);
    failpoint("firing.effectsQueued");
    return { fired, claimed, more };
  });
  failpoint("firing.committed");
  return result;
}

interface Advanced {
  orgId: string;
  caseId: string;
  cycle: number;
  nextAt: number | null;
  status: string;
  elapsed: number | null;
}

async function decide(
  tx: Transaction<Database>,
  org: { id: string; name: string; instance_url: string; onboarded_at: number; settings: string },
  rows: ClockTable[],
  now: number,
  fired: FiredStep[],
  advanced: Advanced[],
  unreadable: (row: ClockTable, error: Error) => void,
): Promise<void> {
  const caseIds = [...new Set(rows.map((row) => row.case_id))];
  const recorded = Map.groupBy(
    await tx
      .selectFrom("steps")
      .select(["case_id", "cycle", "step"])
      .where("org_id", "=", org.id)
      .where("case_id", "in", caseIds)
      .execute(),
    (row) => `${row.case_id}/${row.cycle}`,
  );
  const policies = new Map((await contractsOf(tx, org.id)).map((contract) => [contract.id, contract.policy]));
  const records = new Map(
    (
      await tx
        .selectFrom("cases")
        .select(["id", "case_number", "subject", "fields"])
        .where("org_id", "=", org.id)
        .where("id", "in", caseIds)
        .execute()
    ).map((row) => [row.id, row]),
  );
  const people = new Map(
    (await tx.selectFrom("people").selectAll().where("org_id", "=", org.id).execute()).map((row) => [
      row.user_id,
      row,
    ]),
  );
  const wantedBefore = await wantedOf(tx, org.id, caseIds);
  const latest = new Map(
    (
      await tx
        .selectFrom("clocks")
        .select(({ fn }) => ["case_id", fn.max("cycle").as("cycle")])
        .where("org_id", "=", org.id)
        .where("case_id", "in", caseIds)
        .groupBy("case_id")
        .execute()
    ).map((row) => [row.case_id, row.cycle]),
  );
  const settings = settingsOf(org.settings);
  const steps: StepTable[] = [];
  const effects: Effect[] = [];
  const wants: Wanted[] = [];

  const decideOne = (row: ClockTable): void => {
    const clock = JSON.parse(row.clock) as Clock;
    const already = new Set(recorded.get(`${row.case_id}/${row.cycle}`)?.map((r) => r.step));
    const passed = passedSteps(clock, already, now, org.onboarded_at);
    const policy = clock.contractId === null ? undefined : policies.get(clock.contractId);
    const reading = policy === undefined ? null : readClock(clock, compilePolicy(policy), now);
    const outcomes = [
      ...passed.silent.map((step) => ({ step, outcome: "silent" as const })),
      ...passed.standsFor.map((step) => ({ step, outcome: "stoodFor" as const })),
      ...(passed.acts === null ? [] : [{ step: passed.acts, outcome: "acted" as const }]),
    ];
    for (const { step, outcome } of outcomes) {
      already.add(step.name);
      const entry = { orgId: org.id, caseId: row.case_id, cycle: row.cycle, step: step.name, outcome };
      fired.push({ ...entry, dueAt: step.at, decidedAt: now });
      steps.push({
        org_id: org.id,
        case_id: row.case_id,
        cycle: row.cycle,
        step: step.name,
        due_at: step.at,
        decided_at: now,
        outcome,
        superseded_at: null,
      });
    }
    advanced.push({
      orgId: org.id,
      caseId: row.case_id,
      cycle: row.cycle,
      nextAt: nextInstant(clock, already),
      status: reading?.status ?? row.status,
      elapsed: outcomes.length > 0 ? (reading?.elapsed ?? row.elapsed_ms) : row.elapsed_ms,
    });
    const record = records.get(row.case_id);
    if (passed.acts === null || reading === null || policy === undefined || record === undefined) return;
    effects.push(
      ...effectsOf({
        org,
        settings,
        policy,
        clock,
        record,
        people,
        step: passed.acts,
        standsFor: passed.standsFor,
        remaining: reading.remaining,
      }),
    );
    if (latest.get(row.case_id) !== row.cycle) return;
    const fields = fieldsOf(
      { ...clock, status: reading.status },
      passed.acts.name,
      wantedBefore.get(row.case_id)?.wanted ?? null,
    );
    if (clock.endedAt === null) fields["SLA_Elapsed_Minutes__c"] = elapsedMinutes(reading.elapsed);
    wants.push({ caseId: row.case_id, fields });
  };
  for (const row of rows)
    try {
      decideOne(row);
    } catch (error) {
      // A clock that cannot be read holds up nobody else: it is looked at again, and every recompute writes it anew.
      unreadable(row, error as Error);
      const { org_id: orgId, case_id: caseId, cycle, status, elapsed_ms: elapsed } = row;
      advanced.push({ orgId, caseId, cycle, status, elapsed, nextAt: now + lookAgainIn });
    }

  // The claim already keeps others out; the table's key makes a second row impossible, whatever else goes wrong.
  if (steps.length > 0) await tx.insertInto("steps").values(steps).execute();
  failpoint("firing.ledgerWritten");
  await enqueue(tx, effects, now, () => settings.dryRun);
  await wantFields(tx, org.id, wants, wantedBefore, now, settings.dryRun);
}

/** Moves the clocks to their next instants. */
async function advance(tx: Transaction<Database>, clocks: readonly Advanced[]): Promise<void> {
  if (clocks.length === 0) return;
  if (!locksRows(tx)) {
    // SQLite would scan the table for every row of a list; one statement a row costs it next to nothing
    for (const { orgId, caseId, cycle, nextAt, status, elapsed } of clocks)
      await tx
        .updateTable("clocks")
        .set({ next_at: nextAt, status, elapsed_ms: elapsed })
        .where("org_id", "=", orgId)
        .where("case_id", "=", caseId)
        .where("cycle", "=", cycle)
        .execute();
    return;
  }
  const columns = [
    clocks.map((c) => c.orgId),
    clocks.map((c) => c.caseId),
    clocks.map((c) => c.cycle),
    clocks.map((c) => c.nextAt),
    clocks.map((c) => c.status),
    clocks.map((c) => c.elapsed),
  ] as const;
  await sql`
    update clocks set next_at = moved.next_at, status = moved.status, elapsed_ms = moved.elapsed_ms
    from unnest(${columns[0]}::text[], ${columns[1]}::text[], ${columns[2]}::integer[],
                ${columns[3]}::bigint[], ${columns[4]}::text[], ${columns[5]}::bigint[])
      as moved (org_id, case_id, cycle, next_at, status, elapsed_ms)
    where clocks.org_id = moved.org_id and clocks.case_id = moved.case_id and clocks.cycle = moved.cycle
  `.execute(tx);
}
