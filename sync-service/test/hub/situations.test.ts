// The situations that other mirrors between two orgs got wrong, by the numbers of the list that we keep of them.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { giveCases } from "../../src/hub/cases.ts";
import { readEntries } from "../../src/hub/conversation.ts";
import { giveEntries } from "../../src/hub/entries.ts";
import { firstRule } from "../../src/hub/file-rows.ts";
import { findLost } from "../../src/hub/lost.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { systemClock } from "../../src/runtime.ts";
import { until } from "../orgs/org-world.ts";
import { company, hubWorld, type HubWorld } from "./hub-world.ts";

jest.setTimeout(120_000);

let it: HubWorld;
let parts: Parameters<typeof giveEntries>[0];
beforeAll(async () => {
  it = await hubWorld();
  parts = {
    db: it.service.store.db,
    hub: new OrgConnection({ ...it.hub.entry, id: "hub" }, systemClock),
    client: new OrgConnection(it.client.entry, systemClock),
    company,
    rule: firstRule,
    now: () => Date.now(),
  };
}, 120_000);
afterAll(() => it.close());

const comment = (caseId: string, CommentBody: string, IsPublished = true) =>
  it.client.as("martina", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: caseId, CommentBody, IsPublished },
  })[0]!;
const converse = async (caseId: string) =>
  giveEntries(parts, await readEntries(parts.client, [caseId], null));
const bodies = (caseId: string) => it.entries(caseId).map((row) => row["Body__c"]);

test("G1: a change by the client arrives after the service wrote to the same case", async () => {
  const id = await it.opened();
  await it.settled(it.command("camila", id, "Priority", { Value__c: "P1" }));
  await until(() => it.inHub(id)?.["Support_Priority__c"] === "P1", "the service's own write");
  it.client.change("martina", id, { Support_Priority__c: "P4", Status: "Working" });
  await until(() => it.inHub(id)?.["Support_Priority__c"] === "P4", "the client's change");
  expect(it.inHub(id)?.["Status__c"]).toBe("Working");
});

test("G2: what comes with the service's own write arrives, and acknowledges nothing", async () => {
  const id = await it.opened();
  it.client.change("sync", id, { Status: "Working", Support_Priority__c: "P1" });
  await until(() => it.inHub(id)?.["Support_Priority__c"] === "P1", "the priority");
  expect(it.inHub(id)).toMatchObject({ Status__c: "Working", SLA_Acknowledged_At__c: null });
});

test("G3: a comment waits for its case without a count of tries", async () => {
  const id = it.client.open("martina", { Support_Contract__c: null });
  comment(id, "¿Hola?");
  for (let turn = 0; turn < 12; turn++) expect(await converse(id)).toBe(0);
  it.client.change("martina", id, { Support_Contract__c: it.client.contractId });
  await until(() => bodies(id).includes("¿Hola?"), "the comment of a case that came late");
});

test("G4: a record that somebody deleted in the hub is made again under the same key, once, with its conversation", async () => {
  const id = await it.opened();
  comment(id, "Sigue igual.");
  await converse(id);
  it.hub.as("admin", { op: "delete", object: "Client_Case__c", id: String(it.inHub(id)!["Id"]) });
  expect(await findLost(parts)).toBeGreaterThanOrEqual(1);
  await giveCases(parts, [id]);
  await converse(id);
  const live = [...it.hub.local.rows("Client_Case__c")].filter(
    (row) => row["Case_Id__c"] === id && row["IsDeleted"] !== true,
  );
  expect(live).toHaveLength(1);
  const entries = [...it.hub.local.rows("Client_Entry__c")].filter(
    (row) => row["Client_Case__c"] === live[0]!.Id,
  );
  expect(entries.map((row) => row["Body__c"])).toContain("Sigue igual.");
});

test("G5: internal comments stay with the client, hub notes stay in the hub, and what is unpublished leaves", async () => {
  const id = await it.opened();
  const inside = comment(id, "Entre nosotros", false);
  const open = comment(id, "Para todos");
  it.hub.as("camila", {
    op: "insert",
    object: "Hub_Note__c",
    fields: { Client_Case__c: it.inHub(id)!["Id"], Body__c: "Cliente difícil" },
  });
  await converse(id);
  expect(bodies(id)).toEqual(["Para todos"]);
  expect(JSON.stringify(it.comments(id))).not.toContain("Cliente difícil");
  it.client.as("admin", { op: "update", object: "CaseComment", id: inside, fields: { IsPublished: true } });
  it.client.as("admin", { op: "update", object: "CaseComment", id: open, fields: { IsPublished: false } });
  await converse(id);
  expect(bodies(id).sort()).toEqual(["Entre nosotros", null]);
  expect(it.entries(id).find((row) => row["Gone__c"] === true)).toMatchObject({
    Body__c: null,
    Author__c: null,
    Gone_Reason__c: "unpublished",
  });
});

test("G6: a reply whose answer was lost is in the client's org once", async () => {
  const id = await it.opened();
  const reply = it.command("camila", id, "Reply", { Body__c: "Va la solución." });
  await it.settled(reply);
  const lost = { state: "open", answered: 0, body: "Va la solución.", settled_at: null };
  await it.restart(async ({ db }) => {
    await db.updateTable("hub_commands").set(lost).where("id", "=", reply).execute();
  });
  parts.db = it.service.store.db;
  const row = () =>
    parts.db.selectFrom("hub_commands").select("state").where("id", "=", reply).executeTakeFirst();
  await until(async () => (await row())?.state === "done", "the second try");
  expect(it.comments(id)).toHaveLength(1);
});

test("G8: a command on an older version is returned, and says what the client's org has", async () => {
  const id = await it.opened();
  const seen = it.inHub(id)!["Version__c"];
  it.client.change("martina", id, { Support_Priority__c: "P1" });
  const late = it.command("camila", id, "Priority", { Value__c: "P4", Seen_Version__c: seen });
  const answer = await it.settled(late);
  expect(answer["State__c"]).toBe("Returned");
  expect(answer["Words__c"]).toContain("P1");
  expect(it.caseOf(id)["Support_Priority__c"]).toBe("P1");
  const equal = it.command("camila", id, "Priority", { Value__c: "P1", Seen_Version__c: seen });
  expect(await it.settled(equal)).toMatchObject({ State__c: "Done" });
});

test("G9: a close that was given before the client moved the case is returned, and acknowledges nothing", async () => {
  const id = await it.opened();
  const seen = it.inHub(id)!["Version__c"];
  it.client.change("martina", id, { Status: "Escalated" });
  const close = it.command("camila", id, "Close", { Seen_Version__c: seen });
  const answer = await it.settled(close);
  expect(answer["State__c"]).toBe("Returned");
  expect(answer["Words__c"]).toContain("Escalated");
  expect(it.caseOf(id)).toMatchObject({ IsClosed: false, Status: "Escalated" });
  await until(() => it.inHub(id)?.["Status__c"] === "Escalated", "the client's status");
  expect(it.inHub(id)?.["SLA_Acknowledged_At__c"]).toBeNull();
});

test("G11: where the contract names another hub nothing is written, and the command is returned", async () => {
  const id = await it.opened();
  const mark = { op: "update" as const, object: "Support_Contract__c", id: it.client.contractId };
  it.client.as("sync", { ...mark, fields: { Hub_Org_Id__c: "00D000000000009EAA" } });
  const reply = it.command("camila", id, "Reply", { Body__c: "No debe llegar." });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Returned" });
  expect(it.comments(id)).toEqual([]);
  it.client.as("sync", { ...mark, fields: { Hub_Org_Id__c: it.hub.entry.orgId } });
});

test("G12: what the client's org refuses comes back in its own words, and other commands go on", async () => {
  const id = await it.opened();
  const wrong = it.command("camila", id, "Priority", { Value__c: "P9" });
  const reply = it.command("camila", id, "Reply", { Body__c: "Lo demás sigue." });
  expect(await it.settled(wrong)).toMatchObject({
    State__c: "Returned",
    Words__c: expect.stringContaining("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
  });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
});

test("G14: an empty answer erases nothing in the hub", async () => {
  const id = await it.opened();
  comment(id, "Todavía acá");
  await converse(id);
  await giveEntries(parts, []);
  expect(bodies(id)).toEqual(["Todavía acá"]);
});

test("a user without the permission set gets nothing done", async () => {
  const id = await it.opened();
  expect(() => it.command("martina", id, "Take")).toThrow(/INSUFFICIENT_ACCESS|CANNOT_INSERT|INVALID_TYPE/);
});

test("a command that only points to the record is carried out, and one about no known case is returned", async () => {
  const id = await it.opened();
  const reply = it.command("camila", id, "Reply", { Body__c: "Sin clave", Case_Key__c: null });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  const lost = it.command("camila", id, "Reply", { Client_Case__c: null, Case_Key__c: "nobody-nothing" });
  expect(await it.settled(lost)).toMatchObject({ State__c: "Returned" });
});

test("two consultants take a case: the first has it, and the second hears who", async () => {
  const id = await it.opened();
  const first = it.command("camila", id, "Take");
  const second = it.command("bruno", id, "Take");
  expect(await it.settled(first)).toMatchObject({ State__c: "Done" });
  const answer = await it.settled(second);
  expect(answer["State__c"]).toBe("Returned");
  expect(answer["Words__c"]).toContain("Camila Rossi");
});

test("a reply of more than 4,000 bytes arrives whole, in parts", async () => {
  const id = await it.opened();
  const text = "Año ñandú 🎉 ".repeat(400).trim();
  expect(await it.settled(it.command("camila", id, "Reply", { Body__c: text }))).toMatchObject({
    State__c: "Done",
  });
  const said = it.comments(id).map((row) => String(row["CommentBody"]));
  expect(said.length).toBeGreaterThan(1);
  for (const each of said) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(4_000);
  expect(said.map((each) => each.replace(/^.*:\r\n\r\n/, "")).join("")).toBe(text);
});
