// The demands once the trouble is over, by the store, the orgs and the receiver.
import { sql } from "kysely";
import { caseValue, sameValue } from "../../src/case/fields.ts";
import type { Store } from "../../src/store/open.ts";
import type { TestOrg } from "../orgs/org-world.ts";

/** By how much a machine's clock and an org's may differ, ms. */
const tolerated = 2_000;

export async function faultsOf(
  { db }: Store,
  orgs: readonly TestOrg[],
  received: ReadonlyMap<string, number>,
): Promise<string[]> {
  const faults: string[] = [];
  const early = await db
    .selectFrom("steps")
    .select(["case_id", "step", "due_at", "decided_at"])
    .whereRef("decided_at", "<", sql<number>`due_at - ${tolerated}`)
    .execute();
  for (const { case_id, step } of early) faults.push(`${step} of ${case_id} was decided early`);
  const items = await db.selectFrom("outbox").select(["key", "state", "destination", "last_error"]).execute();
  for (const { key, state, destination, last_error } of items) {
    if (state === "pending" || state === "sending") faults.push(`${key} is ${state}: ${last_error}`);
    if (state === "dead" && !last_error) faults.push(`${key} is dead without a reason`);
    if (state === "delivered" && destination.startsWith("webhook:") && !received.has(key))
      faults.push(`${key} was never received`);
  }
  const opened = await db
    .selectFrom("steps")
    .select(["org_id", "case_id", "cycle"])
    .where("step", "=", "opened")
    .execute();
  const told = new Set(items.map(({ key }) => key.split("/").slice(0, 5).join("/")));
  for (const { org_id, case_id, cycle } of opened)
    if (!told.has(`step/${org_id}/${case_id}/${cycle}/opened`))
      faults.push(`opened of ${case_id}/${cycle} has no effect`);
  for (const org of orgs) {
    const wanted = await db
      .selectFrom("write_backs")
      .select(["case_id", "wanted"])
      .where("org_id", "=", org.entry.id)
      .execute();
    for (const { case_id, wanted: text } of wanted) {
      const row = org.local.row("Case", case_id);
      if (row === undefined || row["IsDeleted"] === true) continue;
      for (const [field, value] of Object.entries(JSON.parse(text) as Record<string, unknown>))
        if (
          field !== "SLA_Explanation__c" &&
          !sameValue(caseValue(field, row[field]), caseValue(field, value))
        )
          faults.push(`${case_id}.${field}: ${String(row[field])} for ${String(value)}`);
    }
    const cases = await db
      .selectFrom("cases")
      .select("id")
      .where("org_id", "=", org.entry.id)
      .where("contract_id", "is not", null)
      .execute();
    const clocks = await db
      .selectFrom("clocks")
      .select("case_id")
      .where("org_id", "=", org.entry.id)
      .execute();
    const timed = new Set(clocks.map(({ case_id }) => case_id));
    for (const { id } of cases) if (!timed.has(id)) faults.push(`${id} has no clock`);
  }
  return faults;
}
