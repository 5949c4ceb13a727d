// The whole service with doors open, against a real local org with contacts in it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { shippedPace } from "../../src/pace.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers, type WallClock } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

export interface DoorService {
  world: World;
  org: TestOrg;
  service: Service;
  /** The rows of one of the org's objects. */
  rows(object: string): Record<string, unknown>[];
  caseOf(key: string): Record<string, unknown> | undefined;
  comments(caseId: unknown): string[];
  contact(fields: Record<string, unknown>): string;
  /** Stops the service and starts it again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A plan for an org that had another until now: a change of plan governs from tomorrow on, and here it is the first. */
export async function putOnPlan(
  org: TestOrg,
  plan: string,
): Promise<NonNullable<TestOrg["entry"]["settings"]["contract"]>> {
  const terms = { ...org.entry.settings.contract!, plan };
  org.as("sync", { op: "delete", object: "Support_Contract__c", id: org.contractId });
  const { id } = await writeContract(
    new OrgConnection(org.entry, systemClock),
    readCatalogue(),
    terms,
    systemClock,
  );
  org.contractId = id;
  return terms;
}

export async function doorService(
  actions: object,
  options: {
    plan?: string;
    clock?: WallClock;
    contacts?: Record<string, unknown>[];
    databaseUrl?: string;
    settings?: object;
    /** What a lane rests between two messages, ms. */
    rest?: number;
  } = {},
): Promise<DoorService> {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-doors-"));
  const world = await startWorld(["austral"]);
  const org = world.orgs[0]!;
  const contact = (fields: Record<string, unknown>) =>
    org.as("admin", { op: "insert", object: "Contact", fields })[0]!;
  for (const fields of options.contacts ?? []) contact(fields);
  const terms = await putOnPlan(org, options.plan ?? "Platinum");
  const file = join(folder, "config.json");
  writeFileSync(
    file,
    JSON.stringify({
      store: { file: "s.sqlite" },
      http: { port: 0 },
      every: { replies: 0.3, intake: 1 },
      actions,
    }),
  );
  const environment = options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl };
  const store = await openStore(
    options.databaseUrl === undefined
      ? { file: join(folder, "s.sqlite") }
      : { databaseUrl: options.databaseUrl },
  );
  await new Registry(store.db).save({
    ...org.entry,
    onboardedAt: Date.now() - 60_000,
    settings: {
      ...org.entry.settings,
      contract: terms,
      doors: { contacts: "LastName != null", country: "AR" },
      stepOverrides: [],
      ...options.settings,
    } as never,
  });
  await store.close();
  const start = () =>
    startService({
      config: readConfig(file, environment),
      clock: options.clock ?? systemClock,
      timers: systemTimers,
      random: Math.random,
      log: silentLog,
      pace: { ...shippedPace, ...(options.rest === undefined ? {} : { rest: options.rest }) },
    });
  const ready = (service: Service) =>
    until(async () => service.fleet.health().get("austral")?.state === "streaming", "the org");
  let service = await start();
  await ready(service);
  const rows = (object: string) => [...org.local.rows(object)] as Record<string, unknown>[];
  return {
    world,
    org,
    get service() {
      return service;
    },
    rows,
    caseOf: (key) => rows("Case").find((row) => row["Support_Intake_Key__c"] === key),
    comments: (caseId) =>
      rows("CaseComment")
        .filter((row) => row["ParentId"] === caseId)
        .map((row) => String(row["CommentBody"])),
    contact,
    async restart() {
      await service.stop();
      service = await start();
      await ready(service);
    },
    async close() {
      await service.stop();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
