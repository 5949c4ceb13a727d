// The whole service against a real local org: a promise of six seconds, kept and broken.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readConfig } from "../../src/config.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-whole-"));
let world: World;
let org: TestOrg;
let service: Service;

beforeAll(async () => {
  world = await startWorld(["austral"]);
  org = world.orgs[0]!;
  const catalogue = JSON.parse(
    readFileSync(new URL("../../../config/support-plans.json", import.meta.url), "utf8"),
  );
  // round the clock, so that it does not matter when this test runs
  const silver = catalogue.plans.find((plan: { code: string }) => plan.code === "Silver");
  for (const key of Object.keys(silver.coverage)) silver.coverage[key] = { alwaysOpen: true };
  silver.commitments.find((c: { priorities: string[] }) => c.priorities.includes("P1")).target = {
    minutes: 0.1,
  };
  const file = join(folder, "plans.json");
  writeFileSync(file, JSON.stringify(catalogue));
  const terms = org.entry.settings.contract!;
  await writeContract(new OrgConnection(org.entry, systemClock), readCatalogue(file), terms, systemClock);
  const configFile = join(folder, "config.json");
  writeFileSync(
    configFile,
    JSON.stringify({ store: { file: "s.sqlite" }, http: { port: 0 }, catalogue: file }),
  );
  const store = await openStore({ file: join(folder, "s.sqlite") });
  await new Registry(store.db).save({
    ...org.entry,
    onboardedAt: Date.now() - 60_000,
  });
  await store.close();
  service = await startService({
    config: readConfig(configFile, {}),
    clock: systemClock,
    timers: systemTimers,
    random: Math.random,
    log: silentLog,
  });
  await until(() => service.fleet.connection("austral") !== undefined, "the org");
});
afterAll(async () => {
  await service?.stop();
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const fields = (id: string) => [...org.local.rows("Case")].find((row) => row.Id === id)!;

test("a case shows its deadline, passes its steps into a breach, and a late acknowledgement ends it", async () => {
  const id = org.open("martina", { Support_Priority__c: "P1" });
  await until(
    () => fields(id)["SLA_Ack_Due_At__c"] !== null && fields(id)["SLA_Ack_Due_At__c"] !== undefined,
    "the deadline",
  );
  const created = Math.floor(Number(fields(id)["CreatedDate"]) / 1000) * 1000;
  expect(Number(fields(id)["SLA_Ack_Due_At__c"])).toBe(created + 6_000);

  await until(
    () => fields(id)["SLA_Status__c"] === "Breached" && fields(id)["IsEscalated"] === true,
    "the breach",
  );
  // Salesforce's instants are whole seconds: within the one of the deadline it would still be in time
  await until(() => String(fields(id)["SLA_Last_Step__c"]).startsWith("escalation"), "the escalation");
  const ledger = await service.store.db.selectFrom("steps").selectAll().where("case_id", "=", id).execute();
  for (const step of ledger) expect(step.decided_at).toBeGreaterThanOrEqual(step.due_at);

  org.change("camila", id, { SLA_Acknowledged_By__c: org.id("camila") });
  await until(() => fields(id)["SLA_Status__c"] === "Acknowledged Late", "the acknowledgement");
  expect(fields(id)["SLA_Acknowledged_At__c"]).not.toBeNull();
  expect(Number(fields(id)["SLA_Elapsed_Minutes__c"])).toBeGreaterThan(0.1);
});

test("a case acknowledged in time is never breached", async () => {
  const id = org.open("martina", { Support_Priority__c: "P1" });
  await until(() => fields(id)["SLA_Status__c"] === "Running", "the clock");
  org.change("bruno", id, { SLA_Acknowledged_By__c: org.id("bruno") });
  await until(() => String(fields(id)["SLA_Status__c"]).startsWith("Acknowledged"), "the acknowledgement");
  expect(fields(id)["SLA_Status__c"]).toBe("Acknowledged");
  const clock = await service.store.db
    .selectFrom("clocks")
    .selectAll()
    .where("case_id", "=", id)
    .executeTakeFirstOrThrow();
  expect(clock).toMatchObject({ next_at: null, acknowledged_by: org.id("bruno") });
});
