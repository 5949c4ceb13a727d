import type { Kysely } from "kysely";
import { contractAt, type SlaClock } from "c/slaEngine";
import { contractsOf } from "../clocks/contracts.ts";
import { tellConversations } from "../notices/conversations.ts";
import { enqueue } from "../outbox/outbox.ts";
import { locksRows } from "../store/dialect.ts";
import type { ConversationTable, Database, IntakeTable } from "../store/schema.ts";

/**
 * Remembers that a message is in its org, on this case. The case's event may have come before the answer to its
 * creation: what its clock promises is told then, and the org's row keeps the mirror's transaction from passing by.
 */
export async function linkCase(
  db: Kysely<Database>,
  conversation: Omit<ConversationTable, "id"> & { id: number },
  intake: Pick<IntakeTable, "org_id"> & { id: number },
  caseId: string,
  now: number,
): Promise<void> {
  const { org_id: orgId } = conversation;
  await db.transaction().execute(async (tx) => {
    let org = tx.selectFrom("orgs").select("id").where("id", "=", orgId);
    if (locksRows(tx)) org = org.forUpdate();
    await org.execute();
    await tx
      .updateTable("intakes")
      .set({ state: "done", case_id: caseId, settled_at: now })
      .where("id", "=", intake.id)
      .execute();
    const changed = await tx
      .updateTable("conversations")
      .set((eb) => ({ case_id: caseId, follows: eb.ref("case_id") }))
      .where("org_id", "=", orgId)
      .where("id", "=", conversation.id)
      .where((eb) => eb.or([eb("case_id", "is", null), eb("case_id", "!=", caseId)]))
      .executeTakeFirst();
    if (Number(changed.numUpdatedRows) === 0) return;
    const row = await tx
      .selectFrom("clocks")
      .select("clock")
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .orderBy("cycle", "desc")
      .executeTakeFirst();
    if (row === undefined) return;
    const clock = JSON.parse(row.clock) as SlaClock;
    const contract = (await contractsOf(tx, orgId)).find(({ id }) => id === clock.contractId);
    const policy = contract && contractAt(contract, clock.startedAt).policy;
    const news = [{ caseId, clock, was: undefined, policy }];
    await enqueue(tx, await tellConversations(tx, orgId, news, []), now, () => false);
  });
}
