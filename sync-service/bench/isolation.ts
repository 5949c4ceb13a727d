// What does one org's trouble cost another?
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { percentile } from "c/slaReporting";
import { recomputeClocks } from "../src/clocks/recompute.ts";
import { Fleet } from "../src/mirror/fleet.ts";
import { defaultPeriods } from "../src/mirror/periods.ts";
import { Registry } from "../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers } from "../src/runtime.ts";
import { openStore } from "../src/store/open.ts";
import { benchmark, wholeNumber } from "../../scripts/bench/command.ts";
import { startWorld, until } from "../test/orgs/org-world.ts";
import { noticesBeside } from "./isolation/notices.ts";

const options = benchmark(
  "isolation",
  "How long a change of a healthy org takes from the org's commit to the store's (SQLite), first alone, then beside an " +
    "org with a revoked key, one out of API requests, one that answers after 30 s and one that leaves every reading " +
    "unanswered; and the API requests that the changes cost, by the org's own count.",
)
  .option("--changes <n>", "how many", wholeNumber, 200)
  .option("--json", "the figures as JSON alone")
  .parse()
  .opts<{ changes: number; json?: true }>();
const { changes } = options;
const apart = 50;

const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
process.env["COMPROMISO_TEST_ORGS"] = join(folder, "templates");
mkdirSync(process.env["COMPROMISO_TEST_ORGS"]);
const world = await startWorld(["healthy", "revoked", "spent", "slow", "hanging"]);
const [healthy, revoked, spent, slow, hanging] = world.orgs;

async function measure(what: string, orgs: typeof world.orgs) {
  const store = await openStore({ file: join(folder, `${what}.sqlite`) });
  const registry = new Registry(store.db);
  for (const { entry } of orgs) await registry.save(entry);
  const fleet = new Fleet({
    store,
    recompute: recomputeClocks,
    wake: () => {},
    runtime: { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog },
    periods: defaultPeriods,
  });
  fleet.start();
  await until(() => fleet.health().get("healthy")?.lastReconciled != null, "the healthy org's first reading");
  if (orgs.length > 1)
    await until(
      async () =>
        (await registry.find("revoked"))!.status === "stopped" &&
        fleet.health().get("spent")!.state === "waiting",
      "the others' trouble",
    );
  const used = healthy!.local.limits.used();
  const lags: number[] = [];
  const stored = () =>
    store.db
      .selectFrom("facts")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("org_id", "=", "healthy")
      .executeTakeFirstOrThrow();
  for (let n = 0; n < changes; n++) {
    const before = Number((await stored()).count);
    const began = performance.now();
    healthy!.open("martina", { Subject: `Case ${n}` });
    while (Number((await stored()).count) === before) await wait(1);
    lags.push(performance.now() - began);
    await wait(apart);
  }
  const calls = healthy!.local.limits.used() - used;
  await fleet.stop();
  await store.close();
  const ms = (share: number) => Math.round(percentile(lags, share)! * 10) / 10;
  return {
    ...{ what, changes, "p50 ms": ms(50), "p99 ms": ms(99), "max ms": ms(100) },
    "API requests per 1,000 changes": Math.round((calls / changes) * 1000),
  };
}

const rows: object[] = [];
const notices: object[] = [];
try {
  for (const troubled of [false, true]) notices.push(await noticesBeside(folder, troubled, 80));
  rows.push(await measure("alone", [healthy!]));
  revoked!.entry.credentials = { ...revoked!.entry.credentials, clientId: "taken-away" };
  spent!.local.limits.setUsed(spent!.local.limits.max());
  slow!.local.faults.latency = 30_000;
  hanging!.local.faults.failNext.push({
    ...{ match: "GET /services/data", status: 0, errorCode: "NO_ANSWER", message: "", times: 1_000_000 },
    hang: true,
  });
  rows.push(await measure("beside four in trouble", world.orgs));
} finally {
  hanging!.local.faults.reset();
  slow!.local.faults.latency = 0;
  await Promise.race([world.close(), wait(5_000)]);
  rmSync(folder, { recursive: true, force: true });
}
if (options.json) console.log(JSON.stringify({ changes: rows, notices }));
else {
  console.table(rows);
  console.table(notices);
}
// the slow org's answers are still under way
process.exit(0);
