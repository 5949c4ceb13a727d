import type { Kysely } from "kysely";
import { pause, type Log, type Runtime } from "../runtime.ts";
import { StorePatience } from "../store/patience.ts";
import type { Database } from "../store/schema.ts";
import type { ReadEvidence } from "./last-look.ts";

const askAgain = 100;
/** We wait no longer than this for an org, because one org's trouble must not delay the others. */
const longest = 5_000;
const casesAtOnce = 1_000;

/**
 * Looks at the evidence of every overdue case after the service was away. It begins once the service follows the
 * orgs.
 * @param following true once the service follows every org that it can follow
 */
export async function catchUp(
  db: Kysely<Database>,
  runtime: Runtime,
  following: () => Promise<boolean>,
  read: ReadEvidence,
  signal: AbortSignal,
): Promise<void> {
  const { clock, timers, log } = runtime;
  const started = clock.now();
  const patience = new StorePatience(runtime, "the look after a time away");
  while (!signal.aborted)
    try {
      while (!signal.aborted && clock.now() - started < longest && !(await following()))
        await pause(timers, askAgain, signal);
      if (!signal.aborted) await readOverdue(db, started, read, log, signal);
      return;
    } catch (error) {
      await patience.wait(error, {}, signal);
    }
}

async function readOverdue(
  db: Kysely<Database>,
  started: number,
  read: ReadEvidence,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const overdue = await db
    .selectFrom("orgs")
    .innerJoin("clocks", "clocks.org_id", "orgs.id")
    .select(["clocks.org_id", "clocks.case_id"])
    .where("next_at", "<=", started)
    .where("ended_at", "is", null)
    .orderBy("next_at")
    .execute();
  // each org goes at its own pace: one that does not answer must not delay the evidence of another
  const byOrg = Map.groupBy(overdue, (row) => row.org_id);
  await Promise.all([...byOrg].map(([org, rows]) => readOrg(org, rows, read, log, signal)));
}

/** The most overdue cases come first, and a batch that fails does not stop the others. */
async function readOrg(
  org: string,
  overdue: readonly { org_id: string; case_id: string }[],
  read: ReadEvidence,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (let from = 0; from < overdue.length && !signal.aborted; from += casesAtOnce) {
    const some = overdue.slice(from, from + casesAtOnce);
    await read(some.map((row) => ({ orgId: row.org_id, caseId: row.case_id }))).catch((error: Error) =>
      log.warn(
        { org, cases: some.length, error: error.message },
        "the service could not read evidence after it was away",
      ),
    );
  }
}
