// How many API calls do deadlines cost an org?
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Fact } from "c/slaEngine";
import { Deliveries } from "../src/outbox/deliveries.ts";
import { salesforceSender } from "../src/lanes/salesforce.ts";
import { recomputeClocks } from "../src/clocks/recompute.ts";
import { OrgConnection } from "../src/orgs/connection.ts";
import { Registry } from "../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers, type Runtime } from "../src/runtime.ts";
import { openStore } from "../src/store/open.ts";
import { createdFact, factRow, policyOf } from "../test/clocks/world.ts";
import { benchmark, wholeNumber } from "../../scripts/bench/command.ts";
import { startWorld } from "../test/orgs/org-world.ts";

const { cases: count } = benchmark(
  "write-backs",
  "The cases of a local org with the package deployed get their deadlines, then every one of them moves; the org itself " +
    "counts the calls. Fails above 60 calls for 10,000, or when a case shows anything else than what was computed.",
)
  .option("--cases <n>", "how many", wholeNumber, 10_000)
  .parse()
  .opts<{ cases: number }>();
const mostCalls = Math.ceil((60 * count) / 10_000);
const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);

const world = await startWorld(["austral"]);
const [org] = world.orgs;
const store = await openStore({ file: join(folder, "store.sqlite") });
const { db } = store;
const runtime: Runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
const rows: { what: string; changes: number; calls: number; seconds: number }[] = [];
const faults: string[] = [];
try {
  const { local, entry, contractId } = org!;
  const orgId = entry.id;
  const ids: string[] = [];
  for (let from = 0; from < count; from += 200)
    ids.push(
      ...org!.as(
        "martina",
        ...Array.from({ length: Math.min(200, count - from) }, (_, n) => ({
          op: "insert" as const,
          object: "Case",
          fields: {
            Subject: `Case ${from + n}`,
            Status: "New",
            Origin: "Web",
            Support_Contract__c: contractId,
            Support_Priority__c: "P3",
          },
        })),
      ),
    );
  await new Registry(db).save(entry);
  await db
    .insertInto("contracts")
    .values({
      org_id: orgId,
      id: contractId,
      plan: "Silver",
      status: "Active",
      starts_on: null,
      ends_on: null,
      policy: JSON.stringify(policyOf("Silver")),
      policy_version: "1",
      problem: null,
      updated_at: 0,
    })
    .execute();

  const opened = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  async function learn(facts: (caseId: string) => Fact): Promise<void> {
    for (let from = 0; from < ids.length; from += 500)
      await db.transaction().execute(async (tx) => {
        const some = ids.slice(from, from + 500);
        await tx
          .insertInto("facts")
          .values(some.map((caseId) => factRow(orgId, caseId, facts(caseId))))
          .execute();
        await recomputeClocks(
          tx,
          some.map((caseId) => ({ orgId, caseId })),
          Date.now(),
        );
      });
  }
  const connection = new OrgConnection(entry, systemClock);
  const channel = salesforceSender(db, () => connection, orgId, runtime);
  const deliveries = new Deliveries({
    db,
    runtime,
    senders: (lane) => (lane === `salesforce:${orgId}` ? channel : null),
    holder: "bench",
  });
  const waiting = () =>
    db
      .selectFrom("outbox")
      .select("id")
      .where("state", "in", ["pending", "sending"])
      .limit(1)
      .executeTakeFirst();
  deliveries.start();
  for (const [what, facts] of [
    ["deadlines of new cases", () => createdFact(orgId, opened, { contractId, priority: "P3" })],
    [
      "deadlines that move",
      () => ({
        id: "raised",
        at: opened + 30_000,
        by: { userId: null, role: "requester" },
        kind: "priority",
        priority: "P1",
      }),
    ],
  ] as [string, (caseId: string) => Fact][]) {
    const began = performance.now();
    const before = local.limits.used();
    await learn(facts);
    deliveries.wake();
    while ((await waiting()) !== undefined) await wait(50);
    const calls = local.limits.used() - before;
    rows.push({ what, changes: count, calls, seconds: Math.round((performance.now() - began) / 100) / 10 });
    if (calls > mostCalls) faults.push(`${what}: ${calls} calls, more than ${mostCalls}`);
    const due = new Map(
      (await db.selectFrom("clocks").select(["case_id", "due_at"]).execute()).map((row) => [
        row.case_id,
        row.due_at,
      ]),
    );
    const other = [...local.rows("Case")].filter(
      (row) => Number(row["SLA_Ack_Due_At__c"]) !== due.get(row.Id),
    );
    if (other.length > 0) faults.push(`${what}: ${other.length} cases show another deadline`);
  }
  await deliveries.stop();
} finally {
  await store.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
}
console.table(rows);
console.log(JSON.stringify(rows));
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
