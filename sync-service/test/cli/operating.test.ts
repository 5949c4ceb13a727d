// What an operator does by command against a real local org: events that were parked, an org that leaves, a configuration with faults.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { addOrgs } from "../../src/cli/orgs.ts";
import { addParked } from "../../src/cli/parked.ts";
import { addStore } from "../../src/cli/store.ts";
import { commandRuntime } from "../../src/cli/reach.ts";
import { streams } from "../../src/mirror/follow.ts";
import { backup } from "../../src/store/backup.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { startFollowing, type Following } from "../mirror/following.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-operating-"));
const config = join(folder, "service.json");
writeFileSync(config, JSON.stringify({ store: { file: "store.sqlite" } }));

let world: World;
let org: TestOrg;
let store: Store;
let following: Following;
beforeAll(async () => {
  world = await startWorld();
  org = world.orgs[0]!;
  store = await openStore({ file: join(folder, "store.sqlite") });
  following = await startFollowing(store, org);
  org.open("martina");
  await following.equal();
}, 120_000);
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await following.stop();
  await store.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command as it is typed; gives what it prints. */
async function sla(...words: string[]): Promise<string> {
  const printed = jest.spyOn(console, "log").mockImplementation(() => {});
  printed.mockClear();
  const program = new Command();
  addParked(program);
  addOrgs(program);
  await program.parseAsync([...words, "--config", config], { from: "user" });
  return printed.mock.calls.flat().join("\n");
}

const parkedNow = async () =>
  JSON.parse(await sla("parked", "list", "--json")) as { id: number; org: string; reason: string }[];

test("an event that could not be read is listed; asked for again it says why not, and discarded it waits no longer", async () => {
  const id = org.open("martina");
  await following.equal();
  org.local.faults.streams.corruptNext = 1;
  org.change("camila", id, { Status: "Working" });
  await following.equal();
  await until(async () => (await parkedNow()).length === 1, "the parked event");
  const [event] = await parkedNow();
  expect(event).toMatchObject({ org: "austral", reason: expect.stringMatching(/schema/) });
  const number = String(event!.id);
  await expect(sla("parked", "retry", number)).rejects.toThrow(/still cannot be read/);
  expect(await sla("parked", "discard", number)).toBe(`Event ${number} is no longer waited for.`);
  expect(await parkedNow()).toEqual([]);
  for (const verb of ["retry", "discard"]) {
    await expect(sla("parked", verb, number)).rejects.toThrow(`Event ${number} was settled`);
    await expect(sla("parked", verb, "404")).rejects.toThrow("There is no parked event 404.");
  }
});

test("an event that can be read by now is stored by asking for it again", async () => {
  const { channel, position: asked_after } = await store.db
    .selectFrom("stream_positions")
    .selectAll()
    .where("channel", "=", org.entry.channel)
    .executeTakeFirstOrThrow();
  await following.stop();
  const id = org.open("martina", { Subject: "Parked until now" });
  let position = "";
  const seen = new AbortController();
  await streams.pubsub({
    ...{ connection: following.follower.connection, channel, runtime: commandRuntime, signal: seen.signal },
    startAt: { after: asked_after },
    async deliver({ events }) {
      position ||= events.find(({ changes }) => changes.some(({ caseId }) => caseId === id))?.position ?? "";
      if (position !== "") seen.abort();
    },
  });
  const { id: event } = await store.db
    .insertInto("parked_events")
    .values({
      ...{ org_id: "austral", channel, position, asked_after, reason: "a schema that was not known" },
      ...{ parked_at: 0, resolved_at: null },
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  expect(await sla("parked", "retry", String(event))).toBe(
    `Event ${event} is read: 1 changes stored, 0 were there already.`,
  );
  expect(await following.told(id)).toEqual(["created by requester"]);
  expect(await following.differences()).toEqual([]);
  expect(await parkedNow()).toEqual([]);
});

test("the audit trail has what an operator changes: before, after, who and when", async () => {
  const file = join(folder, "settings.json");
  writeFileSync(file, JSON.stringify({ language: "en" }));
  await sla("orgs", "pause", "austral");
  await sla("orgs", "resume", "austral");
  await sla("orgs", "update", "austral", "--plan", "gold", "--settings", file);
  const rows = await store.db.selectFrom("audit").selectAll().orderBy("id").execute();
  const told = rows.map(({ action, detail }) => [action, JSON.parse(detail) as object]);
  expect(told).toContainEqual(["orgs.pause", { org: "austral", before: "active", after: "paused" }]);
  expect(told).toContainEqual(["orgs.resume", { org: "austral", before: "paused", after: "active" }]);
  expect(told.at(-1)).toEqual([
    "orgs.update",
    {
      org: "austral",
      changes: {
        "settings.language": { before: null, after: "en" },
        "settings.contract.plan": { before: expect.any(String), after: "Gold" },
      },
      contract: { id: expect.any(String), did: "replaced", startsOn: expect.any(String) },
    },
  ]);
  expect(rows.at(-1)).toMatchObject({ actor: expect.stringMatching(/command line/), at: expect.any(Number) });
});

test("a restored store says in its audit trail that it was restored, from where and by whom", async () => {
  const place = { file: join(folder, "restored.sqlite") };
  await (await openStore(place)).close();
  const copy = join(folder, "copy.sqlite");
  await backup(place.file, copy);
  const own = join(folder, "restored.json");
  writeFileSync(own, JSON.stringify({ store: { file: "restored.sqlite" } }));
  jest.spyOn(console, "log").mockImplementation(() => {});
  const program = new Command();
  addStore(program);
  await program.parseAsync(["store", "restore", copy, "--config", own], { from: "user" });
  const restored = await openStore(place);
  const rows = await restored.db.selectFrom("audit").selectAll().execute();
  await restored.close();
  expect(rows).toEqual([
    expect.objectContaining({ action: "store.restore", actor: expect.stringMatching(/\(command line\)$/) }),
  ]);
  expect(JSON.parse(rows[0]!.detail)).toMatchObject({ from: copy });
});

test("an org whose events could not be looked at is not onboarded", async () => {
  const { credentials, username, instanceUrl } = org.entry;
  const { keyFile } = credentials as { keyFile: string };
  const words = ["orgs", "add", "--id", "second", "--plan", "silver", "--instance-url", instanceUrl].concat(
    ["--username", username, "--client-id", credentials.clientId, "--key-file", keyFile],
    // nobody listens there
    ["--pubsub-endpoint", "127.0.0.1:9", "--insecure-plaintext"],
  );
  await expect(sla(...words)).rejects.toThrow(/Nothing was written, .* could not look at: events/);
  expect(await store.db.selectFrom("orgs").select("id").execute()).toEqual([{ id: "austral" }]);
});

test("an org that is removed leaves no row behind, and keeps its contract's record", async () => {
  await following.stop();
  const rowsOfOrg = async () => {
    const tables = await store.db.introspection.getTables();
    const counts: Record<string, number> = {};
    for (const { name, columns } of tables) {
      const column = name === "orgs" ? "id" : "org_id";
      if (!columns.some((c) => c.name === column)) continue;
      const { count } = await store.db
        .selectFrom(name as "cases")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .where(column as "org_id", "=", "austral")
        .executeTakeFirstOrThrow();
      if (count > 0) counts[name] = count;
    }
    return counts;
  };
  const before = await rowsOfOrg();
  for (const table of ["orgs", "cases", "facts", "clocks", "people", "contracts", "gaps", "parked_events"])
    expect(Object.keys(before)).toContain(table);
  await expect(sla("orgs", "remove", "nobody", "--yes")).rejects.toThrow(/nobody/);
  expect(await sla("orgs", "remove", "austral", "--yes")).toMatch(/austral is forgotten/);
  expect(await rowsOfOrg()).toEqual({});
  expect(org.local.row("Support_Contract__c", org.contractId)).toMatchObject({ Status__c: "Active" });
});

test("a configuration with faults is refused at start: each with its path, exit code 2", () => {
  const bad = join(folder, "bad.json");
  writeFileSync(
    bad,
    JSON.stringify({
      http: { port: 123_456, portt: 9, proxies: -1 },
      every: { contracts: 0, repplies: 60 },
      log: { level: "loud" },
      actions: { email: { server: "smtp://localhost", from: 7 } },
    }),
  );
  const serve = (file: string) =>
    spawnSync(
      process.execPath,
      [join(import.meta.dirname, "../../bin/sla-sync.js"), "serve", "--config", file],
      {
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: "mysql://elsewhere" },
      },
    );
  const { status, stderr } = serve(bad);
  expect(stderr).toContain(`${bad} cannot be used:`);
  for (const path of [
    "http.port",
    "http.proxies",
    "every.contracts",
    "log.level",
    "actions.email.from",
    "DATABASE_URL",
  ])
    expect(stderr).toMatch(new RegExp(`^ +${path.replaceAll(".", "\\.")}: .`, "m"));
  expect(stderr).toContain("repplies");
  expect(stderr).toMatch(/http\.portt: this key does not exist\. Did you mean port\?/);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(status).toBe(2);
});

test("a question asked where there is no store is refused, and does not create one", () => {
  const nowhere = mkdtempSync(join(tmpdir(), "compromiso-nowhere-"));
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "../../bin/sla-sync.js"), "report", "mtta"],
    {
      encoding: "utf8",
      cwd: nowhere,
      env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: undefined, SLA_CONFIG: undefined },
    },
  );
  expect(stderr).toMatch(/^There is no store at .*compromiso\.sqlite\. Name the service's configuration/);
  expect(status).toBe(2);
  expect(readdirSync(nowhere)).toEqual([]);
  rmSync(nowhere, { recursive: true });
});
