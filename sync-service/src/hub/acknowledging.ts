/** A consultant's act in the hub as a fact of the case: it counts at the command's commit there. */
import { floorToSecond, type Fact, type SlaClock } from "c/slaEngine";
import type { Kysely } from "kysely";
import { recomputeClocks } from "../clocks/recompute.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database, HubCommandTable } from "../store/schema.ts";

/** A transaction has fewer changes than this. */
const afterAll = 1_000_000;
const factId = (command: HubCommandTable) => `acknowledgement:hub:${command.id}`;

/** Who acknowledged, as the client reads it. */
export const signature = (command: Pick<HubCommandTable, "by_name">, company: string): string =>
  `${command.by_name} (${company})`;

export async function addAcknowledgement(
  db: Kysely<Database>,
  command: HubCommandTable,
  company: string,
  now: number,
): Promise<void> {
  const { org_id: orgId, case_id: caseId, given_at } = command;
  if (orgId === null) return;
  await onCase(db, orgId, caseId, now, async (tx) => {
    const known = await tx
      .selectFrom("facts")
      .select(["kind", "at", "commit_number"])
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .execute();
    const opened = known.find(({ kind }) => kind === "created")?.at ?? 0;
    const fact: Fact = {
      id: factId(command),
      // two orgs have two clocks: nobody answers a case before it was opened
      at: Math.max(floorToSecond(given_at), opened),
      // of one second, it comes after what the consultant can have seen, and before what follows from the command
      commit: Math.max(0, ...known.map(({ commit_number }) => commit_number)),
      sequence: afterAll,
      by: { userId: null, name: signature(command, company), role: "consultant" },
      kind: "acknowledgement",
      via: "hub",
    };
    const written = await tx
      .insertInto("facts")
      .values({
        ...{ org_id: orgId, case_id: caseId, id: fact.id, at: fact.at, kind: fact.kind, received_at: now },
        ...{ commit_number: fact.commit!, sequence_number: afterAll, fact: JSON.stringify(fact) },
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return Number(written.numInsertedOrUpdatedRows ?? 0) > 0;
  });
}

/** The client's org refused the act that would have acknowledged the case. */
export async function takeBackAcknowledgement(
  db: Kysely<Database>,
  command: HubCommandTable,
  now: number,
): Promise<void> {
  const { org_id: orgId, case_id: caseId } = command;
  if (orgId === null) return;
  await onCase(db, orgId, caseId, now, async (tx) => {
    const gone = await tx
      .deleteFrom("facts")
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .where("id", "=", factId(command))
      .executeTakeFirst();
    return Number(gone.numDeletedRows) > 0;
  });
}

/** The org's row is locked, so that the mirror cannot write the same case at the same time. */
async function onCase(
  db: Kysely<Database>,
  orgId: string,
  caseId: string,
  now: number,
  change: (tx: Parameters<typeof recomputeClocks>[0]) => Promise<boolean>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    let org = tx.selectFrom("orgs").select("id").where("id", "=", orgId);
    if (locksRows(tx)) org = org.forUpdate();
    await org.executeTakeFirst();
    if (await change(tx)) await recomputeClocks(tx, [{ orgId, caseId }], now);
  });
}

/** The current clock; null: the case has no clock. */
export async function currentClock(
  db: Kysely<Database>,
  orgId: string,
  caseId: string,
): Promise<SlaClock | null> {
  const row = await db
    .selectFrom("clocks")
    .select("clock")
    .where("org_id", "=", orgId)
    .where("case_id", "=", caseId)
    .orderBy("cycle", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.clock) as SlaClock);
}
