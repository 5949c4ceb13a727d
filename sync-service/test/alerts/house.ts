// The service as a process, a local org, and a receiver of webhooks that can be away or refuse.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createServer, type Server } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import SQLite from "better-sqlite3";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { settingsSchema } from "../../src/orgs/org.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { createToken } from "../../src/http/tokens.ts";
import { systemClock } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { freePort } from "./watchers.ts";

const command = join(import.meta.dirname, "../../bin/sla-sync.js");

export class House {
  readonly port: number;
  readonly token: string;
  readonly org: TestOrg;
  /** How the receiver of webhooks answers; null: nobody is there. */
  #hook: { server: Server; status: number } | null = null;
  #service: ChildProcess | null = null;
  readonly #parts: { world: World; folder: string; hookPort: number };

  constructor(port: number, token: string, parts: { world: World; folder: string; hookPort: number }) {
    this.port = port;
    this.token = token;
    this.org = parts.world.orgs[0]!;
    this.#parts = parts;
  }

  get #environment() {
    return {
      ...process.env,
      NODE_OPTIONS: "",
      ALERTS_SECRET: "a secret",
      SLA_CONFIG: this.#file("config.json"),
    };
  }
  #file(name: string) {
    return join(this.#parts.folder, name);
  }

  async start(): Promise<void> {
    this.#service = spawn(process.execPath, [command, "serve"], { env: this.#environment, stdio: "ignore" });
    const asked = async () => {
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`)
        .then((r) => r.json())
        .catch(() => null);
      return (answer as { orgs?: { served: number } } | null)?.orgs?.served === 1;
    };
    await until(asked, "the service", 180_000);
  }
  async kill(): Promise<void> {
    const dying = this.#service!;
    const gone = new Promise((resolve) => dying.once("exit", resolve));
    dying.kill("SIGKILL");
    await gone;
  }
  /** Stops the process for a while, as a machine that is out of memory does. */
  freeze(): void {
    this.#service!.kill("SIGSTOP");
  }
  thaw(): void {
    this.#service!.kill("SIGCONT");
  }

  /** Runs a command of `sla-sync` as an operator does. The org runs in this process, so nothing here may wait for it. */
  async run(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], {
      env: this.#environment,
    });
    return stdout;
  }
  /** Does damage in the store, behind the service. */
  store<T>(work: (database: SQLite.Database) => T): T {
    const database = new SQLite(this.#file("s.sqlite"), { timeout: 20_000 });
    try {
      return work(database);
    } finally {
      database.close();
    }
  }
  /** Keeps everybody else from writing to the store, until it is called. */
  holdStore(): () => void {
    const database = new SQLite(this.#file("s.sqlite"), { timeout: 20_000 });
    database.exec("begin immediate");
    return () => {
      database.exec("rollback");
      database.close();
    };
  }
  async hook(status: number | null): Promise<void> {
    const before = this.#hook?.server;
    before?.closeAllConnections();
    if (before) await new Promise((closed) => before.close(closed));
    this.#hook = null;
    if (status === null) return;
    const server = createServer((_request, response) => response.writeHead(status).end());
    server.listen(this.#parts.hookPort, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    this.#hook = { server, status };
  }
  async close(): Promise<void> {
    if (this.#service?.exitCode === null && this.#service.signalCode === null) await this.kill();
    await this.hook(null);
    await this.#parts.world.close();
  }
}

/** A P1 of this org has 15 seconds, round the clock, and its opening tells the webhook alone. */
export async function openHouse(folder: string): Promise<House> {
  const world = await startWorld(["austral"]);
  const [org] = world.orgs as [TestOrg];
  const [port, hookPort] = [await freePort(), await freePort()];
  const catalogue = JSON.parse(
    readFileSync(new URL("../../../config/support-plans.json", import.meta.url), "utf8"),
  );
  const silver = catalogue.plans.find((plan: { code: string }) => plan.code === "Silver");
  for (const key of Object.keys(silver.coverage)) silver.coverage[key] = { alwaysOpen: true };
  silver.commitments.find((c: { priorities: string[] }) => c.priorities.includes("P1")).target = {
    minutes: 0.25,
  };
  const plans = join(folder, "plans.json");
  writeFileSync(plans, JSON.stringify(catalogue));
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({
      store: { file: "s.sqlite" },
      http: { port },
      catalogue: plans,
      every: { contracts: 3, intake: 60, replies: 60 },
    }),
  );
  const terms = org.entry.settings.contract!;
  await writeContract(new OrgConnection(org.entry, systemClock), readCatalogue(plans), terms, systemClock);
  const store = await openStore({ file: join(folder, "s.sqlite") });
  const steps = [
    "opened",
    ...(JSON.parse(readFileSync(plans, "utf8")).steps ?? []).map((s: { name: string }) => s.name),
  ];
  await new Registry(store.db).save({
    ...org.entry,
    onboardedAt: Date.now(),
    settings: settingsSchema.parse({
      ...org.entry.settings,
      webhooks: [{ name: "ops", url: `http://127.0.0.1:${hookPort}/`, secret: { env: "ALERTS_SECRET" } }],
      stepOverrides: [...new Set(steps)].map((step) => ({
        step,
        do:
          step === "opened"
            ? [{ type: "webhook", name: "ops", priorities: ["P1"] }]
            : [{ type: "writeBack" }],
      })),
    }),
  });
  const { token } = await createToken(
    store.db,
    { name: "prometheus", scopes: ["metrics"], expiresAt: null },
    Date.now(),
  );
  await store.close();
  const house = new House(port, token, { world, folder, hookPort });
  await house.hook(200);
  await house.start();
  return house;
}
