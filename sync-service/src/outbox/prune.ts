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
      ...([
        "outbox.org_id",
        "outbox.id",
        "outbox.state",
        "outbox.created_at",
        "outbox.delivered_at",
      ] as const),
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
    // an answer waits as long as its conversation does
    if (state === "held" && !hasLeft) return false;
    return age > (hasLeft ? leftKeptFor : state === "dead" ? deadKeptFor : keptFor);
  });
  if (gone.length > 0)
    await db
      .deleteFrom("outbox")
      .where("org_id", "in", [...new Set(gone.map(({ org_id }) => org_id))])
      .where(
        "id",
        "in",
        gone.map(({ id }) => id),
      )
      // somebody may have retried a dead letter meanwhile: it must stay
      .where("state", "not in", ["pending", "sending"])
      .execute();
  if (rows.length === rowsAtOnce) return rows.at(-1)!.id;
  await pruneIntakes(db, now);
  return 0;
}

/** What is left of a message whose content is erased. Its row stays, so that the channel cannot bring it again. */
const erased = JSON.stringify({ subject: "", text: "", files: [] });

/** Deletes old messages of clients, and the content of those whose case left the contract. */
async function pruneIntakes(db: Kysely<Database>, now: number): Promise<void> {
  await db
    .deleteFrom("intakes")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("intakes")
        .select("id")
        .where("settled_at", "<", now - keptFor)
        .orderBy("id")
        .limit(rowsAtOnce),
    )
    .execute();
  await db
    .updateTable("intakes")
    .set({ message: erased, sender: "" })
    .where("settled_at", "<", now - leftKeptFor)
    .where("message", "!=", erased)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom("cases")
          .select("cases.id")
          .whereRef("cases.org_id", "=", "intakes.org_id")
          .whereRef("cases.id", "=", "intakes.case_id")
          .where("cases.contract_id", "is", null),
      ),
    )
    .execute();
  await db
    .deleteFrom("said")
    .where("at", "<", now - keptFor)
    .execute();
}
