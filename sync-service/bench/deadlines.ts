// How late are deadlines?
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { zones } from "../src/zones/zones.ts";
import { parseCatalogue, resolvePolicy, type SlaClock, type Fact } from "c/slaEngine";
import { sql } from "kysely";
import { PgBoss } from "pg-boss";
import { FiringLoop } from "../src/clocks/firing-loop.ts";
import { recomputeClocks } from "../src/clocks/recompute.ts";
import { silentLog, systemClock, systemTimers, type Runtime } from "../src/runtime.ts";
import { openStore, type Store } from "../src/store/open.ts";
import { benchmark, someOf, wholeNumber } from "../../scripts/bench/command.ts";
import { newFolder, startServer, stopServer } from "../test/postgres/server.ts";

const options = benchmark(
  "deadlines",
  "Many steps over some seconds, at one instant and one at a time, from a step's instant to after its commit (ledger, " +
    "write-back, items and all), beside pg-boss waking as many empty jobs on the same PostgreSQL.",
)
  .option("--steps <n>", "how many at one instant, and over the seconds", wholeNumber, 10_000)
  .option("--seconds <n>", "over how long", wholeNumber, 20)
  .addOption(someOf("--engines <engines>", "what to measure", ["sqlite", "postgres", "pg-boss"]))
  .addOption(someOf("--loads <loads>", "under what", ["over", "instant", "lone"]))
  .parse()
  .opts<{ steps: number; seconds: number; engines: string[]; loads: string[] }>();
const count = options.steps;
const spread = options.seconds * 1000;
const runtime: Runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
const half = 30 * 60_000;

interface Row {
  engine: string;
  load: string;
  p50: number;
  p99: number;
  max: number;
  perSecond: number | null;
  idleCpu: number | null;
  /** Of this process alone, µs: says something on a busy machine too. */
  cpuPerStep: number | null;
}
const rows: Row[] = [];

const policy = resolvePolicy(
  parseCatalogue(readFileSync(new URL("../../config/support-plans.json", import.meta.url), "utf8")),
  {
    plan: "Platinum",
    timeZone: "America/Argentina/Buenos_Aires",
    zone: zones().law("America/Argentina/Buenos_Aires", 2026),
    holidayCalendar: "AR",
    holidays: [],
    holidaysKnown: { from: "2020-01-01", to: "2040-12-31" },
  },
);

/** Cases of a Platinum client whose first step (half of an hour around the clock) falls at these instants. */
async function prepare({ db }: Store, orgs: number, instants: number[]): Promise<void> {
  for (let o = 0; o < orgs; o++) {
    const org = `org${o}`;
    await db
      .insertInto("orgs")
      .values({
        id: org,
        org_id: `00D${o}`,
        name: org,
        instance_url: "https://x",
        login_url: "https://x",
        username: "x",
        credentials: "{}",
        transport: "pubsub",
        pubsub_endpoint: null,
        channel: "x",
        intake_rule: null,
        settings: JSON.stringify({ slackChannel: "C0123456" }),
        status: "active",
        status_kind: null,
        status_reason: null,
        onboarded_at: 0,
      })
      .execute();
    await db
      .insertInto("contracts")
      .values({
        org_id: org,
        id: `contract-${org}`,
        plan: "Platinum",
        status: "Active",
        starts_on: null,
        ends_on: null,
        policy: JSON.stringify(policy),
        policy_version: "1",
        problem: null,
        updated_at: 0,
      })
      .execute();
  }
  for (let from = 0; from < instants.length; from += 1000)
    await db.transaction().execute(async (tx) => {
      const some = instants.slice(from, from + 1000).map((instant, n) => ({
        org: `org${(from + n) % orgs}`,
        caseId: `500${String(from + n).padStart(15, "0")}`,
        instant,
      }));
      await tx
        .insertInto("cases")
        .values(
          some.map(({ org, caseId }) => ({
            org_id: org,
            id: caseId,
            case_number: caseId.slice(-8),
            subject: "bench",
            fields: "{}",
            versions: "{}",
            contract_id: `contract-${org}`,
            system_modstamp: 0,
            is_deleted: 0,
            is_closed: 0,
          })),
        )
        .execute();
      await tx
        .insertInto("facts")
        .values(
          some.map(({ org, caseId, instant }) => {
            const fact: Fact = {
              id: "created",
              at: instant - half,
              by: { userId: null, role: "requester" },
              kind: "created",
              status: "New",
              closed: false,
              priority: "P1",
              category: null,
              channel: null,
              contractId: `contract-${org}`,
              owner: "queue",
            };
            return {
              org_id: org,
              case_id: caseId,
              id: fact.id,
              at: fact.at,
              commit_number: 0,
              sequence_number: 0,
              kind: fact.kind,
              fact: JSON.stringify(fact),
              received_at: fact.at,
            };
          }),
        )
        .execute();
      await recomputeClocks(
        tx,
        some.map(({ org, caseId }) => ({ orgId: org, caseId })),
        Date.now(),
      );
    });
  // the orgs have everything that was wanted until then
  await db.updateTable("outbox").set({ state: "delivered" }).execute();
  await db
    .updateTable("write_backs")
    .set({ written: sql`wanted` })
    .execute();
}

const share = (sorted: number[], of: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(of * sorted.length))]!;
const round = (n: number) => Math.round(n * 10) / 10;

function report(
  engine: string,
  load: string,
  lateness: number[],
  drainedIn: number | null,
  idleCpu: number | null,
  cpuPerStep: number | null = null,
) {
  const sorted = lateness.toSorted((a, b) => a - b);
  rows.push({
    engine,
    load,
    p50: round(share(sorted, 0.5)),
    p99: round(share(sorted, 0.99)),
    max: round(sorted.at(-1)!),
    perSecond: drainedIn === null ? null : Math.round(lateness.length / (drainedIn / 1000)),
    idleCpu,
    cpuPerStep: cpuPerStep === null ? null : Math.round(cpuPerStep),
  });
  console.error(JSON.stringify(rows.at(-1)));
}

async function idle(ms: number): Promise<number> {
  const before = process.cpuUsage();
  await wait(ms);
  const { user, system } = process.cpuUsage(before);
  return Math.round(((user + system) / 1000 / ms) * 10_000) / 100;
}

async function ours(engine: string, open: () => Promise<Store>): Promise<void> {
  for (const [name, load, instantsFrom, orgs] of [
    [
      "over",
      `${count} over ${spread / 1000} s`,
      (t: number) => Array.from({ length: count }, (_, n) => t + Math.floor((n * spread) / count)),
      10,
    ],
    ["instant", `${count} at one instant`, (t: number) => Array.from({ length: count }, () => t), 10],
    ["lone", "one at a time", (t: number) => Array.from({ length: 40 }, (_, n) => t + n * 250 + 7), 1],
  ] as const) {
    if (!options.loads.includes(name)) continue;
    const store = await open();
    const preparing = Date.now() + 120_000 + half;
    const instants = instantsFrom(preparing);
    await prepare(store, orgs, instants);
    // all that was prepared is moved to begin shortly, together
    const all = await store.db.selectFrom("clocks").selectAll().execute();
    const begin = Date.now() + 25_000;
    const shift = begin - preparing;
    await store.db.transaction().execute(async (tx) => {
      for (let from = 0; from < all.length; from += 500) {
        const moved = all.slice(from, from + 500).map((row) => {
          const clock = JSON.parse(row.clock) as SlaClock;
          // Salesforce's instants are whole seconds: to spread the steps evenly, each is moved within its second.
          const at = instants[Number(row.case_id.slice(3))]! + shift;
          clock.steps[0]!.at = at;
          return { ...row, clock: JSON.stringify(clock), next_at: at };
        });
        await tx
          .insertInto("clocks")
          .values(moved)
          .onConflict((c) =>
            c
              .columns(["org_id", "case_id", "cycle"])
              .doUpdateSet({ clock: sql`excluded.clock`, next_at: sql`excluded.next_at` }),
          )
          .execute();
      }
    });
    if (Date.now() > begin - 5_000)
      throw new Error("Preparing took too long for this machine: use fewer --steps.");
    const lateness: number[] = [];
    let last = 0;
    const loop = new FiringLoop({
      db: store.db,
      runtime,
      onFired(steps) {
        last = Date.now();
        for (const step of steps) lateness.push(last - step.dueAt);
      },
    });
    loop.start();
    await wait(500);
    const cpu = await idle(3_000);
    const before = process.cpuUsage();
    while (lateness.length < instants.length) await wait(50);
    const { user, system } = process.cpuUsage(before);
    await loop.stop();
    const early = lateness.filter((ms) => ms < 0).length;
    if (early > 0) throw new Error(`${early} steps were decided before their instant`);
    const ledger = await store.db
      .selectFrom("steps")
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    if (Number(ledger.n) !== instants.length)
      throw new Error(`${ledger.n} rows in the ledger, not ${instants.length}`);
    report(
      engine,
      load,
      lateness,
      load.includes("instant") ? last - begin : null,
      cpu,
      (user + system) / instants.length,
    );
    await store.close();
  }
}

async function pgBoss(url: string): Promise<void> {
  for (const [name, load, instantOf] of [
    [
      "over",
      `${count} over ${spread / 1000} s`,
      (begin: number, n: number) => begin + Math.floor((n * spread) / count),
    ],
    ["instant", `${count} at one instant`, (begin: number) => begin],
  ] as const) {
    if (!options.loads.includes(name)) continue;
    const boss = new PgBoss(url);
    boss.on("error", () => {});
    await boss.start();
    const queue = `deadlines-${Date.now()}`;
    await boss.createQueue(queue);
    const begin = Date.now() + 12_000;
    for (let from = 0; from < count; from += 1000)
      await boss.insert(
        queue,
        Array.from({ length: Math.min(1000, count - from) }, (_, n) => {
          const dueAt = instantOf(begin, from + n);
          return { data: { dueAt }, startAfter: new Date(dueAt) };
        }),
      );
    const lateness: number[] = [];
    let last = 0;
    await boss.work<{ dueAt: number }>(
      queue,
      { batchSize: 500, pollingIntervalSeconds: 0.5 },
      async (jobs) => {
        last = Date.now();
        for (const job of jobs) lateness.push(last - job.data.dueAt);
      },
    );
    await wait(500);
    const cpu = await idle(3_000);
    while (lateness.length < count) await wait(50);
    report("pg-boss", load, lateness, load.includes("instant") ? last - begin : null, cpu);
    await boss.stop({ graceful: false });
  }
}

const wants = (engine: string) => options.engines.includes(engine);
if (wants("sqlite"))
  await ours("sqlite", async () => {
    const folder = mkdtempSync(join(tmpdir(), "compromiso-bench-"));
    const store = await openStore({ file: join(folder, "store.sqlite") });
    return {
      ...store,
      async close() {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  });
if (wants("postgres") || wants("pg-boss")) {
  const folder = process.env["DATABASE_URL"] ? null : await newFolder();
  const url = process.env["DATABASE_URL"] ?? (await startServer(folder!));
  try {
    if (wants("postgres"))
      await ours("postgres", async () => {
        const store = await openStore({ databaseUrl: url });
        return {
          ...store,
          async close() {
            for (const table of [
              "orgs",
              "contracts",
              "cases",
              "facts",
              "clocks",
              "steps",
              "outbox",
              "write_backs",
            ] as const)
              await store.db.deleteFrom(table).execute();
            await store.close();
          },
        };
      });
    if (wants("pg-boss")) await pgBoss(url);
  } finally {
    if (folder !== null) await stopServer(folder);
  }
}
console.table(
  rows.map(({ engine, load, p50, p99, max, perSecond, idleCpu, cpuPerStep }) => ({
    engine,
    load,
    "late p50 ms": p50,
    "p99 ms": p99,
    "max ms": max,
    "drained/s": perSecond,
    "idle CPU %": idleCpu,
    "CPU per step µs": cpuPerStep,
  })),
);
console.log(JSON.stringify(rows));
