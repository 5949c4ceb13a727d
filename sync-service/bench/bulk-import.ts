// How soon does a case have its deadline, when thousands come at once?
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Connection } from "jsforce";
import { OrgConnection } from "../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../src/orgs/contract.ts";
import { Registry } from "../src/orgs/registry.ts";
import { systemClock } from "../src/runtime.ts";
import { openStore } from "../src/store/open.ts";
import { benchmark, wholeNumber } from "../../scripts/bench/command.ts";
import { startWorld, until } from "../test/orgs/org-world.ts";

const { cases: count, patience } = benchmark(
  "bulk-import",
  "A client imports cases with the Bulk API 2.0, while the service runs in a process of its own and follows. A case's wait " +
    "is from its commit in the org to the commit of its deadline there. Fails when a case has no deadline in the end.",
)
  .option("--cases <n>", "how many", wholeNumber, 10_000)
  .option("--patience <s>", "how long to wait for the last deadline", wholeNumber, 300)
  .parse()
  .opts<{ cases: number; patience: number }>();

const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
const catalogue = join(import.meta.dirname, "../../config/support-plans.json");
const configFile = join(folder, "config.json");
writeFileSync(configFile, JSON.stringify({ store: { file: "store.sqlite" }, http: { port: 0 }, catalogue }));

const world = await startWorld(["austral"]);
const [org] = world.orgs;
const { local, entry, contractId } = org!;
local.limits.setMax(10_000_000);
await writeContract(
  new OrgConnection(entry, systemClock),
  readCatalogue(catalogue),
  entry.settings.contract!,
  systemClock,
);
const store = await openStore({ file: join(folder, "store.sqlite") });
await new Registry(store.db).save({ ...entry, onboardedAt: Date.now() - 60_000 });
await store.close();

const service = spawn(
  process.execPath,
  [join(import.meta.dirname, "../bin/sla-sync.js"), "serve", "--config", configFile],
  { stdio: ["ignore", "ignore", "inherit"] },
);
const gone = new Promise<void>((resolve) => service.once("exit", () => resolve()));
/** When each case was committed, and when its deadline was, ms. */
const made = new Map<string, number>();
const due = new Map<string, number>();
local.onCommit(({ at, changes }) => {
  for (const { object, kind, id, after } of changes) {
    if (object !== "Case" || after === null) continue;
    if (kind === "CREATE") made.set(id, at);
    else if (typeof after["SLA_Ack_Due_At__c"] === "number" && !due.has(id)) due.set(id, at);
  }
});
const faults: string[] = [];
try {
  const first = org!.open("martina", { Support_Priority__c: "P1" });
  await until(() => {
    if (service.exitCode !== null) throw new Error("the service ended before it wrote a deadline");
    return due.has(first);
  }, "the service");
  made.clear();
  due.clear();

  const user = [...local.rows("User")].find((row) => row.Id === org!.id("martina"))!;
  const connection = new Connection({
    instanceUrl: local.instanceUrl,
    accessToken: local.sessions.open(user.Id, "import").token,
    version: "66.0",
  });
  const rows = Array.from({ length: count }, (_, n) => ({
    Subject: `Imported ${n}`,
    Origin: "Web",
    Support_Contract__c: contractId,
    Support_Priority__c: `P${(n % 4) + 1}`,
  }));
  const calls = local.limits.used();
  const began = Date.now();
  const { failedResults } = await connection.bulk2.loadAndWaitForResults({
    object: "Case",
    operation: "insert",
    input: rows,
    pollInterval: 100,
    pollTimeout: patience * 1000,
  });
  const imported = Date.now();
  if (failedResults.length > 0) faults.push(`${failedResults.length} cases were refused`);
  for (const end = Date.now() + patience * 1000; due.size < made.size && Date.now() < end;) await wait(50);
  const missing = [...made.keys()].filter((id) => !due.has(id)).length;
  if (missing > 0) faults.push(`${missing} cases have no deadline after ${patience} s`);
  const waits = [...due].map(([id, at]) => at - made.get(id)!).sort((a, b) => a - b);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? null;
  const figures = {
    cases: made.size,
    importSeconds: (imported - began) / 1000,
    allDueSeconds: (Math.max(...due.values()) - began) / 1000,
    waitP50: at(0.5),
    waitP99: at(0.99),
    waitLast: at(1),
    calls: local.limits.used() - calls,
  };
  console.table([figures]);
  console.log(JSON.stringify(figures));
} finally {
  service.kill("SIGTERM");
  await gone;
  await world.close();
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
