import type { Transaction } from "kysely";
import { policyIn } from "../orgs/policies.ts";
import { contractProblem, readContracts, recordsInForce, type ContractRecord } from "../orgs/contract.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { holidaysEndSoon } from "../orgs/holiday-renewal.ts";
import { longId } from "../case/ids.ts";
import type { WallClock } from "../runtime.ts";
import { systemWorld } from "../world.ts";
import type { Store } from "../store/open.ts";
import type { ContractTable, Database } from "../store/schema.ts";
import type { RecomputeClocks } from "../case/change.ts";
import { rereadZones } from "../zones/zones.ts";
import { underLease, type Held } from "./leases.ts";
import { Turns } from "./turns.ts";

const casesAtOnce = 500;

/**
 * Brings the mirrored contracts up to date. A record that cannot be computed with is reported beside the last good
 * policy, which stays; clocks under a contract that changed are computed anew.
 * @returns `problems`: what is wrong with a contract, by its id
 * @throws LeaseLost when another instance serves the org now: it has read the contracts later
 */
export async function refreshContracts(
  store: Store,
  connection: OrgConnection,
  recompute: RecomputeClocks,
  clock: WallClock,
  lease: Held | null = null,
): Promise<{ changed: number; contracts: ContractRecord[]; problems: Map<string, string> }> {
  const orgId = connection.org.id;
  const known = new Map(
    (await store.db.selectFrom("contracts").selectAll().where("org_id", "=", orgId).execute()).map((row) => [
      row.id,
      row,
    ]),
  );
  const contracts = await readContracts(connection);
  const inForce = recordsInForce(contracts, clock.now()).map(({ Id }) => longId(Id));
  const problems = new Map<string, string>();
  let changed = 0;
  for (const record of contracts) {
    const id = longId(record.Id);
    const held = known.get(id);
    const unusable = contractProblem(record);
    const problem =
      unusable ??
      (inForce.length > 1 && inForce.includes(id)
        ? `${inForce.length} contracts are in force (${inForce.join(", ")}), so a case that is opened now gets no clock: end all but one`
        : inForce.includes(id)
          ? endOfHolidays(record, clock.now())
          : null);
    if (problem !== null) problems.set(id, problem);
    const row = {
      org_id: orgId,
      id,
      plan: record.Plan__c ?? "",
      status: record.Status__c ?? "",
      starts_on: record.Starts_On__c,
      ends_on: record.Ends_On__c,
      policy: (unusable !== null && held?.policy) || (record.Policy__c ?? ""),
      policy_version: record.Policy_Version__c ?? "",
      problem,
      updated_at: clock.now(),
    };
    if (
      held !== undefined &&
      held.plan === row.plan &&
      held.status === row.status &&
      held.starts_on === row.starts_on &&
      held.ends_on === row.ends_on &&
      held.policy === row.policy &&
      held.policy_version === row.policy_version &&
      held.problem === problem
    )
      continue;
    const since = Math.floor(Math.min(Date.parse(record.LastModifiedDate), row.updated_at) / 1000) * 1000;
    await underLease(store, orgId, lease, async (tx) => {
      if (held !== undefined) await keepVersions(tx, held, row, since);
      else if (inForce.includes(id) && inForce.some((other) => other !== id && known.has(other)))
        // a second contract takes nothing from running clocks, and nothing from a clock that began in the second of
        // its creation
        await keepVersions(tx, { ...row, status: "Suspended" }, row, Date.parse(record.CreatedDate) + 1000);
      await tx
        .insertInto("contracts")
        .values(row)
        .onConflict((c) => c.columns(["org_id", "id"]).doUpdateSet(row))
        .execute();
    });
    changed++;
  }
  const listed = new Set(contracts.map(({ Id }) => longId(Id)));
  for (const held of known.values()) {
    if (listed.has(held.id) || held.status === "Expired") continue;
    // deleted in the org: what it promised stays promised, and nothing more is
    const row = { ...held, status: "Expired", problem: null, updated_at: clock.now() };
    await underLease(store, orgId, lease, async (tx) => {
      await keepVersions(tx, held, row, row.updated_at);
      await tx
        .updateTable("contracts")
        .set({ status: row.status, problem: null, updated_at: row.updated_at })
        .where("org_id", "=", orgId)
        .where("id", "=", held.id)
        .execute();
    });
    changed++;
  }
  if (changed > 0) {
    // people are told in the wall time of the law that the contracts may bring
    rereadZones();
    await recomputeOpen(store, orgId, recompute, clock, lease);
  }
  return { changed, contracts, problems };
}

/** Said a year ahead, where people see the problems of contracts. */
function endOfHolidays({ Policy__c }: ContractRecord, now: number): string | null {
  const read = policyIn(Policy__c);
  return "policy" in read ? holidaysEndSoon(read.policy, now) : null;
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
  if (same || "problem" in policyIn(before.policy) || "problem" in policyIn(after.policy)) return;
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
  clock: WallClock,
  lease: Held | null,
): Promise<void> {
  let after = "";
  const turns = new Turns(clock, casesAtOnce);
  const timed = turns.timed(recompute);
  for (;;) {
    const cases = await store.db
      .selectFrom("cases")
      .select("id")
      .where("org_id", "=", orgId)
      .where("is_closed", "=", 0)
      .where("is_deleted", "=", 0)
      .where("id", ">", after)
      .orderBy("id")
      .limit(turns.size)
      .execute();
    if (cases.length === 0) return;
    await underLease(store, orgId, lease, (tx) =>
      timed(
        tx,
        cases.map(({ id }) => ({ orgId, caseId: id })),
        clock.now(),
      ),
    );
    after = cases.at(-1)!.id;
    await systemWorld.breathe();
    await turns.rest(systemWorld.timers);
  }
}
