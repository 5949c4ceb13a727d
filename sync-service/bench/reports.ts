// How long do figures take, and whom do they hold up?
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Fact } from "c/slaEngine";
import { Option } from "commander";
import { recomputeClocks } from "../src/clocks/recompute.ts";
import { reportsFrom, type Reports } from "../src/reports/questions.ts";
import { ReportThread } from "../src/reports/thread.ts";
import { openStore, type StorePlace } from "../src/store/open.ts";
import { client, consultant, createdFact, factRow } from "../test/clocks/world.ts";
import { newPlace, type StoreKind } from "../test/places.ts";
import { benchmark, stores, wholeNumber } from "../../scripts/bench/command.ts";
import { newFolder, stopServer } from "../test/postgres/server.ts";

const options = benchmark(
  "reports",
  "A year of many cases: how long figures and a replay take, and for how long the service's own thread is held by them, " +
    "when it answers itself and when the reports' thread does.",
)
  .option("--cases <n>", "how many", wholeNumber, 100_000)
  .addOption(stores())
  // of the process that makes the cases, so that what they take is not counted here
  .addOption(new Option("--make <place>").hideHelp())
  .parse()
  .opts<{ cases: number; stores: StoreKind[]; make?: string }>();
const { cases } = options;
const orgs = 10;
const now = Date.parse("2026-12-30T15:00:00Z");
const first = Date.parse("2026-01-02T12:00:00Z");
const idOf = (number: number) => `500${String(number).padStart(12, "0")}AAA`;

async function make(place: StorePlace): Promise<void> {
  const { db, close } = await openStore(place);
  for (let n = 0; n < orgs; n++)
    await client(db, { id: `org${n}`, plan: ["Silver", "Gold", "Platinum"][n % 3]! });
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
  await close();
}

const year = { from: "2026-01", to: "2026-12" };
const asked: Record<string, (reports: Reports) => Promise<unknown>> = {
  "report of the year, all orgs": (reports) => reports.mttaReport({ period: year }, now),
  "report of one org's month": (reports) =>
    reports.mttaReport({ orgIds: ["org0"], period: { from: "2026-11", to: "2026-11" } }, now),
  "report of one org's year, as of the end of June": (reports) =>
    reports.mttaReport({ orgIds: ["org0"], period: year, replay: true }, Date.parse("2026-07-01T03:00:00Z")),
  [`what-if of one org's year (${cases / orgs} cases)`]: (reports) =>
    reports.whatIf({ orgId: "org0", period: year, alternative: { plan: "gold" } }, now),
  [`what-if of every org's year (${cases} cases)`]: async (reports) => {
    for (let n = 0; n < orgs; n++)
      await reports.whatIf({ orgId: `org${n}`, period: year, alternative: { plan: "gold" } }, now);
  },
  "an org's figures, as kept every few minutes": (reports) =>
    reports.orgFigures({ orgId: "org0", period: { from: "2026-11", to: "2027-01" } }, now),
  "fleet page: orgs": (reports) => reports.storedFleet({}, now),
  "fleet page: the 100 most urgent cases": (reports) => reports.waitingCases({ offset: 0, limit: 100 }, now),
};

/** How long the work takes, and the longest that this thread's timers had to wait meanwhile, ms. */
async function measure(work: () => Promise<unknown>) {
  globalThis.gc?.();
  let turn = performance.now();
  let held = 0;
  const turns = setInterval(() => {
    const at = performance.now();
    held = Math.max(held, at - turn);
    turn = at;
  }, 1);
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  // a hold is seen by the turn after it
  await setTimeout(20);
  clearInterval(turns);
  return { ms: Math.round(ms), held: Math.round(held * 10) / 10 };
}

/** Every question once; and how much memory the process took at most. */
async function askAll(reports: Reports) {
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const measured = [];
  for (const [what, ask] of Object.entries(asked)) {
    measured.push({ what, ...(await measure(() => ask(reports))) });
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  clearInterval(watch);
  return { measured, peakMb: Math.round(peak / 2 ** 20) };
}

async function bench(kind: StoreKind): Promise<void> {
  const { place, forget } = await newPlace(kind);
  const made = spawnSync(
    process.execPath,
    [import.meta.filename, "--cases", String(cases), "--make", JSON.stringify(place)],
    { stdio: "inherit" },
  );
  if (made.status !== 0) throw new Error("The cases could not be made.");
  const store = await openStore(place);
  const thread = new ReportThread(place);
  try {
    await thread.storedFleet({}, now);
    const apart = await askAll(thread);
    await thread.stop();
    const here = await askAll(reportsFrom(store.db));
    const results = apart.measured.map(({ what, ms, held }, n) => ({
      what,
      "thread ms": ms,
      "service held ms": held,
      "without thread ms": here.measured[n]!.ms,
      "held ms": here.measured[n]!.held,
    }));
    console.log(`${kind}, ${cases} cases of a year in ${orgs} orgs; resident ${apart.peakMb} MB at most`);
    console.table(results);
    console.log(JSON.stringify({ kind, cases, orgs, peakMb: apart.peakMb, results }));
  } finally {
    await thread.stop();
    await store.close();
    await forget();
  }
}

if (options.make !== undefined) await make(JSON.parse(options.make) as StorePlace);
else {
  const folder = options.stores.includes("postgres") ? await newFolder() : null;
  if (folder !== null) process.env["COMPROMISO_TEST_POSTGRES"] = folder;
  try {
    for (const kind of options.stores) await bench(kind);
  } finally {
    if (folder !== null) {
      await stopServer(folder);
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
