/** The clocks in the store against what the engine makes of the org's whole past. */
import { computeClocks, readPolicy, type Contract, type Fact } from "c/slaEngine";
import { factsOf, type Judgement } from "../../src/mirror/facts.ts";
import { replyFact } from "../../src/mirror/snapshot.ts";
import type { PersonTable } from "../../src/store/schema.ts";
import { consultants, people } from "../org/people.ts";
import type { Client } from "../orgs-of.ts";
import type { Rested } from "./rested.ts";

const judgement: Judgement = {
  people: {
    syncUserId: people.sync.id,
    byId: new Map(
      Object.entries(people).map(([key, { id, name, type }]): [string, PersonTable] => [
        id,
        {
          ...{ org_id: "", user_id: id, name, email: null, is_active: 1, consultant_until: null, read_at: 0 },
          is_consultant: consultants.includes(key as never) ? 1 : 0,
          is_automation: type === "AutomatedProcess" ? 1 : 0,
        },
      ]),
    ),
    neverCounts: new Set(),
  },
  isClosed: (status) => status === "Closed",
};

/** What the engine makes of the org's whole past, as nobody's trouble has touched it. */
function truthOf(
  { org, contractId, policy }: Client,
  now: number,
): Map<string, ReturnType<typeof computeClocks>> {
  const read = readPolicy(policy);
  if (!("policy" in read)) throw new Error("the simulated policy cannot be read");
  const contracts: Contract[] = [
    { id: contractId, status: "Active", startsOn: "2026-01-01", endsOn: null, policy: read.policy },
  ];
  const creators = new Map<string, string>();
  for (const row of org.rows("Case")) creators.set(String(row["Id"]), String(row["CreatedById"]));
  const facts = new Map<string, Fact[]>();
  for (const change of org.history()) {
    const told = facts.get(change.caseId) ?? [];
    facts.set(change.caseId, [...told, ...factsOf(change, creators.get(change.caseId) ?? null, judgement)]);
  }
  for (const row of org.rows("CaseComment")) {
    const caseId = String(row["ParentId"]);
    if (row["IsPublished"] !== true) continue;
    const reply = {
      ...{ id: String(row["Id"]), via: "comment" as const, by: String(row["CreatedById"]) },
      at: Date.parse(String(row["CreatedDate"])),
    };
    facts.get(caseId)?.push(replyFact(reply, creators.get(caseId) ?? null, judgement));
  }
  return new Map([...facts].map(([caseId, told]) => [caseId, computeClocks(told, contracts, now)]));
}

export async function clockFaults({ store, plan, scheduler }: Rested, client: Client): Promise<string[]> {
  const n = Number(client.org.id.slice("client".length)) - 1;
  // when a suspension was noticed depends on when somebody looked
  if (plan.troubles.some(({ kind, org }) => kind === "contractSuspended" && org % plan.orgs.length === n))
    return [];
  const rows = await store.db.selectFrom("clocks").selectAll().where("org_id", "=", client.org.id).execute();
  const kept = Map.groupBy(rows, (row) => row.case_id);
  const ledger = await store.db.selectFrom("steps").selectAll().where("org_id", "=", client.org.id).execute();
  const taken = new Set(
    ledger
      .filter(({ superseded_at }) => superseded_at === null)
      .map(({ case_id, cycle, step, due_at }) => `${case_id}/${cycle}/${step}/${due_at}`),
  );
  const faults: string[] = [];
  for (const [caseId, clocks] of truthOf(client, scheduler.now)) {
    if (takesItsRepliesAlong(client.org, caseId)) continue;
    const everOurs = clocks.some(({ contractId }) => contractId !== null);
    if (!everOurs) continue;
    const held = kept.get(caseId) ?? [];
    for (const clock of clocks) {
      const row = held.find(({ cycle }) => cycle === clock.cycle);
      // nobody hears of what becomes of a case after it has left
      if (row === undefined && clock.contractId === null) continue;
      if (row === undefined) {
        faults.push(`${caseId}/${clock.cycle} is missing: ${clock.status}`);
        continue;
      }
      const differs = (what: string, is: unknown, should: unknown) => {
        if (is !== should)
          faults.push(`${caseId}/${clock.cycle} ${what}: ${String(is)} for ${String(should)}`);
      };
      differs("status", row.status, clock.status);
      differs("due", row.due_at, clock.dueAt);
      differs("start", row.started_at, clock.startedAt);
      differs("end", row.ended_at, clock.endedAt);
      differs("acknowledged", row.acknowledged_at, clock.acknowledgedAt);
      if (clock.endedAt !== null) continue;
      for (const { name, at } of clock.steps)
        if (at < scheduler.now - 60_000 && !taken.has(`${caseId}/${clock.cycle}/${name}/${at}`))
          faults.push(`${caseId}/${clock.cycle} ${name}: not in the ledger at its instant`);
    }
    if (held.length > clocks.length) faults.push(`${caseId} has ${held.length} clocks for ${clocks.length}`);
  }
  return faults;
}

/** Replies go with a case that is deleted: one that nobody has read by then was never there. */
const takesItsRepliesAlong = (org: Client["org"], caseId: string): boolean =>
  org.events.some(({ header }) => header.changeType === "DELETE" && header.recordIds.includes(caseId)) &&
  [...org.rows("CaseComment")].some((row) => row["ParentId"] === caseId && row["IsPublished"] === true);
