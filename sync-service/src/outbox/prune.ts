import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";

const day = 24 * 3_600_000;
/** What was sent, discarded or withheld is kept for so long: corrections and endings look at whom it told. */
export const keptFor = 30 * day;
/** A dead letter can be retried for so long. */
export const deadKeptFor = 90 * day;
/** What concerns a case that left the contract goes sooner, as its content does. It waits until its ending was told. */
export const leftKeptFor = day;
/** Rows looked at in one pass: a pass takes the store some milliseconds, however large the table is. */
const rowsAtOnce = 2_000;

/**
 * Deletes what the outbox need not keep any more, a part of the table at a time.
 * @param after the last id of the pass before
 * @returns the last id of this pass; 0: the table's end was reached
 */
export async function prune(db: Kysely<Database>, after: number, now: number): Promise<number> {
  const rows = await db
    .selectFrom("outbox")
    .leftJoin("cases", (join) =>
      join.onRef("cases.org_id", "=", "outbox.org_id").onRef("cases.id", "=", "outbox.case_id"),
    )
    .select([
      ...(["outbox.id", "outbox.state", "outbox.created_at", "outbox.delivered_at"] as const),
      ...(["cases.id as case_id", "cases.contract_id"] as const),
    ])
    .where("outbox.id", ">", after)
    .orderBy("outbox.id")
    .limit(rowsAtOnce)
    .execute();
  const gone = rows.filter(({ state, created_at, delivered_at, case_id, contract_id }) => {
    if (state === "pending" || state === "sending") return false;
    const age = now - (delivered_at ?? created_at);
    const hasLeft = case_id !== null && contract_id === null;
    return age > (hasLeft ? leftKeptFor : state === "dead" ? deadKeptFor : keptFor);
  });
  if (gone.length > 0)
    await db
      .deleteFrom("outbox")
      .where(
        "id",
        "in",
        gone.map(({ id }) => id),
      )
      // a dead letter that is retried meanwhile stays
      .where("state", "not in", ["pending", "sending"])
      .execute();
  return rows.length < rowsAtOnce ? 0 : rows.at(-1)!.id;
}
