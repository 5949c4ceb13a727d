// npm run failover: see --help.
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Command } from "commander";
import pg from "pg";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore } from "../../src/store/open.ts";
import { serve } from "../channels/wires/serve.ts";
import { differencesOf } from "../mirror/following.ts";
import { startWorld, until, type TestOrg } from "../orgs/org-world.ts";
import { faultsOf } from "../soak/demands.ts";
import { changeOne, withHook } from "../soak/instances.ts";
import { seeded } from "../soak/run.ts";
import { Cluster, missingParts } from "./cluster.ts";

const { port, failovers, lease } = new Command("npm run failover --")
  .description(
    "Three services on a primary and a synchronous standby behind HAProxy. The primary dies among changes; in the " +
      "end nothing is lost and nothing is sent twice. It needs PostgreSQL 15, Patroni, etcd and HAProxy.",
  )
  .option("--port <n>", "the first of some twenty free ports", Number, 36_100)
  .option("--lease <s>", "seconds that an instance holds its orgs without a word", Number, 30)
  .option("--failovers <n>", "how often the primary dies", Number, 1)
  .parse()
  .opts<{ port: number; failovers: number; lease: number }>();
const lacking = missingParts();
if (lacking !== null) {
  console.error(lacking);
  process.exit(2);
}
const began = Date.now();
const say = (line: string) =>
  console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
const templates = mkdtempSync(join(tmpdir(), "compromiso-org-templates-"));
process.env["COMPROMISO_TEST_ORGS"] = templates;
const folder = mkdtempSync(join(tmpdir(), "compromiso-instances-"));
const cluster = await Cluster.start(port);
say("the cluster is up");
const random = seeded(1);
const received = new Map<string, number>();
const receiver = await serve(({ headers }) => {
  const key = String(headers["idempotency-key"]);
  received.set(key, (received.get(key) ?? 0) + 1);
  return { status: 200, body: {} };
});
const world = await startWorld(["austral", "andina"]);
const children: ChildProcess[] = [];
let done = false;
const aside: Promise<void>[] = [];
try {
  const store = await openStore({ databaseUrl: cluster.url() });
  for (const org of world.orgs) await new Registry(store.db).save(withHook(org, receiver.url));
  await store.close();
  const faces = [0, 1, 2].map((n) => start(n));
  for (const face of faces)
    await until(async () => (await readyOf(face)) === "ready", "an instance", 120_000);
  const primary = (await cluster.primary())!;
  say(`three instances serve; the primary is ${primary}`);
  let changes = 0;
  aside.push(
    (async () => {
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const cases = new Map<TestOrg, string[]>(world.orgs.map((org) => [org, []]));
      for (; !done; changes++) {
        changeOne(pick(world.orgs), cases, pick, random);
        await wait(random() * 200);
      }
    })(),
    ...faces.map((face, n) => watchHealth(face, n)),
  );
  await wait(15_000);
  await takeOver(world.orgs[0]!.entry.id);
  for (let n = 0; n < failovers; n++) {
    await wait(15_000);
    const dying = (await cluster.primary())!;
    const before = await latest();
    cluster.kill(dying);
    const killed = Date.now();
    const after = () => ((Date.now() - killed) / 1000).toFixed(1);
    say(`killed ${dying} after ${changes} changes`);
    await until(async () => (await latest().catch(() => 0)) > before, "the first write", 120_000);
    say(`first write of the service ${after()} s after the kill; the primary is ${await cluster.primary()}`);
    await cluster.revive(dying);
    say(`${dying} is the synchronous standby ${after()} s after the kill`);
  }
  await wait(10_000);
  done = true;
  await Promise.all(aside);
  const end = await openStore({ databaseUrl: cluster.url() });
  const found = async () => [
    ...(await Promise.all(world.orgs.map((org) => differencesOf(end, org)))).flat(),
    ...(await faultsOf(end, world.orgs, received)),
  ];
  await until(async () => (await found()).length === 0, "all that must hold", 180_000).catch(() => {});
  const faults = await found();
  await end.close();
  say(await sizes());
  const twice = [...received].filter(([, times]) => times > 1).length;
  say(`${changes} changes, ${received.size} messages, ${twice} of them twice, ${faults.length} faults`);
  for (const line of faults.slice(0, 50)) console.log(`  ${line}`);
  process.exitCode = faults.length + twice === 0 ? 0 : 1;
} finally {
  done = true;
  for (const child of children) child.kill("SIGKILL");
  await cluster.close();
  await receiver.close();
  await world.close();
  for (const made of [folder, templates]) rmSync(made, { recursive: true, force: true });
}

function start(n: number): string {
  const config = join(folder, `config-${n}.json`);
  const every = { contracts: 10, replies: 10, silence: 60, lease };
  const face = port + 10 + n;
  writeFileSync(config, JSON.stringify({ http: { port: face }, log: { level: "error" }, every }));
  children.push(
    fork(join(import.meta.dirname, "../../bin/sla-sync.js"), ["serve", "--config", config], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: cluster.url(), SOAK_HOOK: "secret" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    }),
  );
  return `http://127.0.0.1:${face}`;
}

/** The status and what is wrong, as `/readyz` tells anybody. */
async function readyOf(face: string): Promise<string> {
  try {
    const answer = await fetch(`${face}/readyz`, { signal: AbortSignal.timeout(5_000) });
    const { status, problems, orgs } = (await answer.json()) as {
      status: string;
      problems?: Record<string, string>;
      orgs?: { troubles: { kind: string }[] };
    };
    const kinds = [...new Set(orgs?.troubles.map(({ kind }) => kind))].join(", ");
    return [status, ...Object.values(problems ?? {}), kinds].filter((part) => part !== "").join(": ");
  } catch {
    return "no answer";
  }
}

async function watchHealth(face: string, n: number): Promise<void> {
  for (let last = ""; !done; await wait(500)) {
    const now = await readyOf(face);
    if (now !== last) say(`  instance ${n + 1} says ${now}`);
    last = now;
  }
}

/** Kills the instance that serves an org, and waits for what another one stores of it. */
async function takeOver(org: string): Promise<void> {
  const [lease] = await rowsOf<{ holder: string }>("select holder from leases where org_id = $1", [org]);
  const dying = children.find(({ pid }) => lease!.holder.includes(`:${pid}:`))!;
  const before = await latest(org);
  dying.kill("SIGKILL");
  const killed = Date.now();
  say(`killed the instance that serves ${org}`);
  await until(async () => (await latest(org)) > before, "a change of the org", 120_000);
  say(`another one stored its next change ${((Date.now() - killed) / 1000).toFixed(1)} s after the kill`);
}

/** The number of facts that the store has, of one org or of all. */
async function latest(org: string | null = null): Promise<number> {
  const [row] = await rowsOf<{ n: string }>(
    "select count(*) as n from facts where $1::text is null or org_id = $1",
    [org],
  );
  return Number(row!.n);
}

/** What the rows take with their indexes, for the page on scaling. */
async function sizes(): Promise<string> {
  const tables = ["cases", "facts", "clocks", "steps", "outbox", "write_backs", "applied_changes"];
  const texts = tables.map(async (table) => {
    const [row] = await rowsOf<{ n: string; bytes: string }>(
      `select count(*) as n, pg_total_relation_size('${table}') as bytes from ${table}`,
    );
    return `${table} ${row!.n} rows, ${Math.round(Number(row!.bytes) / Math.max(1, Number(row!.n)))} bytes each`;
  });
  return (await Promise.all(texts)).join("; ");
}

async function rowsOf<Row extends pg.QueryResultRow>(query: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: cluster.url(), connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Row>(query, values)).rows;
  } finally {
    void client.end().catch(() => {});
  }
}
