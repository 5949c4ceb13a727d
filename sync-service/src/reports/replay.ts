import type { Fact } from "c/slaEngine";
import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";
import { systemWorld } from "../world.ts";
import { attempt } from "./attempt.ts";
import { boundsOf, type Period } from "./months.ts";

/** The recorded facts of one case. */
export interface RecordedCase {
  orgId: string;
  caseId: string;
  facts: Fact[];
}

const casesAtOnce = 500;

/**
 * Reads the recorded facts of all cases with a covered clock in these months. The bounds are wide enough for every zone.
 * It reads a few hundred cases at a time and lets other work run in between.
 * @param orgIds null means all orgs
 */
export async function* recordedCases(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
  period: Period,
): AsyncGenerator<RecordedCase[]> {
  const [from, to] = boundsOf(period);
  let query = db
    .selectFrom("clocks")
    .select(["org_id", "case_id"])
    .distinct()
    .where("started_at", ">=", from)
    .where("started_at", "<", to)
    .where("due_at", "is not", null)
    .orderBy("org_id")
    .orderBy("case_id");
  if (orgIds !== null) query = query.where("org_id", "in", orgIds);
  for (const [orgId, cases] of Map.groupBy(await query.execute(), (row) => row.org_id))
    for (let at = 0; at < cases.length; at += casesAtOnce) {
      const ids = cases.slice(at, at + casesAtOnce).map(({ case_id }) => case_id);
      const rows = await db
        .selectFrom("facts")
        .select(["case_id", "fact"])
        .where("org_id", "=", orgId)
        .where("case_id", "in", ids)
        .execute();
      const facts = Map.groupBy(rows, (row) => row.case_id);
      yield ids.map((caseId) => ({
        orgId,
        caseId,
        facts: attempt(() => (facts.get(caseId) ?? []).map((row) => JSON.parse(row.fact) as Fact)) ?? [],
      }));
      await systemWorld.breathe();
    }
}
