import { readPolicy } from "c/slaEngine";
import type { Transaction } from "kysely";
import { readContractPolicy, readContracts } from "../orgs/contract.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { longId } from "../orgs/ids.ts";
import type { Clock } from "../runtime.ts";
import type { Store } from "../store/open.ts";
import type { ContractTable, Database } from "../store/schema.ts";
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
    const since = Math.floor(Math.min(Date.parse(record.LastModifiedDate), row.updated_at) / 1000) * 1000;
    await store.db.transaction().execute(async (tx) => {
      if (held !== undefined) await keepVersions(tx, held, row, since);
      await tx
        .insertInto("contracts")
        .values(row)
        .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet(row))
        .execute();
    });
    changed.push(id);
  }
  if (changed.length > 0) await recomputeOpen(store, orgId, recompute, clock);
  return changed.length;
}

/**
 * Running clocks go by what held at their start. A policy that cannot be read is no version: what it is mended to held
 * all along.
 */
async function keepVersions(
  tx: Transaction<Database>,
  before: ContractTable,
  after: ContractTable,
  since: number,
): Promise<void> {
  const same =
    before.policy === after.policy &&
    before.status === after.status &&
    before.starts_on === after.starts_on &&
    before.ends_on === after.ends_on;
  if (same || "problem" in readPolicy(before.policy) || "problem" in readPolicy(after.policy)) return;
  const { org_id, id: contract_id } = after;
  const last = await tx
    .selectFrom("contract_versions")
    .select("from_at")
    .where("org_id", "=", org_id)
    .where("contract_id", "=", contract_id)
    .orderBy("from_at", "desc")
    .executeTakeFirst();
  const version = (from_at: number, { status, starts_on, ends_on, policy }: ContractTable) => ({
    ...{ org_id, contract_id, from_at },
    ...{ status, starts_on, ends_on, policy },
  });
  if (last === undefined) await tx.insertInto("contract_versions").values(version(0, before)).execute();
  const row = version(Math.max(since, last?.from_at ?? 0), after);
  await tx
    .insertInto("contract_versions")
    .values(row)
    .onConflict((c) => c.columns(["org_id", "contract_id", "from_at"]).doUpdateSet(row))
    .execute();
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
