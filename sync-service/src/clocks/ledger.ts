import type { Transaction } from "kysely";
import { insertMany, type ColumnTypes } from "../store/bulk.ts";
import type { Database, StepTable } from "../store/schema.ts";
import type { FiredStep } from "./fired-step.ts";

const columns: ColumnTypes<StepTable> = {
  org_id: "text",
  case_id: "text",
  cycle: "integer",
  step: "text",
  due_at: "bigint",
  decided_at: "bigint",
  outcome: "text",
};

/** @param taken `again` is true if we took the step before and it did not hold */
export async function writeLedger(
  tx: Transaction<Database>,
  taken: readonly { fired: FiredStep; again: boolean }[],
): Promise<void> {
  const first = taken.filter(({ again }) => !again);
  // The claim keeps other instances out, and the table's key makes a second row impossible. If a row exists anyway,
  // somebody took the step: the first message stands, and no other step waits for it.
  await insertMany(
    tx,
    "steps",
    columns,
    first.map(({ fired }) => ({
      org_id: fired.orgId,
      case_id: fired.caseId,
      cycle: fired.cycle,
      step: fired.step,
      due_at: fired.dueAt,
      decided_at: fired.decidedAt,
      outcome: fired.outcome,
    })),
    "on conflict (org_id, case_id, cycle, step) do nothing",
  );
  for (const { fired, again } of taken) if (again) await takeAgain(tx, fired);
}

/** Updates the one row of a step. It holds the instant that stands, and remembers those that did not hold. */
async function takeAgain(tx: Transaction<Database>, fired: FiredStep): Promise<void> {
  const { orgId, caseId, cycle, step, dueAt, decidedAt, outcome } = fired;
  const row = await tx
    .selectFrom("steps")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .where("cycle", "=", cycle)
    .where("step", "=", step)
    .executeTakeFirstOrThrow();
  const before = { dueAt: row.due_at, decidedAt: row.decided_at, supersededAt: row.superseded_at };
  const earlier = JSON.stringify([...(JSON.parse(row.earlier ?? "[]") as object[]), before]);
  await tx
    .updateTable("steps")
    .set({ due_at: dueAt, decided_at: decidedAt, outcome, superseded_at: null, earlier })
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .where("cycle", "=", cycle)
    .where("step", "=", step)
    .execute();
}
