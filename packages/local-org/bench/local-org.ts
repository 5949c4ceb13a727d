// How fast is the local org, and what does it weigh?
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Connection } from "jsforce";
import { benchmark, wholeNumber } from "../../../scripts/bench/command.ts";
import { startLocalOrgs } from "../src/index.ts";
import { selectForCapture } from "../src/events/index.ts";

const { cases: CASES } = benchmark(
  "local-org",
  "Start, creates, queries and events per second, memory with many cases. Everything goes through its own doors: creates " +
    "and queries over HTTP as jsforce sends them, events as captured on commit.",
)
  .option("--cases <n>", "how many", wholeNumber, 100_000)
  .parse()
  .opts<{ cases: number }>();
const folder = mkdtempSync(join(tmpdir(), "bench-org-"));
const options = {
  dataDir: folder,
  orgs: [
    {
      name: "bench",
      label: "Bench",
      language: "en_US",
      timeZone: "UTC",
      users: [
        {
          username: "admin@bench.example",
          name: "Ada Bench",
          email: "admin@bench.example",
          profile: "System Administrator",
        },
      ],
    },
  ],
};
const figures: { what: string; value: number; unit: string }[] = [];
const figure = (what: string, value: number, unit: string) =>
  figures.push({ what, value: Number(value.toPrecision(3)), unit });
const seconds = async (work: () => Promise<unknown> | unknown): Promise<number> => {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
};
const heap = () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / 1e6, heapUsed: heapUsed / 1e6 };
};

/** A process of its own, from nothing to listening. */
function startTime(dataDir?: string): number {
  const code = `const t = performance.now(); const { startLocalOrgs } = await import(${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)});
    await startLocalOrgs(${JSON.stringify({ ...options, dataDir })}); console.log(Math.round(performance.now() - t)); process.exit(0);`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  return Number(stdout.trim());
}

figure("start, empty, in a process of its own", startTime(), "ms");

const { orgs, close } = await startLocalOrgs(options);
const org = orgs.get("bench")!;
const [admin] = org.rows("User");
const connection = new Connection({
  instanceUrl: org.instanceUrl,
  accessToken: org.sessions.open(admin!.Id, "bench").token,
  version: "66.0",
});
org.limits.setMax(10_000_000);
let events = 0;
const before = heap();

const fields = (i: number) => ({
  Subject: `Case ${i}: the order did not arrive`,
  Origin: "Web",
  Priority: i % 3 ? "High" : "Low",
  Description: "The customer says that the order did not arrive, and asks when it will.",
});
const single = 300;
figure(
  "creates, one a call, over HTTP",
  single /
    (await seconds(async () => {
      for (let i = 0; i < single; i++) await connection.sobject("Case").create(fields(i));
    })),
  "/s",
);
const collected = 10_000;
figure(
  "creates, 200 a call, over HTTP",
  collected /
    (await seconds(async () => {
      for (let i = 0; i < collected; i += 200)
        await connection.sobject("Case").create(Array.from({ length: 200 }, (_, k) => fields(i + k)));
    })),
  "/s",
);

const caller = { userId: admin!.Id, client: "bench", api: "rest/66.0" };
const insert = (i: number) => ({ op: "insert" as const, object: "Case", fields: fields(i) });
const rest = CASES - single - collected;
if (rest > 0) {
  const took = await seconds(() => {
    for (let i = 0; i < rest; i += 200)
      org.execute(
        caller,
        Array.from({ length: 200 }, (_, k) => insert(i + k)),
      );
  });
  figure("creates, 200 a transaction, in the kernel with its journal", rest / took, "/s");
}
const after = heap();
figure(
  `memory of ${[...org.rows("Case")].length} cases with their history`,
  after.heapUsed - before.heapUsed,
  "MB heap",
);
figure("memory of the whole process then", after.rss, "MB resident");

// the first query loads the grammar
await connection.query("SELECT Id FROM Organization");
const ids = [...org.rows("Case")].slice(0, 500).map((row) => row.Id);
const many = 200;
const perSecond = async (what: string, soql: (i: number) => string, n = many) =>
  figure(
    what,
    n /
      (await seconds(async () => {
        for (let i = 0; i < n; i++) await connection.query(soql(i));
      })),
    "/s",
  );
await perSecond(
  "queries by id, over HTTP",
  (i) => `SELECT Id, CaseNumber, Subject, Owner.Name FROM Case WHERE Id = '${ids[i % ids.length]}'`,
);
await perSecond(
  "queries by number, over HTTP",
  (i) => `SELECT Id, Subject FROM Case WHERE CaseNumber = '${String(1000 + i).padStart(8, "0")}'`,
);
await perSecond(
  "counts that scan all cases",
  () => "SELECT COUNT() FROM Case WHERE Priority = 'High' AND IsClosed = false",
  10,
);
await perSecond(
  "a reconciliation's page of 2,000 by (SystemModstamp, Id)",
  () =>
    "SELECT Id, SystemModstamp FROM Case WHERE SystemModstamp > 2020-01-01T00:00:00Z ORDER BY SystemModstamp, Id LIMIT 2000",
  10,
);
const updates = 2_000;
figure(
  "updates, 200 a call, over HTTP",
  updates /
    (await seconds(async () => {
      for (let i = 0; i < updates; i += 200)
        await connection
          .sobject("Case")
          .update(ids.slice(0, 200).map((Id) => ({ Id, Subject: `again ${i}` })));
    })),
  "/s",
);

selectForCapture(org, ["Case"]);
org.onCommit(({ changes }) => (events += changes.filter((c) => c.object === "Case").length));
const changed = 20_000;
const took = await seconds(() => {
  for (let i = 0; i < changed; i += 200)
    org.execute(
      caller,
      ids.slice(0, 200).map((id, k) => ({
        op: "update" as const,
        object: "Case",
        id,
        fields: { Subject: `changed ${i + k}` },
      })),
    );
});
figure("change events captured and kept, 200 a transaction", events / took, "/s");

figure("snapshot of everything, synced", (await seconds(() => org.snapshot())) * 1000, "ms");
await close();
figure(`start with ${CASES} cases kept, in a process of its own`, startTime(folder), "ms");
rmSync(folder, { recursive: true, force: true });

const width = Math.max(...figures.map(({ what }) => what.length));
for (const { what, value, unit } of figures)
  console.log(`${what.padEnd(width)}  ${value.toLocaleString("en-US").padStart(9)} ${unit}`);
console.log(JSON.stringify({ bench: "local-org", cases: CASES, node: process.version, figures }));
process.exit(0);
