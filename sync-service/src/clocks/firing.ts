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

/** Clocks per transaction: enough to be fast, few enough that nobody waits long for the store. */
const clocksAtOnce = 500;

/** What is decided within this time of its instant is decided as of it. */
const prompt = 5_000;

export interface Fired {
  fired: FiredStep[];
  /** Of how many clocks. */
  claimed: number;
}

/**
 * Takes some of the clocks whose next instant has come, a like share of every org's, and decides their steps: ledger,
 * items and the next instant in one transaction. Another instance skips what this one holds. A clock that cannot be decided
 * is left for later and holds up no other.
 * @param watch told which clocks could be decided and which could not
 * @param from what was due before is left for now
 * @param ahead decisions that are ready
 * @param most clocks, about
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

/** The store refused something of these clocks together: each half by itself, until the one that it is about stands alone. */
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
  // clocks of one org beside each other: its trouble is found in few steps
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

/** A clock with what is to be done about it. */
interface Made {
  row: DueClock;
  decided: Decided;
  items: OutboxItem[];
  dryRun: boolean;
  failed: boolean;
}

/** What is to be done about each of these clocks. Whatever cannot be read or rendered of one stays that one's trouble. */
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

/** A step is told as things stood at its instant, unless that is long past or others have come since. */
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

/** Whatever the number of clocks and orgs, a like number of statements. */
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
