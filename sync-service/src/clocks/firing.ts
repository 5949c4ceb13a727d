import type { Kysely, Transaction } from "kysely";
import { effectsOf, type Decision } from "../notices/effects.ts";
import { enqueue } from "../outbox/outbox.ts";
import { settingsOf } from "../orgs/settings.ts";
import { wantFields } from "../outbox/write-back.ts";
import { failpoint } from "../failpoints.ts";
import { updateMany } from "../store/bulk.ts";
import type { Database, PersonTable } from "../store/schema.ts";
import type { Ahead } from "./ahead.ts";
import type { Basis, DueClock } from "./basis.ts";
import { decide, type Decided } from "./decision.ts";
import { basesOf, claimDue, orgsWithDue } from "./due-clocks.ts";
import type { FiredStep } from "./fired-step.ts";
import { writeLedger } from "./ledger.ts";

export type Unreadable = (row: DueClock, error: Error) => void;

/** Clocks per transaction: enough to be fast, few enough that nobody waits long for the store. */
const clocksAtOnce = 500;

const lookAgainIn = 60_000;
/** What is decided within this time of its instant is decided as of it. */
const prompt = 5_000;

/**
 * Takes some of the clocks whose next instant has come, a like share of every org's, and decides their steps: ledger,
 * effects and the next instant in one transaction. Another instance skips what this one holds.
 * @param from what was due before is left for now
 * @param ahead decisions that are ready
 * @param most clocks, about
 * @returns what was decided, of how many clocks
 */
export async function fireDue(
  db: Kysely<Database>,
  now: number,
  unreadable: Unreadable = () => {},
  from = 0,
  ahead?: Ahead,
  most = clocksAtOnce,
): Promise<{ fired: FiredStep[]; claimed: number }> {
  const result = await db.transaction().execute(async (tx) => {
    const orgs = new Map((await orgsWithDue(tx, now, from)).map((org) => [org.id, org]));
    const share = Math.max(1, Math.ceil(most / Math.max(1, orgs.size)));
    const rows = await claimDue(tx, [...orgs.keys()], { from, upTo: now, share });
    failpoint("firing.claimed");
    if (rows.length === 0) return { fired: [], claimed: 0 };
    const decisions = (await basesOf(tx, orgs, rows)).map((basis) => {
      const { row } = basis;
      try {
        return [row, decideNow(basis, now, ahead)] as const;
      } catch (error) {
        // A clock that cannot be read holds up nobody else: it is looked at again, and every recompute writes it anew.
        unreadable(row, error as Error);
        return [row, lookAgain(row, now + lookAgainIn)] as const;
      }
    });
    const dryRun = (orgId: string) => settingsOf(orgs.get(orgId)!.settings).dryRun;
    const fired = await write(tx, decisions, dryRun, now);
    failpoint("firing.effectsQueued");
    return { fired, claimed: rows.length };
  });
  failpoint("firing.committed");
  return result;
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
  decisions: readonly (readonly [DueClock, Decided])[],
  dryRun: (orgId: string) => boolean,
  now: number,
): Promise<FiredStep[]> {
  const taken = decisions.flatMap(([{ org_id: orgId, case_id: caseId, cycle }, { steps }]) =>
    steps.map(({ step: { name: step, at: dueAt }, outcome, again }) => {
      const fired: FiredStep = { orgId, caseId, cycle, step, outcome, dueAt, decidedAt: now };
      return { fired, again };
    }),
  );
  await writeLedger(tx, taken);
  failpoint("firing.ledgerWritten");
  const acting = decisions.flatMap(([, { acts }]) => acts ?? []);
  const people = await ownersOf(tx, acting);
  const effects = acting.flatMap((decision) =>
    effectsOf({ ...decision, people: people.get(decision.org.id) ?? nobody }),
  );
  await enqueue(tx, effects, now, dryRun);
  await wantFields(
    tx,
    decisions.flatMap(([, { wanted }]) => wanted ?? []),
    now,
    dryRun,
  );
  await updateMany(
    tx,
    "clocks",
    clockKey,
    moved,
    decisions.map(([{ org_id, case_id, cycle }, { nextAt, status, elapsed }]) => {
      const key = { org_id, case_id, cycle };
      return { ...key, next_at: nextAt, status, elapsed_ms: elapsed };
    }),
  );
  return taken.map(({ fired }) => fired);
}

const clockKey = { org_id: "text", case_id: "text", cycle: "integer" } as const;
const moved = { next_at: "bigint", status: "text", elapsed_ms: "bigint" } as const;

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
