// The whole service between real local orgs: clients, and the hub of their provider.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { commandChannel, saveHub } from "../../src/hub/hub.ts";
import { handOver } from "../../src/hub/marks.ts";
import { versionOf } from "../../src/hub/projection.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { shippedPace } from "../../src/pace.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers, type Log } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import type { PersonName } from "../orgs/people.ts";

type Row = Record<string, unknown>;

export interface HubWorld {
  world: World;
  client: TestOrg;
  hub: TestOrg;
  service: Service;
  /** The hub's record of a client's case. */
  inHub(caseId: string): Row | undefined;
  entries(caseId: string): Row[];
  comments(caseId: string): Row[];
  caseOf(caseId: string): Row;
  /** A consultant gives a command, as the page does. @returns the command's id */
  command(by: PersonName, caseId: string, kind: string, more?: Row): string;
  answer(commandId: string): Row | undefined;
  /** Waits for the answer that is no waiting. */
  settled(commandId: string): Promise<Row>;
  /** Opens a case, and waits for it in the hub. */
  opened(fields?: Row): Promise<string>;
  /** The file of the service's configuration. */
  config: string;
  /** @param more waits: false where the client's org does not come to stream */
  restart(between?: (store: Store) => Promise<void>, more?: { waits: boolean }): Promise<void>;
  close(): Promise<void>;
}

export const company = "Consultora Sur";

/** @param conversation an active case is read so often, ms: tests do not wait as long as people can */
export async function hubWorld({
  log = silentLog,
  conversation = 500,
}: { log?: Log; conversation?: number } = {}): Promise<HubWorld> {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-hub-"));
  const world = await startWorld(["austral", "hub"]);
  const [client, hub] = [world.orgs[0]!, world.hubs[0]!];
  const place = { file: join(folder, "s.sqlite") };
  const file = join(folder, "config.json");
  writeFileSync(
    file,
    JSON.stringify({ store: { file: "s.sqlite" }, http: { port: 0 }, every: { replies: 5, intake: 60 } }),
  );
  const store = await openStore(place);
  await new Registry(store.db).save({ ...client.entry, onboardedAt: Date.now() - 60_000 });
  await saveHub(store.db, { org: { ...hub.entry, id: "hub", channel: commandChannel }, company });
  const { epoch } = await handOver(new OrgConnection(client.entry, systemClock), hub.entry.orgId, 0);
  await store.db
    .insertInto("hub_links")
    .values({ org_id: client.entry.id, epoch, state: "linked", since: Date.now() })
    .execute();
  await store.close();
  const start = async (waits = true) => {
    const pace = { ...shippedPace, conversation, fleet: 500 };
    const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log, pace };
    const started = await startService({ config: readConfig(file, {}), ...runtime });
    if (waits)
      await until(() => started.fleet.health().get(client.entry.id)?.state === "streaming", "the client");
    return started;
  };
  let service = await start();
  const rows = (org: TestOrg, object: string) => [...org.local.rows(object)] as unknown as Row[];
  const key = (caseId: string) => `${client.entry.orgId}-${caseId}`;
  const self: HubWorld = {
    world,
    client,
    hub,
    get service() {
      return service;
    },
    inHub: (caseId) => rows(hub, "Client_Case__c").find((row) => row["Key__c"] === key(caseId)),
    entries: (caseId) =>
      rows(hub, "Client_Entry__c").filter((row) => row["Client_Case__c"] === self.inHub(caseId)?.["Id"]),
    comments: (caseId) => rows(client, "CaseComment").filter((row) => row["ParentId"] === caseId),
    caseOf: (caseId) => rows(client, "Case").find((row) => row["Id"] === caseId)!,
    command(by, caseId, kind, more = {}) {
      const there = self.inHub(caseId);
      return hub.as(by, {
        op: "insert",
        object: "Hub_Command__c",
        fields: {
          Key__c: randomUUID(),
          Client_Case__c: there?.["Id"] ?? null,
          Case_Key__c: key(caseId),
          Kind__c: kind,
          Seen_Version__c: there?.["Version__c"] ?? versionOf({}, 1),
          ...more,
        },
      })[0]!;
    },
    answer: (commandId) => rows(hub, "Hub_Answer__c").find((row) => row["Command__c"] === commandId),
    async settled(commandId) {
      await until(
        () => ["Done", "Returned"].includes(String(self.answer(commandId)?.["State__c"])),
        "the answer",
      );
      return self.answer(commandId)!;
    },
    async opened(fields = {}) {
      const id = client.open("martina", fields);
      await until(() => self.inHub(id)?.["SLA_Status__c"] != null, "the case in the hub");
      return id;
    },
    config: file,
    async restart(between, { waits } = { waits: true }) {
      await service.stop();
      if (between !== undefined) {
        const opened = await openStore(place);
        await between(opened);
        await opened.close();
      }
      service = await start(waits);
    },
    async close() {
      await service.stop();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return self;
}
