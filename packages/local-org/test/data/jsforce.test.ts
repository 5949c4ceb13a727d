import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Connection } from "jsforce";
import { start } from "./started.ts";

let world: Awaited<ReturnType<typeof start>>;
let tom: Connection;
beforeAll(async () => {
  world = await start();
  tom = new Connection({
    instanceUrl: world.org.instanceUrl,
    accessToken: world.token("tom"),
    version: "66.0",
    callOptions: { client: "suite" },
  });
});
afterAll(() => world.host.close());

test("jsforce creates, reads, updates, upserts, queries, describes and deletes", async () => {
  const clients: (string | undefined)[] = [];
  world.org.onCommit(({ caller }) => clients.push(caller.client));
  const made = await tom.sobject("Case").create([{ Subject: "a" }, { Subject: "b" }]);
  const ids = made.map((r) => r.id!);
  expect(await tom.sobject("Case").update(ids.map((Id) => ({ Id, Priority: "High" })))).toMatchObject([
    { success: true },
    { success: true },
  ]);
  expect(
    await tom.sobject("Case").find({ Priority: "High" }, ["Subject", "Owner.Name"]).sort("Subject"),
  ).toMatchObject([{ Subject: "a", Owner: { Name: "tom Test" } }, { Subject: "b" }]);
  expect((await tom.sobject("Case").retrieve(ids[0]!)).CaseNumber).toBe("00001000");
  expect((await tom.sobject("Case").describe()).fields.length).toBeGreaterThan(20);
  expect((await tom.describeGlobal()).sobjects.length).toBeGreaterThan(10);
  expect(await tom.sobject("Case").destroy(ids)).toMatchObject([{ success: true }, { success: true }]);
  expect((await tom.query("SELECT COUNT() FROM Case")).totalSize).toBe(0);
  expect((await tom.identity()).username).toBe("tom@test.example");
  expect(tom.limitInfo?.apiUsage?.limit).toBe(100_000);
  expect(new Set(clients)).toEqual(new Set(["suite"]));
});

test("its errors carry Salesforce's codes", async () => {
  await expect(tom.query("SELECT Nope FROM Case")).rejects.toMatchObject({ errorCode: "INVALID_FIELD" });
  await expect(tom.sobject("Contact").create({ FirstName: "x" })).rejects.toMatchObject({
    errorCode: "REQUIRED_FIELD_MISSING",
  });
  await expect(tom.sobject("Case").retrieve("500000000000001AAA")).rejects.toMatchObject({
    errorCode: "NOT_FOUND",
  });
});
