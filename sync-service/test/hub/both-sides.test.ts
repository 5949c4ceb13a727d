// Cases that are closed, reopened, merged, deleted and brought back, on either side and at the same time.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readEntries } from "../../src/hub/conversation.ts";
import { giveEntries } from "../../src/hub/entries.ts";
import { firstRule } from "../../src/hub/file-rows.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { systemClock } from "../../src/runtime.ts";
import { until } from "../orgs/org-world.ts";
import { company, hubWorld, type HubWorld } from "./hub-world.ts";

jest.setTimeout(120_000);

let it: HubWorld;
beforeAll(async () => {
  it = await hubWorld();
}, 120_000);
afterAll(() => it.close());

type Row = Record<string, unknown>;
const comment = (caseId: string, CommentBody: string) =>
  it.client.as("martina", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: caseId, CommentBody, IsPublished: true },
  })[0]!;
const bodies = (caseId: string) => it.entries(caseId).map((row) => row["Body__c"]);
const copies = (caseId: string) =>
  ([...it.hub.local.rows("Client_Case__c")] as unknown as Row[]).filter(
    (row) => row["Case_Id__c"] === caseId && row["IsDeleted"] !== true,
  );
const merge = (masterId: string, loser: string) =>
  it.client.as("admin", { op: "merge", object: "Case", masterId, loserIds: [loser] });

test("G7: old news that come last change nothing in the hub", async () => {
  const id = await it.opened();
  const place = await it.service.store.db.selectFrom("stream_positions").selectAll().execute();
  it.client.change("martina", id, { Status: "Working" });
  it.client.change("martina", id, { Status: "Closed", Support_Priority__c: "P1" });
  await until(() => it.inHub(id)?.["Closed__c"] === true, "the closing");
  await until(() => it.caseOf(id)["SLA_Status__c"] === it.inHub(id)?.["SLA_Status__c"], "the clock's rest");
  await it.restart(async ({ db }) => {
    for (const { org_id, channel, position } of place)
      await db
        .updateTable("stream_positions")
        .set({ position })
        .where("org_id", "=", org_id)
        .where("channel", "=", channel)
        .execute();
  });
  // what comes after the old news has arrived, so they have too
  const later = await it.opened();
  expect(it.inHub(later)?.["Status__c"]).toBe("New");
  expect(it.inHub(id)).toMatchObject({ Status__c: "Closed", Closed__c: true, Support_Priority__c: "P1" });
});

test("G9: a case that the client closes and reopens is not closed by the older command", async () => {
  const id = await it.opened();
  const seen = it.inHub(id)!["Version__c"];
  it.client.change("martina", id, { Status: "Closed" });
  it.client.change("martina", id, { Status: "New" });
  await until(() => it.inHub(id)?.["SLA_Cycle__c"] === 2, "the second cycle");
  const close = it.command("camila", id, "Close", { Seen_Version__c: seen });
  expect(await it.settled(close)).toMatchObject({ State__c: "Returned" });
  expect(it.caseOf(id)).toMatchObject({ IsClosed: false, Status: "New" });
  expect(it.inHub(id)).toMatchObject({ SLA_Cycle__c: 2, Closed__c: false });
});

test("G10: what was said on a merged case hangs on the case that is left, once, and a reply goes there", async () => {
  const [gone, left] = [await it.opened(), await it.opened()];
  comment(gone, "Del caso fusionado");
  comment(left, "Del que queda");
  await until(() => bodies(gone).length === 1 && bodies(left).length === 1, "both conversations");
  merge(left, gone);
  const reply = it.command("camila", gone, "Reply", { Body__c: "Seguimos acá." });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  expect(it.comments(left).map((row) => row["CommentBody"])).toContain(
    `Camila Rossi (${company}):\r\n\r\nSeguimos acá.`,
  );
  await until(() => it.inHub(gone)?.["State__c"] === "Merged", "the merge in the hub");
  expect(it.inHub(gone)?.["Merged_Into__c"]).toBe(it.inHub(left)!["Id"]);
  await until(() => bodies(left).length === 3, "all of it on the case that is left");
  expect(bodies(left).sort()).toEqual(["Del caso fusionado", "Del que queda", "Seguimos acá."]);
  expect(bodies(gone)).toEqual([]);
  const parts = {
    ...{ db: it.service.store.db, company, rule: firstRule, now: () => Date.now() },
    hub: new OrgConnection({ ...it.hub.entry, id: "hub" }, systemClock),
    client: new OrgConnection(it.client.entry, systemClock),
  };
  expect(await giveEntries(parts, await readEntries(parts.client, [gone, left], null))).toBe(0);
});

test("a case that the client deleted leaves the hub with its words, and comes back with them", async () => {
  const id = await it.opened({ Subject: "Borrame" });
  comment(id, "Y esto también");
  await until(() => bodies(id).length === 1, "the comment");
  it.client.as("admin", { op: "delete", object: "Case", id });
  const take = it.command("camila", id, "Take");
  await until(() => it.inHub(id)?.["State__c"] === "Gone", "the stone");
  expect(it.inHub(id)).toMatchObject({ Subject__c: null, Status__c: null });
  await until(() => it.entries(id).every((row) => row["IsDeleted"] === true), "the words leaving");
  expect(await it.settled(take)).toMatchObject({ State__c: "Returned" });
  it.client.as("admin", { op: "undelete", object: "Case", id });
  await until(() => it.inHub(id)?.["State__c"] === "Live", "the case again");
  await until(
    () => it.entries(id).some((row) => row["IsDeleted"] !== true && row["Body__c"] === "Y esto también"),
    "its words again",
  );
  expect(it.inHub(id)).toMatchObject({ Subject__c: "Borrame" });
  expect(copies(id)).toHaveLength(1);
});

test("a case deleted on both sides at once leaves one stone in the hub", async () => {
  const id = await it.opened();
  it.hub.as("admin", { op: "delete", object: "Client_Case__c", id: String(it.inHub(id)!["Id"]) });
  it.client.as("admin", { op: "delete", object: "Case", id });
  await until(() => copies(id)[0]?.["State__c"] === "Gone", "the stone");
  expect(copies(id)).toHaveLength(1);
  expect(copies(id)[0]).toMatchObject({ Subject__c: null });
});

test("a copy that is brought back in the hub after the service made another is refused by its key", async () => {
  const id = await it.opened();
  const first = String(it.inHub(id)!["Id"]);
  it.hub.as("admin", { op: "delete", object: "Client_Case__c", id: first });
  it.client.change("martina", id, { Support_Priority__c: "P2" });
  await until(() => copies(id).length === 1 && copies(id)[0]!["Id"] !== first, "another copy");
  expect(() => it.hub.as("admin", { op: "undelete", object: "Client_Case__c", id: first } as never)).toThrow(
    /DUPLICATE_VALUE/,
  );
});

test("a comment that the client deletes leaves a stone without words", async () => {
  const id = await it.opened();
  const said = comment(id, "Mejor no lo digo");
  await until(() => bodies(id).includes("Mejor no lo digo"), "the comment");
  it.client.as("admin", { op: "delete", object: "CaseComment", id: said });
  await until(() => it.entries(id).some((row) => row["Gone__c"] === true), "the stone");
  expect(it.entries(id)).toMatchObject([{ Body__c: null, Author__c: null, Gone_Reason__c: "erased" }]);
});
