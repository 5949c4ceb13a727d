// Two services on one PostgreSQL, and the one that serves the org is killed with -9 among changes.
import { fork, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { Registry } from "../../src/orgs/registry.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { differencesOf } from "./following.ts";

jest.setTimeout(120_000);

test("the other takes the org over: nothing is lost, and nothing is told or written twice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-two-"));
  const config = join(folder, "service.json");
  writeFileSync(config, JSON.stringify({ http: { port: 0 }, log: { level: "warn" } }));
  const world = await startWorld();
  const org = world.orgs[0]!;
  const { place, forget } = await newPlace("postgres");
  const { databaseUrl } = place as { databaseUrl: string };
  const store = await openStore(place);
  const instances: ChildProcess[] = [];
  const start = async () => {
    const instance = fork(join(import.meta.dirname, "../../bin/sla-sync.js"), ["serve", "--config", config], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: databaseUrl },
    });
    instances.push(instance);
    await new Promise<void>((resolve, reject) => {
      instance.once("message", () => resolve());
      instance.once("exit", (code) => reject(new Error(`the service ended with ${code}`)));
    });
  };
  const gone = (instance: ChildProcess) =>
    new Promise<void>((resolve) => {
      if (instance.exitCode !== null || instance.signalCode !== null) return resolve();
      instance.once("exit", () => resolve());
    });
  const servedBy = async () => {
    const lease = await store.db.selectFrom("leases").selectAll().executeTakeFirst();
    return lease === undefined || lease.until < Date.now() ? null : Number(lease.holder.split(":")[1]);
  };
  const equal = () => until(async () => (await differencesOf(store, org)).length === 0, "equality");
  try {
    await new Registry(store.db).save(org.entry);
    await Promise.all([start(), start()]);
    await until(async () => (await servedBy()) !== null, "the lease");
    const cases = Array.from({ length: 5 }, () => org.open("martina"));
    await equal();
    const first = await servedBy();
    const dying = instances.find(({ pid }) => pid === first)!;
    const other = instances.find(({ pid }) => pid !== first)!;

    for (const id of cases) org.change("martina", id, { Support_Priority__c: "P1" });
    dying.kill("SIGKILL");
    await gone(dying);
    for (const id of cases) org.change("camila", id, { Status: "Working" });
    const opened = org.open("martina");
    // half a minute later
    await store.db.updateTable("leases").set({ until: 0 }).execute();
    await until(async () => (await servedBy()) === other.pid, "the other's lease");
    await equal();

    const facts = await store.db.selectFrom("facts").select(["case_id", "kind"]).execute();
    const told = (id: string) =>
      facts
        .filter(({ case_id }) => case_id === id)
        .map(({ kind }) => kind)
        .sort();
    for (const id of cases) expect(told(id)).toEqual(["created", "priority", "status"]);
    expect(told(opened)).toEqual(["created"]);
    // the values that they wrote back are the clocks' values
    const field = (id: string, name: string) => org.local.row("Case", id)![name];
    await until(
      () =>
        cases.every((id) => field(id, "SLA_Status__c") === "Acknowledged") &&
        field(opened, "SLA_Status__c") === "Running",
      "the write-backs",
    );
    await equal();
    const steps = await store.db.selectFrom("steps").select(["case_id", "step"]).execute();
    expect(steps.length).toBe(new Set(steps.map(({ case_id, step }) => `${case_id} ${step}`)).size);
    other.kill("SIGTERM");
    await gone(other);
    expect(other.exitCode).toBe(0);
  } finally {
    for (const instance of instances) instance.kill("SIGKILL");
    await Promise.all(instances.map(gone));
    await store.close();
    await world.close();
    await forget();
    rmSync(folder, { recursive: true, force: true });
  }
});
