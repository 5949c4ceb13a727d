import { sql, type Kysely, type Transaction } from "kysely";
import { compilePolicy, contractAt, nextInstant, passedSteps, readClock, type Clock } from "c/slaEngine";
import { effectsOf } from "../actions/effects.ts";
import { enqueue, type Effect } from "../actions/outbox.ts";
import { settingsOf } from "../actions/settings.ts";
import { caseKey, wantedOf, wantFields, type Wanted } from "../actions/write-back.ts";
import { failpoint } from "../failpoints.ts";
import { locksRows } from "../store/dialect.ts";
import type { ClockTable, Database, OrgTable, StepTable } from "../store/schema.ts";
import { contractsBy } from "./contracts.ts";
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

/** The next instant, at or after `from`, at which anything is due, of orgs that are not paused. */
export async function nextDue(db: Kysely<Database>, from = 0): Promise<number | null> {
  const row = await db
    .selectFrom("clocks")
    .innerJoin("orgs", "orgs.id", "clocks.org_id")
    .select("clocks.next_at")
    .where("clocks.next_at", ">=", from)
    .where("orgs.status", "!=", "paused")
    .orderBy("clocks.next_at")
    .limit(1)
    .executeTakeFirst();
  return row?.next_at ?? null;
}

/**
 * Takes some of the clocks whose next instant has come, a like share of every org's, and decides their steps: ledger,
 * effects and the next instant in one transaction. Another instance skips what this one holds.
 * @param from what was due before is left for now
 * @returns what was decided, of how many clocks
 */
export async function fireDue(
  db: Kysely<Database>,
  now: number,
  unreadable: (row: ClockTable, error: Error) => void = () => {},
  from = 0,
): Promise<{ fired: FiredStep[]; claimed: number }> {
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
            .where("clocks.next_at", "<=", now)
            .where("clocks.next_at", ">=", from),
        ),
      )
      .execute();
    const share = Math.max(1, Math.ceil(clocksAtOnce / Math.max(1, orgs.length)));
    const rows = await claim(tx, orgs, now, from, share);
    failpoint("firing.claimed");
    if (rows.length === 0) return { fired: [], claimed: 0 };
    const fired = await decide(tx, new Map(orgs.map((org) => [org.id, org])), rows, now, unreadable);
    failpoint("firing.effectsQueued");
    return { fired, claimed: rows.length };
  });
  failpoint("firing.committed");
  return result;
}

/** A like share of every org's, the most overdue first. */
async function claim(
  tx: Transaction<Database>,
  orgs: readonly FiringOrg[],
  now: number,
  from: number,
  share: number,
): Promise<ClockTable[]> {
  if (locksRows(tx)) {
    const { rows } = await sql<ClockTable>`
      select due.* from unnest(${orgs.map((org) => org.id)}::text[]) as org (id)
      cross join lateral (
        select * from clocks
        where clocks.org_id = org.id and clocks.next_at <= ${now} and clocks.next_at >= ${from}
        order by clocks.next_at limit ${share}
        for update skip locked
      ) as due
    `.execute(tx);
    return rows;
  }
  const rows: ClockTable[] = [];
  for (const org of orgs)
    rows.push(
      ...(await tx
        .selectFrom("clocks")
        .selectAll()
        .where("org_id", "=", org.id)
        .where("next_at", "<=", now)
        .where("next_at", ">=", from)
        .orderBy("next_at")
        .limit(share)
        .execute()),
    );
  return rows;
}

type FiringOrg = Pick<OrgTable, "id" | "name" | "instance_url" | "onboarded_at" | "settings">;
interface Advanced {
  orgId: string;
  caseId: string;
  cycle: number;
  nextAt: number | null;
  status: string;
  elapsed: number | null;
}

/** Whatever the number of orgs, a like number of statements. */
async function decide(
  tx: Transaction<Database>,
  orgs: ReadonlyMap<string, FiringOrg>,
  rows: ClockTable[],
  now: number,
  unreadable: (row: ClockTable, error: Error) => void,
): Promise<FiredStep[]> {
  const orgIds = [...new Set(rows.map((row) => row.org_id))];
  const caseIds = [...new Set(rows.map((row) => row.case_id))];
  const recorded = Map.groupBy(
    await tx
      .selectFrom("steps")
      .select(["org_id", "case_id", "cycle", "step"])
      .where("org_id", "in", orgIds)
      .where("case_id", "in", caseIds)
      .execute(),
    (row) => `${caseKey(row.org_id, row.case_id)}/${row.cycle}`,
  );
  const contracts = await contractsBy(tx, orgIds);
  const records = new Map(
    (
      await tx
        .selectFrom("cases")
        .select(["org_id", "id", "case_number", "subject", "fields"])
        .where("org_id", "in", orgIds)
        .where("id", "in", caseIds)
        .execute()
    ).map((row) => [caseKey(row.org_id, row.id), row]),
  );
  const owners = [
    ...new Set([...records.values()].map((record) => ownerOf(record.fields)).filter((id) => id !== null)),
  ];
  const people = Map.groupBy(
    owners.length === 0
      ? []
      : await tx
          .selectFrom("people")
          .selectAll()
          .where("org_id", "in", orgIds)
          .where("user_id", "in", owners)
          .execute(),
    (person) => person.org_id,
  );
  const wantedBefore = await wantedOf(tx, orgIds, caseIds);
  const latest = new Map(
    (
      await tx
        .selectFrom("clocks")
        .select(({ fn }) => ["org_id", "case_id", fn.max("cycle").as("cycle")])
        .where("org_id", "in", orgIds)
        .where("case_id", "in", caseIds)
        .groupBy(["org_id", "case_id"])
        .execute()
    ).map((row) => [caseKey(row.org_id, row.case_id), row.cycle]),
  );
  const fired: FiredStep[] = [];
  const advanced: Advanced[] = [];
  const steps: StepTable[] = [];
  const effects: Effect[] = [];
  const wants: Wanted[] = [];

  const decideOne = (row: ClockTable): void => {
    const org = orgs.get(row.org_id)!;
    const key = caseKey(row.org_id, row.case_id);
    const clock = JSON.parse(row.clock) as Clock;
    const already = new Set(recorded.get(`${key}/${row.cycle}`)?.map((r) => r.step));
    const passed = passedSteps(clock, already, now, org.onboarded_at);
    const contract = clock.contractId === null ? undefined : contracts.get(`${org.id}/${clock.contractId}`);
    const policy = contract && contractAt(contract, clock.startedAt).policy;
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
    const record = records.get(key);
    if (passed.acts === null || reading === null || policy === undefined || record === undefined) return;
    effects.push(
      ...effectsOf({
        org,
        settings: settingsOf(org.settings),
        policy,
        clock,
        record,
        people: new Map(people.get(org.id)?.map((person) => [person.user_id, person])),
        step: passed.acts,
        standsFor: passed.standsFor,
        remaining: reading.remaining,
      }),
    );
    if (latest.get(key) !== row.cycle) return;
    const fields = fieldsOf(
      { ...clock, status: reading.status },
      passed.acts.name,
      wantedBefore.get(key)?.wanted ?? null,
    );
    if (clock.endedAt === null) fields["SLA_Elapsed_Minutes__c"] = elapsedMinutes(reading.elapsed);
    wants.push({ orgId: org.id, caseId: row.case_id, fields });
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
  const dryRun = (orgId: string) => settingsOf(orgs.get(orgId)!.settings).dryRun;
  await enqueue(tx, effects, now, dryRun);
  await wantFields(tx, wants, wantedBefore, now, dryRun);
  await advance(tx, advanced);
  return fired;
}

function ownerOf(fields: string): string | null {
  const { OwnerId } = JSON.parse(fields) as { OwnerId?: string | null };
  return OwnerId ?? null;
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
