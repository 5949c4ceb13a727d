// npm run bench -- reports: a year of many cases in the embedded store; how long its figures and a replay take.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "c/slaEngine";
import { recomputeClocks } from "../src/clocks/recompute.ts";
import { fleetView } from "../src/reports/fleet.ts";
import { mttaReport } from "../src/reports/mtta.ts";
import { waitingCases } from "../src/reports/waiting.ts";
import { whatIf } from "../src/reports/what-if.ts";
import { openStore } from "../src/store/open.ts";
import { client, consultant, createdFact, factRow } from "../test/clocks/world.ts";

const cases = Number(process.argv[2] ?? 100_000);
const orgs = 10;
const now = Date.parse("2026-12-30T15:00:00Z");
const first = Date.parse("2026-01-02T12:00:00Z");
const idOf = (number: number) => `500${String(number).padStart(12, "0")}AAA`;

const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
const store = await openStore({ file: join(folder, "store.sqlite") });
const results: { what: string; ms: number; "peak MB": number }[] = [];

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  globalThis.gc?.();
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const began = performance.now();
  await work();
  const ms = Math.round(performance.now() - began);
  clearInterval(watch);
  peak = Math.max(peak, process.memoryUsage().rss);
  results.push({ what, ms, "peak MB": Math.round(peak / 2 ** 20) });
}

try {
  const { db } = store;
  for (let n = 0; n < orgs; n++)
    await client(db, { id: `org${n}`, plan: ["Silver", "Gold", "Platinum"][n % 3]! });
  await measure(`${cases} cases made`, async () => {
    const batch = 1000;
    for (let from = 0; from < cases; from += batch)
      await db.transaction().execute(async (tx) => {
        const facts: ReturnType<typeof factRow>[] = [];
        const keys: { orgId: string; caseId: string }[] = [];
        for (let n = from; n < Math.min(cases, from + batch); n++) {
          const orgId = `org${n % orgs}`;
          const start = Math.floor((first + ((now - first) * n) / cases) / 1000) * 1000;
          const own: Fact[] = [createdFact(orgId, start, { priority: `P${(n % 4) + 1}` })];
          if (n % 20 !== 0 && start + 3_600_000 < now)
            own.push({
              id: "ack",
              at: start + ((n * 7919) % 10_800) * 1000,
              by: consultant,
              kind: "acknowledgement",
              via: "field",
            });
          facts.push(...own.map((fact) => factRow(orgId, idOf(n), fact)));
          keys.push({ orgId, caseId: idOf(n) });
        }
        await tx.insertInto("facts").values(facts).execute();
        await recomputeClocks(tx, keys, now);
      });
  });
  const year = { from: "2026-01", to: "2026-12" };
  await measure("report of the year, all orgs", () => mttaReport(db, { period: year }, now));
  await measure("report of one org's month", () =>
    mttaReport(db, { orgIds: ["org0"], period: { from: "2026-11", to: "2026-11" } }, now),
  );
  await measure(`what-if of one org's year (${cases / orgs} cases)`, () =>
    whatIf(db, { orgId: "org0", period: year, alternative: { plan: "gold" } }, now),
  );
  await measure(`what-if of every org's year (${cases} cases)`, async () => {
    for (let n = 0; n < orgs; n++)
      await whatIf(db, { orgId: `org${n}`, period: year, alternative: { plan: "gold" } }, now);
  });
  const sources = {
    health: () => new Map(),
    apiUse: () => null,
    troubled: () => [],
    clockOffset: () => 0,
  };
  await measure("fleet page: orgs", () => fleetView(db, sources, now));
  await measure("fleet page: the 100 most urgent cases", () =>
    waitingCases(db, { offset: 0, limit: 100 }, now),
  );
  console.table(results);
  console.log(JSON.stringify({ cases, orgs, results }));
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
