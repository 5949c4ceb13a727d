import type { Kysely } from "kysely";
import type { Database } from "../store/schema.ts";

const day = 24 * 3_600_000;
/** Sent, discarded and withheld items stay this long, because corrections and endings need their recipients. */
export const keptFor = 30 * day;
/** You can retry a dead letter for this long. */
export const deadKeptFor = 90 * day;
/** Items of a case that left the contract go sooner, like the case itself. They wait until the ending was sent. */
export const leftKeptFor = day;
/** Rows per pass: one pass takes some milliseconds, even in a large table. */
const rowsAtOnce = 2_000;

/**
 * Deletes old rows of the outbox, a part of the table per call.
 * @param after the last id of the previous pass
 * @returns the last id of this pass, or 0 at the end of the table
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
      // somebody may have retried a dead letter meanwhile: it must stay
      .where("state", "not in", ["pending", "sending"])
      .execute();
  return rows.length < rowsAtOnce ? 0 : rows.at(-1)!.id;
}
