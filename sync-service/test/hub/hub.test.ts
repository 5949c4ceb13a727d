// A client's case in the hub, and a consultant's commands in the client's org.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { until } from "../orgs/org-world.ts";
import { company, hubWorld, type HubWorld } from "./hub-world.ts";

jest.setTimeout(120_000);

let it: HubWorld;
beforeAll(async () => {
  it = await hubWorld();
}, 120_000);
afterAll(() => it.close());

test("a client's case stands in the hub with its clock within two seconds", async () => {
  const at = Date.now();
  const id = await it.opened({ Subject: "La caja no imprime", Support_Priority__c: "P2" });
  expect(Date.now() - at).toBeLessThan(2_000);
  expect(it.inHub(id)).toMatchObject({
    Subject__c: "La caja no imprime",
    Support_Priority__c: "P2",
    Status__c: "New",
    Opened_By__c: "Martina Ibarra",
    SLA_Status__c: "Running",
    State__c: "Live",
  });
});

test("a consultant takes, answers and closes it, and the client sees name, answer and status", async () => {
  const id = await it.opened();
  const take = it.command("camila", id, "Take");
  expect(await it.settled(take)).toMatchObject({ State__c: "Done" });
  const reply = it.command("camila", id, "Reply", { Body__c: "Ya lo estamos viendo." });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  await until(() => it.inHub(id)?.["SLA_Acknowledged_By_Name__c"] != null, "the acknowledgement in the hub");
  const close = it.command("camila", id, "Close");
  expect(await it.settled(close)).toMatchObject({ State__c: "Done" });
  expect(it.comments(id)).toMatchObject([
    { CommentBody: `Camila Rossi (${company}):\r\n\r\nYa lo estamos viendo.`, IsPublished: true },
  ]);
  await until(() => it.caseOf(id)["SLA_Acknowledged_By_Name__c"] != null, "the name in the client's org");
  expect(it.caseOf(id)).toMatchObject({
    IsClosed: true,
    SLA_Acknowledged_By_Name__c: `Camila Rossi (${company})`,
    SLA_Status__c: "Acknowledged",
  });
  await until(() => it.inHub(id)?.["Closed__c"] === true, "the closing in the hub");
  expect(it.inHub(id)).toMatchObject({
    Taken_By__c: it.hub.id("camila"),
    SLA_Acknowledged_By__c: it.hub.id("camila"),
  });
  await until(() => it.entries(id).length === 1, "the conversation in the hub");
  expect(it.entries(id)).toMatchObject([
    {
      Kind__c: "Comment",
      Body__c: "Ya lo estamos viendo.",
      Author__c: `Camila Rossi (${company})`,
      Ours__c: true,
    },
  ]);
});
