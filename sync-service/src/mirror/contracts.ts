import { readContractPolicy, readContracts } from "../orgs/contract.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { longId } from "../orgs/ids.ts";
import type { Clock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import type { RecomputeClocks } from "./types.ts";

const casesAtOnce = 500;

/**
 * Brings the mirrored contracts up to date. A policy that cannot be read is reported beside the last good one, which
 * stays; clocks under a contract that changed are computed anew.
 * @returns how many contracts changed
 */
export async function refreshContracts(
  store: Store,
  connection: OrgConnection,
  recompute: RecomputeClocks,
  clock: Clock,
): Promise<number> {
  const orgId = connection.org.id;
  const known = new Map(
    (await store.db.selectFrom("contracts").selectAll().where("org_id", "=", orgId).execute()).map((row) => [
      row.id,
      row,
    ]),
  );
  const changed: string[] = [];
  for (const record of await readContracts(connection)) {
    const id = longId(record.Id);
    const held = known.get(id);
    const version = record.Policy_Version__c ?? "";
    const samePolicy = held !== undefined && held.policy_version === version && held.problem === null;
    const sameTerms =
      held !== undefined &&
      held.status === record.Status__c &&
      held.starts_on === record.Starts_On__c &&
      held.ends_on === record.Ends_On__c &&
      held.plan === record.Plan__c;
    if (samePolicy && sameTerms) continue;
    const { json, problem } = samePolicy
      ? { json: held.policy, problem: null }
      : await readContractPolicy(connection, id);
    const row = {
      org_id: orgId,
      id,
      plan: record.Plan__c ?? "",
      status: record.Status__c ?? "",
      starts_on: record.Starts_On__c,
      ends_on: record.Ends_On__c,
      policy: problem === null ? json! : (held?.policy ?? json ?? ""),
      policy_version: version,
      problem,
      updated_at: clock.now(),
    };
    if (
      held !== undefined &&
      sameTerms &&
      held.policy === row.policy &&
      held.problem === problem &&
      held.policy_version === version
    )
      continue;
    await store.db
      .insertInto("contracts")
      .values(row)
      .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet(row))
      .execute();
    changed.push(id);
  }
  if (changed.length > 0) await recomputeOpen(store, orgId, recompute, clock);
  return changed.length;
}

/** Clocks that still run, or that wait for a contract to be known. */
async function recomputeOpen(
  store: Store,
  orgId: string,
  recompute: RecomputeClocks,
  clock: Clock,
): Promise<void> {
  let after = "";
  for (;;) {
    const cases = await store.db
      .selectFrom("cases")
      .select("id")
      .where("org_id", "=", orgId)
      .where("is_closed", "=", 0)
      .where("is_deleted", "=", 0)
      .where("id", ">", after)
      .orderBy("id")
      .limit(casesAtOnce)
      .execute();
    if (cases.length === 0) return;
    await store.db.transaction().execute((tx) =>
      recompute(
        tx,
        cases.map(({ id }) => ({ orgId, caseId: id })),
        clock.now(),
      ),
    );
    after = cases.at(-1)!.id;
  }
}
