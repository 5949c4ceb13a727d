import type { Kysely, Transaction } from "kysely";
import { itemsOf } from "../notices/step-items.ts";
import { enqueue, type OutboxItem } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";
import { wantFields } from "../outbox/write-back.ts";
import { failpoint } from "../failpoints.ts";
import { updateMany } from "../store/bulk.ts";
import { isStoreDown } from "../store/watch.ts";
import type { Database } from "../store/schema.ts";
import type { Ahead } from "./ahead.ts";
import type { Basis, DueClock, FiringOrg } from "./basis.ts";
import { decide, type Decided } from "./decision.ts";
import { basesOf, claimDue, claimThese, orgsWithDue } from "./due-clocks.ts";
import type { FiredStep } from "./fired-step.ts";
import { writeLedger } from "./ledger.ts";
import { ownersOf } from "./owners.ts";
import { nobodyWatches, type ClockKey, type ClockWatch } from "./troubles.ts";

/** The clocks per transaction: enough to be fast, and few enough that nobody waits long for the store. */
const clocksAtOnce = 500;

/** We decide a step as of its instant if no more time than this has passed. */
const prompt = 5_000;

export interface Fired {
  fired: FiredStep[];
  /** The number of clocks. */
  claimed: number;
}

/**
 * Takes some of the clocks whose next instant has come, an equal share of every org, and decides their steps. One
 * transaction writes the ledger, the items and the next instants. Another instance skips the clocks of this one. If a
 * clock cannot be decided, we leave it for later, and it does not stop the others.
 * @param watch called for each clock that we could or could not decide
 * @param from we leave clocks that were due before it
 * @param ahead the prepared decisions
 * @param most about this many clocks
 */
export async function fireDue(
  db: Kysely<Database>,
  now: number,
  watch: ClockWatch = nobodyWatches,
  from = 0,
  ahead?: Ahead,
  most = clocksAtOnce,
): Promise<Fired> {
  const work: Work = { db, now, watch, from, ahead };
  const claim: Claim = async (tx) => {
    const orgs = new Map((await orgsWithDue(tx, now, from)).map((org) => [org.id, org]));
    const share = Math.max(1, Math.ceil(most / Math.max(1, orgs.size)));
    return { orgs, rows: await claimDue(tx, [...orgs.keys()], { from, upTo: now, share }) };
  };
  return fire(work, claim);
}

interface Work {
  db: Kysely<Database>;
  now: number;
  watch: ClockWatch;
  from: number;
  ahead: Ahead | undefined;
}
type Claim = (
  tx: Transaction<Database>,
) => Promise<{ orgs: ReadonlyMap<string, FiringOrg>; rows: readonly DueClock[] }>;

async function fire(work: Work, claim: Claim): Promise<Fired> {
  let orgs: ReadonlyMap<string, FiringOrg> = new Map();
  let rows: readonly DueClock[] = [];
  try {
    const result = await work.db.transaction().execute(async (tx) => {
      ({ orgs, rows } = await claim(tx));
      failpoint("firing.claimed");
      if (rows.length === 0) return { fired: [], claimed: 0, decided: [] };
      const decisions = await decideAll(tx, work, orgs, rows);
      const fired = await write(tx, decisions, work.now);
      failpoint("firing.effectsQueued");
      return { fired, claimed: rows.length, decided: decisions.filter(({ failed }) => !failed) };
    });
    failpoint("firing.committed");
    for (const { row } of result.decided) work.watch.worked(clockOf(row));
    return result;
  } catch (error) {
    if (rows.length === 0 || isStoreDown(error)) throw error;
    return fireApart(work, orgs, rows, error);
  }
}

/** Writes each half by itself if the store refused the clocks together, until only the refused clock is left. */
async function fireApart(
  work: Work,
  orgs: ReadonlyMap<string, FiringOrg>,
  rows: readonly DueClock[],
  error: unknown,
): Promise<Fired> {
  const [only, ...others] = rows;
  if (others.length === 0) {
    await putOff(work, only!, error);
    return { fired: [], claimed: 1 };
  }
  const middle = Math.ceil(rows.length / 2);
  // we keep the clocks of one org together, so that few halvings find its trouble
  const sorted = rows.toSorted((a, b) => (a.org_id < b.org_id ? -1 : a.org_id > b.org_id ? 1 : 0));
  const result: Fired = { fired: [], claimed: 0 };
  for (const half of [sorted.slice(0, middle), sorted.slice(middle)]) {
    const { fired, claimed } = await fire(work, async (tx) => ({
      orgs,
      rows: await claimThese(tx, half, { from: work.from, upTo: work.now }),
    }));
    result.fired.push(...fired);
    result.claimed += claimed;
  }
  return result;
}

async function putOff({ db, now, watch }: Work, row: DueClock, error: unknown): Promise<void> {
  const nextAt = now + watch.failed(clockOf(row), error);
  await db
    .updateTable("clocks")
    .set({ next_at: nextAt })
    .where("org_id", "=", row.org_id)
    .where("case_id", "=", row.case_id)
    .where("cycle", "=", row.cycle)
    .where("next_at", "=", row.next_at)
    .execute();
}

const clockOf = ({ org_id: orgId, case_id: caseId, cycle }: DueClock): ClockKey => ({ orgId, caseId, cycle });

/** A clock with its decision. */
interface Made {
  row: DueClock;
  decided: Decided;
  items: OutboxItem[];
  dryRun: boolean;
  failed: boolean;
}

/** Decides these clocks. An error while we read or render one clock does not stop the others. */
async function decideAll(
  tx: Transaction<Database>,
  { now, watch, ahead }: Work,
  orgs: ReadonlyMap<string, FiringOrg>,
  rows: readonly DueClock[],
): Promise<Made[]> {
  const lookLater = (row: DueClock, error: unknown): Made => ({
    row,
    decided: lookAgain(row, now + watch.failed(clockOf(row), error)),
    items: [],
    dryRun: false,
    failed: true,
  });
  const decided = (await basesOf(tx, orgs, rows)).map((basis): Made => {
    try {
      const { dryRun } = settingsOf(basis.org.settings);
      return { row: basis.row, decided: decideNow(basis, now, ahead), items: [], dryRun, failed: false };
    } catch (error) {
      return lookLater(basis.row, error);
    }
  });
  const people = await ownersOf(
    tx,
    decided.flatMap(({ decided: { acts } }) =>
      acts === null ? [] : { orgId: acts.org.id, fields: acts.record.fields },
    ),
  );
  return decided.map((one) => {
    const { acts } = one.decided;
    if (acts === null) return one;
    try {
      return { ...one, items: itemsOf({ ...acts, people: people(acts.org.id) }) };
    } catch (error) {
      return lookLater(one.row, error);
    }
  });
}

/** Describes a step as of its instant, unless that is long past or a later instant has come too. */
function decideNow(basis: Basis, now: number, ahead: Ahead | undefined): Decided {
  const at = basis.row.next_at;
  const ready = ahead?.take(basis);
  const decided = now - at > prompt ? null : (ready ?? decide(basis, at));
  return decided === null || (decided.nextAt ?? Infinity) <= now ? decide(basis, now) : decided;
}

const lookAgain = ({ status, elapsed_ms: elapsed }: DueClock, nextAt: number): Decided => {
  const nothing = { steps: [], acts: null, wanted: null };
  return { ...nothing, nextAt, status, elapsed };
};

/** Writes all decisions. The number of statements does not grow with the clocks or orgs. */
async function write(
  tx: Transaction<Database>,
  decisions: readonly Made[],
  now: number,
): Promise<FiredStep[]> {
  const taken = decisions.flatMap(({ row, decided: { steps } }) =>
    steps.map(({ step: { name: step, at: dueAt }, outcome, again }) => {
      const fired: FiredStep = { ...clockOf(row), step, outcome, dueAt, decidedAt: now };
      return { fired, again };
    }),
  );
  await writeLedger(tx, taken);
  failpoint("firing.ledgerWritten");
  const onDryRun = new Set(decisions.filter(({ dryRun }) => dryRun).map(({ row }) => row.org_id));
  const dryRun = (orgId: string) => onDryRun.has(orgId);
  await enqueue(
    tx,
    decisions.flatMap(({ items }) => items),
    now,
    dryRun,
  );
  await wantFields(
    tx,
    decisions.flatMap(({ decided: { wanted } }) => wanted ?? []),
    now,
    dryRun,
  );
  await updateMany(
    tx,
    "clocks",
    clockKey,
    moved,
    decisions.map(({ row: { org_id, case_id, cycle }, decided: { nextAt, status, elapsed } }) => {
      const key = { org_id, case_id, cycle };
      return { ...key, next_at: nextAt, status, elapsed_ms: elapsed };
    }),
  );
  return taken.map(({ fired }) => fired);
}

const clockKey = { org_id: "text", case_id: "text", cycle: "integer" } as const;
const moved = { next_at: "bigint", status: "text", elapsed_ms: "bigint" } as const;
