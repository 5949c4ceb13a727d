import type { Kysely, Transaction } from "kysely";
import { compilePolicy, contractAt, passedSteps, readClock } from "c/slaEngine";
import { actionsOf, effectsOf, type Decision } from "../actions/effects.ts";
import { enqueue } from "../actions/outbox.ts";
import { settingsOf } from "../actions/settings.ts";
import { caseKey, wantedIn, wantFields, type Wanted } from "../actions/write-back.ts";
import { failpoint } from "../failpoints.ts";
import { insertMany, updateMany } from "../store/bulk.ts";
import type { ClockTable, Database, PersonTable, StepTable } from "../store/schema.ts";
import { contractsBy } from "./contracts.ts";
import { caseStates, claimDue, orgsWithDue, type DueClock, type FiringOrg } from "./due-clocks.ts";
import { elapsedMinutes, fieldsAfterStep } from "./fields.ts";
import { wholeClock } from "./kept-clock.ts";
import { nextLook } from "./next-look.ts";

export interface FiredStep {
  orgId: string;
  caseId: string;
  cycle: number;
  step: string;
  outcome: "acted" | "stoodFor" | "silent";
  dueAt: number;
  decidedAt: number;
}

export type Unreadable = (row: DueClock, error: Error) => void;

/** Clocks per transaction: enough to be fast, few enough that nobody waits long for the store. */
const clocksAtOnce = 500;

const lookAgainIn = 60_000;

/**
 * Takes some of the clocks whose next instant has come, a like share of every org's, and decides their steps: ledger,
 * effects and the next instant in one transaction. Another instance skips what this one holds.
 * @param from what was due before is left for now
 * @returns what was decided, of how many clocks
 */
export async function fireDue(
  db: Kysely<Database>,
  now: number,
  unreadable: Unreadable = () => {},
  from = 0,
): Promise<{ fired: FiredStep[]; claimed: number }> {
  const result = await db.transaction().execute(async (tx) => {
    const orgs = await orgsWithDue(tx, now, from);
    const share = Math.max(1, Math.ceil(clocksAtOnce / Math.max(1, orgs.length)));
    const rows = await claimDue(tx, orgs, now, from, share);
    failpoint("firing.claimed");
    if (rows.length === 0) return { fired: [], claimed: 0 };
    const fired = await decide(tx, new Map(orgs.map((org) => [org.id, org])), rows, now, unreadable);
    failpoint("firing.effectsQueued");
    return { fired, claimed: rows.length };
  });
  failpoint("firing.committed");
  return result;
}

type Advanced = Pick<ClockTable, "org_id" | "case_id" | "cycle" | "next_at" | "status" | "elapsed_ms">;

/** Whatever the number of clocks and orgs, a like number of statements. */
async function decide(
  tx: Transaction<Database>,
  orgs: ReadonlyMap<string, FiringOrg>,
  rows: DueClock[],
  now: number,
  unreadable: Unreadable,
): Promise<FiredStep[]> {
  const keys = new Map(
    rows.map((row) => [caseKey(row.org_id, row.case_id), { orgId: row.org_id, caseId: row.case_id }]),
  );
  const states = new Map(
    (await caseStates(tx, [...keys.values()])).map((state) => [caseKey(state.org_id, state.case_id), state]),
  );
  const contracts = await contractsBy(tx, [...new Set(rows.map((row) => row.org_id))]);
  const fired: FiredStep[] = [];
  const advanced: Advanced[] = [];
  const steps: StepTable[] = [];
  const decisions: Omit<Decision, "people">[] = [];
  const wants: Wanted[] = [];
  const wantedBefore = new Map<string, ReturnType<typeof wantedIn>>();

  const decideOne = (row: DueClock): void => {
    const { org_id: orgId, case_id: caseId, cycle } = row;
    const org = orgs.get(orgId)!;
    const key = caseKey(orgId, caseId);
    const state = states.get(key)!;
    const contract = row.contract_id === null ? undefined : contracts.get(`${orgId}/${row.contract_id}`);
    const policy = contract && contractAt(contract, row.started_at).policy;
    const clock = wholeClock(row.clock, policy);
    const recorded = recordedIn(state.recorded, cycle);
    const passed = passedSteps(clock, recorded, now, org.onboarded_at);
    const reading = policy === undefined ? null : readClock(clock, compilePolicy(policy), now);
    const outcomes = [
      ...passed.silent.map((step) => ({ step, outcome: "silent" as const })),
      ...passed.standsFor.map((step) => ({ step, outcome: "stoodFor" as const })),
      ...(passed.acts === null ? [] : [{ step: passed.acts, outcome: "acted" as const }]),
    ];
    for (const { step, outcome } of outcomes) {
      recorded.add(step.name);
      fired.push({ orgId, caseId, cycle, step: step.name, outcome, dueAt: step.at, decidedAt: now });
      steps.push({
        org_id: orgId,
        case_id: caseId,
        cycle,
        step: step.name,
        due_at: step.at,
        decided_at: now,
        outcome,
        superseded_at: null,
      });
    }
    advanced.push({
      org_id: orgId,
      case_id: caseId,
      cycle,
      next_at: nextLook(clock, recorded, now),
      status: reading?.status ?? row.status,
      elapsed_ms: outcomes.length > 0 ? (reading?.elapsed ?? row.elapsed_ms) : row.elapsed_ms,
    });
    if (reading === null || policy === undefined || state.fields === null) return;
    const before =
      state.wanted === null
        ? null
        : wantedIn({ wanted: state.wanted, written: null, version: state.version! });
    if (before !== null) wantedBefore.set(key, before);
    if (passed.acts === null) {
      // the status can change at an instant whose step was taken before
      const shown = state.latest_cycle === cycle ? before?.wanted : undefined;
      if (shown?.["SLA_Cycle__c"] === cycle && shown["SLA_Status__c"] !== reading.status)
        wants.push({ orgId, caseId, fields: { ...shown, SLA_Status__c: reading.status } });
      return;
    }
    const settings = settingsOf(org.settings);
    const actions = actionsOf(passed.acts, policy.plan, clock.effectivePriority, settings);
    if (actions.some(({ type }) => type !== "writeBack"))
      decisions.push({
        org,
        settings,
        policy,
        clock,
        record: {
          id: caseId,
          case_number: state.case_number,
          subject: state.subject,
          fields: JSON.parse(state.fields) as Record<string, unknown>,
        },
        step: passed.acts,
        actions,
        standsFor: passed.standsFor,
        remaining: reading.remaining,
      });
    if (state.latest_cycle !== cycle) return;
    const elapsed = clock.endedAt === null ? elapsedMinutes(reading.elapsed) : null;
    wants.push({
      orgId,
      caseId,
      fields: fieldsAfterStep(
        { ...clock, status: reading.status },
        passed.acts.name,
        elapsed,
        before?.wanted ?? null,
      ),
    });
  };
  for (const row of rows)
    try {
      decideOne(row);
    } catch (error) {
      // A clock that cannot be read holds up nobody else: it is looked at again, and every recompute writes it anew.
      unreadable(row, error as Error);
      const { org_id, case_id, cycle, status, elapsed_ms } = row;
      advanced.push({ org_id, case_id, cycle, status, elapsed_ms, next_at: now + lookAgainIn });
    }

  // The claim already keeps others out; the table's key makes a second row impossible, whatever else goes wrong.
  await insertMany(tx, "steps", stepColumns, steps);
  failpoint("firing.ledgerWritten");
  const dryRun = (orgId: string) => settingsOf(orgs.get(orgId)!.settings).dryRun;
  const people = await ownersOf(tx, decisions);
  const effects = decisions.flatMap((decision) =>
    effectsOf({ ...decision, people: people.get(decision.org.id) ?? nobody }),
  );
  await enqueue(tx, effects, now, dryRun);
  await wantFields(tx, wants, wantedBefore, now, dryRun);
  await updateMany(tx, "clocks", clockKey, moved, advanced);
  return fired;
}

const stepColumns = {
  ...({ org_id: "text", case_id: "text", cycle: "integer", step: "text" } as const),
  ...({ due_at: "bigint", decided_at: "bigint", outcome: "text" } as const),
};
const clockKey = { org_id: "text", case_id: "text", cycle: "integer" } as const;
const moved = { next_at: "bigint", status: "text", elapsed_ms: "bigint" } as const;

/** The names of a cycle's steps in the ledger. */
function recordedIn(lines: string | null, cycle: number): Set<string> {
  const own = `${cycle}/`;
  return new Set(
    lines
      ?.split("\n")
      .filter((line) => line.startsWith(own))
      .map((line) => line.slice(own.length)),
  );
}

const nobody: ReadonlyMap<string, PersonTable> = new Map();

/** The owners of the cases, as people of their orgs. */
async function ownersOf(
  tx: Transaction<Database>,
  decisions: readonly Pick<Decision, "org" | "record">[],
): Promise<Map<string, Map<string, PersonTable>>> {
  const owners = new Set(
    decisions.map(({ record }) => record.fields["OwnerId"]).filter((id) => typeof id === "string"),
  );
  if (owners.size === 0) return new Map();
  const people = await tx
    .selectFrom("people")
    .selectAll()
    .where("org_id", "in", [...new Set(decisions.map(({ org }) => org.id))])
    .where("user_id", "in", [...owners])
    .execute();
  const byOrg = new Map<string, Map<string, PersonTable>>();
  for (const person of people) {
    const some = byOrg.get(person.org_id) ?? new Map<string, PersonTable>();
    byOrg.set(person.org_id, some.set(person.user_id, person));
  }
  return byOrg;
}
