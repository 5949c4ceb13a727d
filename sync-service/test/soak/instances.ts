// Several whole services on one PostgreSQL, behind a proxy, while cases change: they are killed, stopped for a while
// and cut off, and the database is restarted. In the end all that the simulator demands holds here too.
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { serve } from "../channels/wires/serve.ts";
import { differencesOf } from "../mirror/following.ts";
import { startWorld, until, type TestOrg } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { haltServer, runServer } from "../postgres/server.ts";
import { faultsOf } from "./demands.ts";
import { Proxy } from "./proxy.ts";
import { seeded } from "./run.ts";

export interface InstancesSoak {
  instances: number;
  minutes: number;
  seed: number;
  /** The folder of the server, which is restarted. */
  postgres: string;
  say?(line: string): void;
}

export interface InstancesSoaked {
  changes: number;
  /** How often each trouble came. */
  troubles: Record<string, number>;
  faults: string[];
}

const troubleKinds = ["kill", "stop", "restart", "drop", "slow", "silent"] as const;

export async function soakInstances(options: InstancesSoak): Promise<InstancesSoaked> {
  const { instances, minutes, seed, postgres, say = () => {} } = options;
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const received = new Map<string, number>();
  const receiver = await serve(({ headers }) => {
    if (random() < 0.1) return { status: 503, body: {} };
    const key = String(headers["idempotency-key"]);
    received.set(key, (received.get(key) ?? 0) + 1);
    return { status: 200, body: {} };
  });
  const world = await startWorld(["austral", "andina"]);
  const { place, forget } = await newPlace("postgres");
  const address = new URL((place as { databaseUrl: string }).databaseUrl);
  const proxy = await Proxy.before(join(postgres, ".s.PGSQL.5432"));
  const throughProxy = `postgres://postgres@127.0.0.1:${proxy.port}${address.pathname}`;
  const folder = mkdtempSync(join(tmpdir(), "compromiso-instances-"));
  const config = join(folder, "config.json");
  const every = { contracts: 10, replies: 10, silence: 60 };
  writeFileSync(config, JSON.stringify({ http: { port: 0 }, log: { level: "error" }, every }));
  const running: (ChildProcess | null)[] = Array.from({ length: instances }, () => null);
  const start = (n: number) => {
    const child = fork(join(import.meta.dirname, "../../bin/sla-sync.js"), ["serve", "--config", config], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: throughProxy, SOAK_HOOK: "secret" },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    running[n] = child;
    // one that could not start, or was killed, comes again
    child.once("exit", () => running[n] === child && setTimeout(() => running[n] === child && start(n), 500));
  };
  let store: Store | null = await openStore(place);
  const troubles: Record<string, number> = {};
  let changes = 0;
  try {
    for (const org of world.orgs) await new Registry(store.db).save(withHook(org, receiver.url));
    await store.close();
    store = null;
    for (let n = 0; n < instances; n++) start(n);
    const end = Date.now() + minutes * 60_000;
    const making = (async () => {
      const cases = new Map<TestOrg, string[]>(world.orgs.map((org) => [org, []]));
      for (; Date.now() < end; changes++) {
        changeOne(pick(world.orgs), cases, pick, random);
        await wait(random() * 200);
      }
    })();
    while (Date.now() < end) {
      await wait(1_000 + random() * 6_000);
      const kind = pick(troubleKinds);
      troubles[kind] = (troubles[kind] ?? 0) + 1;
      say(`${kind} after ${changes} changes`);
      const child = pick(running);
      const lasts = 500 + random() * 20_000;
      if (kind === "kill") child?.kill("SIGKILL");
      else if (kind === "drop") proxy.drop();
      else if (kind === "restart") {
        await haltServer(postgres);
        await wait(random() * 3_000);
        await runServer(postgres, { fsync: "off" });
      } else if (kind === "stop") {
        child?.kill("SIGSTOP");
        // longer than a lease, now and then
        await wait(random() < 0.3 ? 35_000 : lasts);
        child?.kill("SIGCONT");
      } else {
        proxy.mood = kind;
        await wait(lasts);
        proxy.mood = "fair";
      }
    }
    await making;
    store = await openStore(place);
    const found = async () => [
      ...(await Promise.all(world.orgs.map((org) => differencesOf(store!, org)))).flat(),
      ...(await faultsOf(store!, world.orgs, received)),
    ];
    await until(async () => (await found()).length === 0, "all that must hold", 180_000).catch(() => {});
    return { changes, troubles, faults: await found() };
  } finally {
    const children = running.splice(0);
    for (const child of children) child?.kill("SIGKILL");
    await store?.close();
    await proxy.close();
    await receiver.close();
    await world.close();
    await forget();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const withHook = ({ entry }: TestOrg, url: string): TestOrg["entry"] => ({
  ...entry,
  settings: {
    ...entry.settings,
    webhooks: [{ name: "desk", url: `${url}/${entry.id}`, secret: { env: "SOAK_HOOK" } }],
    stepOverrides: [{ step: "opened", do: [{ type: "writeBack" }, { type: "webhook", name: "desk" }] }],
  },
});

export function changeOne(
  org: TestOrg,
  cases: Map<TestOrg, string[]>,
  pick: <T>(list: readonly T[]) => T,
  random: () => number,
): void {
  const own = cases.get(org)!;
  if (own.length < 10 || random() < 0.15) return void own.push(org.open("martina"));
  const id = pick(own);
  if (random() < 0.3) return org.change("martina", id, { Support_Priority__c: pick(["P1", "P2", "P3"]) });
  org.change("camila", id, { Status: pick(["New", "Working", "Escalated", "Closed"]) });
}
