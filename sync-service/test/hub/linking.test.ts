// Who serves a client: links that are paused, moved and taken over, and copies of orgs that wake up.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { addHub } from "../../src/cli/hub.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { giveBack, handOver } from "../../src/hub/marks.ts";
import { systemClock } from "../../src/runtime.ts";
import { until } from "../orgs/org-world.ts";
import { hubWorld, type HubWorld } from "./hub-world.ts";

jest.setTimeout(180_000);

let it: HubWorld;
beforeAll(async () => {
  it = await hubWorld();
}, 120_000);
afterAll(() => it.close());

type Row = Record<string, unknown>;
const record = () =>
  ([...it.hub.local.rows("Client_Org__c")] as unknown as Row[]).find(
    (row) => row["Org_Id__c"] === it.client.entry.orgId,
  );
const waits = (command: string, words: RegExp) =>
  until(() => words.test(String(it.answer(command)?.["Words__c"] ?? "")), "the words of who waits");
const trail = async (action: string) =>
  (await it.service.store.db.selectFrom("audit").selectAll().where("action", "=", action).execute()).map(
    ({ detail }) => JSON.parse(detail as string) as Row,
  );
/** What `sla-sync hub` prints. */
async function cli(...words: string[]): Promise<string> {
  const printed: string[] = [];
  const spy = jest.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
  try {
    const program = new Command();
    addHub(program);
    await program.parseAsync(["hub", ...words, "--config", it.config], { from: "user" });
  } finally {
    spy.mockRestore();
  }
  return printed.join("\n");
}
const anotherHub = "00D000000000009EAA";
const client = () => new OrgConnection(it.client.entry, systemClock);

test("the status counts the cases of a first load", async () => {
  const id = await it.opened();
  await until(async () => /1 of 1/.test(await cli("status")), "the count of the first load");
  expect(it.inHub(id)).toBeDefined();
});

test("a paused client's record and commands say so, and all goes on after it", async () => {
  const id = await it.opened();
  await cli("pause", "austral");
  await until(() => record()?.["Link_State__c"] === "Paused", "the record of the pause");
  const take = it.command("camila", id, "Take");
  await waits(take, /paused/);
  it.client.change("martina", id, { Status: "Working" });
  await cli("resume", "austral");
  expect(await it.settled(take)).toMatchObject({ State__c: "Done" });
  await until(() => it.inHub(id)?.["Status__c"] === "Working", "what happened meanwhile");
  await until(() => record()?.["Link_State__c"] === "Linked", "the record of the link");
});

test("a paused case stands still, and the others go on", async () => {
  const [still, other] = [await it.opened(), await it.opened()];
  await cli("pause", "austral", "--case", still);
  const close = it.command("camila", still, "Close");
  await waits(close, /The case is paused/);
  expect(await it.settled(it.command("camila", other, "Close"))).toMatchObject({ State__c: "Done" });
  expect(it.caseOf(still)["IsClosed"]).toBe(false);
  await cli("resume", "austral", "--case", still);
  it.command("camila", other, "Look");
  expect(await it.settled(close)).toMatchObject({ State__c: "Done" });
});

test("a paused hub carries out nothing, and does it all when it goes on", async () => {
  const id = await it.opened();
  await cli("pause");
  await it.restart();
  const reply = it.command("camila", id, "Reply", { Body__c: "Después de la pausa." });
  const later = it.client.open("martina");
  await until(
    async () =>
      (await it.service.store.db.selectFrom("cases").select("id").where("id", "=", later).execute()).length >
      0,
    "the mirror, which goes on",
  );
  expect(it.comments(id)).toEqual([]);
  expect(it.inHub(later)).toBeUndefined();
  await cli("resume");
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  await until(() => it.inHub(later) !== undefined, "the case of the pause");
});

test("a client that another hub takes over is let go, and comes back as an act with a record", async () => {
  const id = await it.opened();
  await handOver(client(), anotherHub, 0, { takeOver: true });
  await it.restart();
  await until(() => record()?.["Link_State__c"] === "Disconnected", "the record of it");
  expect(record()?.["Link_Reason__c"]).toContain(anotherHub);
  const reply = it.command("camila", id, "Reply", { Body__c: "No debe llegar." });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Returned" });
  expect(it.comments(id)).toEqual([]);
  await expect(cli("link", "austral")).rejects.toThrow(/names the hub 00D000000000009EAA/);
  await expect(cli("link", "austral", "--take-over")).rejects.toThrow(/--reason/);
  await cli("link", "austral", "--take-over", "--reason", "El contrato cambió de manos");
  expect(await trail("hub.move")).toMatchObject([
    { org: "austral", from: anotherHub, epoch: 3, reason: "El contrato cambió de manos" },
  ]);
  await until(() => record()?.["Link_State__c"] === "Linked", "the link");
  expect(record()).toMatchObject({ Epoch__c: 3, Link_Reason__c: expect.stringContaining(anotherHub) });
  const again = it.command("camila", id, "Reply", { Body__c: "Ahora sí." });
  expect(await it.settled(again)).toMatchObject({ State__c: "Done" });
});

test("G11: a hub's sandbox, made with the keys of thirty live clients, writes to no client", async () => {
  const id = await it.opened();
  // the live hub is another org: this one has its records, and its store no link
  const { epoch } = await handOver(client(), anotherHub, 0, { takeOver: true });
  await it.restart(async ({ db }) => {
    await db.deleteFrom("hub_links").execute();
  });
  const before = JSON.stringify(it.caseOf(id));
  const commands = [it.command("camila", id, "Reply", { Body__c: "Desde la copia" })];
  for (let n = 0; n < 29; n++) {
    const orgId = `00D0000000${String(100 + n)}00EAA`;
    const [org] = it.hub.as("sync", {
      op: "insert",
      object: "Client_Org__c",
      fields: { Name: `Cliente ${n}`, Org_Id__c: orgId },
    });
    const [copy] = it.hub.as("sync", {
      op: "insert",
      object: "Client_Case__c",
      fields: { Client_Org__c: org, Key__c: `${orgId}-${id}`, Case_Id__c: id, State__c: "Live" },
    });
    commands.push(it.command("camila", id, "Close", { Client_Case__c: copy, Case_Key__c: `${orgId}-${id}` }));
  }
  for (const command of commands) expect(await it.settled(command)).toMatchObject({ State__c: "Returned" });
  expect(it.comments(id)).toEqual([]);
  expect(JSON.stringify(it.caseOf(id))).toBe(before);
  await expect(cli("link", "austral")).rejects.toThrow(/names the hub/);
  await giveBack(client(), anotherHub, epoch);
  await cli("link", "austral");
  await until(() => record()?.["Link_State__c"] === "Linked", "the link");
});

test("G11: a client's sandbox that answers under the live address is written to by nobody", async () => {
  const id = await it.opened();
  const named =
    (org_id: string) =>
    async ({ db }: HubWorld["service"]["store"]) => {
      await db.updateTable("orgs").set({ org_id, status: "active" }).where("id", "=", "austral").execute();
    };
  const command = it.command("camila", id, "Take");
  expect(await it.settled(command)).toMatchObject({ State__c: "Done" });
  await it.restart(named("00D000000000077EAA"), { waits: false });
  await until(
    async () =>
      (await it.service.store.db.selectFrom("orgs").select("status").executeTakeFirstOrThrow()).status ===
      "stopped",
    "the service letting go",
  );
  const reply = it.command("camila", id, "Reply", {
    Body__c: "No debe llegar.",
    Case_Key__c: `00D000000000077EAA-${id}`,
  });
  await waits(reply, /does not serve the client's org now/);
  expect(it.comments(id)).toEqual([]);
  await it.restart(named(it.client.entry.orgId));
});
