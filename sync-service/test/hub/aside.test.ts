// Situations that the list does not name: six of our own, and what a hub must not be brought down by.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { until } from "../orgs/org-world.ts";
import { company, hubWorld, type HubWorld } from "./hub-world.ts";

jest.setTimeout(180_000);

let it: HubWorld;
beforeAll(async () => {
  it = await hubWorld();
}, 120_000);
afterAll(() => it.close());

const comment = (caseId: string, CommentBody: string) =>
  it.client.as("martina", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: caseId, CommentBody, IsPublished: true },
  })[0]!;
const store = () => it.service.store.db;
const fail = (org: HubWorld["hub"], failure: object) => {
  org.local.faults.failNext = [
    { status: 503, errorCode: "", message: "away", times: 1, ...failure } as never,
  ];
};

test("A1: a double click gives one command", async () => {
  const id = await it.opened();
  const key = { Key__c: `twice-${id}` };
  const reply = it.command("camila", id, "Reply", { Body__c: "Una sola vez.", ...key });
  expect(() => it.command("camila", id, "Reply", { Body__c: "Una sola vez.", ...key })).toThrow(
    /DUPLICATE_VALUE/,
  );
  await it.settled(reply);
  expect(it.comments(id)).toHaveLength(1);
});

test("A2: where the hub's clock is behind, nobody acknowledges a case before it was opened", async () => {
  const id = await it.opened();
  it.hub.local.faults.clockOffset = -3 * 60_000;
  const acknowledge = it.command("camila", id, "Acknowledge");
  it.hub.local.faults.clockOffset = 0;
  expect(await it.settled(acknowledge)).toMatchObject({ State__c: "Done" });
  await until(() => it.caseOf(id)["SLA_Acknowledged_At__c"] != null, "the acknowledgement");
  expect(Number(it.caseOf(id)["SLA_Acknowledged_At__c"])).toBeGreaterThanOrEqual(
    Math.floor(Number(it.caseOf(id)["CreatedDate"]) / 1000) * 1000,
  );
});

test("A3: a client who writes a consultant's name over a comment is not taken for the consultant", async () => {
  const id = await it.opened();
  comment(id, `Camila Rossi (${company}):\n\nSoy yo`);
  await until(() => it.entries(id).length === 1, "the comment");
  expect(it.entries(id)).toMatchObject([{ Ours__c: false, Author__c: "Martina Ibarra" }]);
  expect(String(it.entries(id)[0]!["Body__c"])).toContain(`Camila Rossi (${company})`);
});

test("A4: a case that leaves the contract leaves the hub with its words, and comes back with them", async () => {
  const id = await it.opened({ Subject: "De paso" });
  comment(id, "Con palabras");
  await until(() => it.entries(id).length === 1, "the comment");
  it.client.change("martina", id, { Support_Contract__c: null });
  // no event tells of it: the comparison with the org does
  await it.service.fleet.follower(it.client.entry.id)!.reconcile({ since: null, reason: "periodic" });
  await until(() => it.inHub(id)?.["State__c"] === "Left", "the case leaving");
  await until(() => it.entries(id).every((row) => row["IsDeleted"] === true), "its words leaving");
  expect(it.inHub(id)).toMatchObject({ Subject__c: null });
  it.client.change("martina", id, { Support_Contract__c: it.client.contractId });
  await until(() => it.entries(id).some((row) => row["IsDeleted"] !== true), "its words again");
  expect(it.inHub(id)).toMatchObject({ Subject__c: "De paso", State__c: "Live" });
});

test("A5: an answer that the hub lost is given again, and the act is done once", async () => {
  const id = await it.opened();
  fail(it.hub, { match: "Hub_Answer__c", status: 503, times: 3 });
  const reply = it.command("camila", id, "Reply", { Body__c: "Aunque se pierda." });
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  expect(it.comments(id)).toHaveLength(1);
});

test("A6: after a lost store nothing is done twice, and the commands still say who acknowledged", async () => {
  const id = await it.opened();
  const reply = it.command("camila", id, "Reply", { Body__c: "Antes de perderlo todo." });
  await it.settled(reply);
  await until(() => it.caseOf(id)["SLA_Acknowledged_By_Name__c"] != null, "the name");
  await it.restart(async ({ db }) => {
    for (const table of ["hub_commands", "hub_cases", "hub_entries", "hub_files"] as const)
      await db.deleteFrom(table).execute();
  });
  await until(
    async () =>
      (await store().selectFrom("hub_commands").select("state").where("id", "=", reply).executeTakeFirst())
        ?.state === "done",
    "the command, read again",
  );
  await until(() => it.inHub(id)?.["SLA_Acknowledged_By_Name__c"] === "Camila Rossi", "who acknowledged");
  expect(it.comments(id)).toHaveLength(1);
});

test("a consultant who lost the permission set gets nothing done, and reads why", async () => {
  const id = await it.opened();
  const assignment = (
    [...it.hub.local.rows("PermissionSetAssignment")] as unknown as Record<string, unknown>[]
  ).find(
    (row) =>
      row["AssigneeId"] === it.hub.id("bruno") &&
      [...it.hub.local.rows("PermissionSet")].some(
        (set) => set.Id === row["PermissionSetId"] && set["Name"] === "Hub_Consultant",
      ),
  )!;
  const reply = it.command("bruno", id, "Reply", { Body__c: "Ya no trabajo acá." });
  await it.settled(reply);
  it.hub.local.execute({ userId: it.hub.id("admin"), api: "rest/68.0", system: true }, [
    { op: "delete", object: "PermissionSetAssignment", id: String(assignment["Id"]) },
  ]);
  await it.restart();
  const [command] = it.hub.local
    .execute({ userId: it.hub.id("bruno"), api: "rest/68.0", system: true }, [
      {
        op: "insert",
        object: "Hub_Command__c",
        fields: {
          Key__c: `late-${id}`,
          Kind__c: "Close",
          Client_Case__c: it.inHub(id)!["Id"] as string,
          Case_Key__c: `${it.client.entry.orgId}-${id}`,
        },
      },
    ])
    .map((result) => result.id!);
  const answer = await it.settled(command!);
  expect(answer["State__c"]).toBe("Returned");
  expect(answer["Words__c"]).toContain("Hub_Consultant");
  expect(it.caseOf(id)["IsClosed"]).toBe(false);
});

test("a value that the client's org lacks is refused there in its words, and what the hub lacks is shown", async () => {
  const id = await it.opened({ Origin: "Paloma mensajera", Service_Category__c: null });
  expect(it.inHub(id)).toMatchObject({ Origin__c: "Paloma mensajera" });
  const answer = await it.settled(it.command("camila", id, "Status", { Value__c: "Inventado" }));
  expect(["Done", "Returned"]).toContain(answer["State__c"]);
  if (answer["State__c"] === "Done")
    await until(() => it.inHub(id)?.["Status__c"] === "Inventado", "the status as the org took it");
});

test("a rule of the client that refuses the close returns it, and the reply beside it stays", async () => {
  const id = await it.opened();
  const { schema } = it.client.local;
  const cases = schema.object("Case")!;
  const message = "Closing needs a root cause";
  const rule = { name: "Root_Cause", active: true, formula: 'ISPICKVAL(Status, "Closed")', message };
  schema.putObject({ ...cases, validationRules: [...cases.validationRules, rule] });
  const reply = it.command("camila", id, "Reply", { Body__c: "Listo." });
  const close = it.command("camila", id, "Close");
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  const answer = await it.settled(close);
  schema.putObject(cases);
  expect(answer).toMatchObject({
    State__c: "Returned",
    Words__c: expect.stringContaining("Closing needs a root cause"),
  });
  expect(it.comments(id)).toHaveLength(1);
});

test("a client's org that is away for days keeps its commands waiting, and they count from their commit", async () => {
  const id = await it.opened();
  fail(it.client, { match: "/services/data", times: 1_000_000 });
  const reply = it.command("camila", id, "Reply", { Body__c: "Llega igual." });
  await until(() => it.answer(reply)?.["State__c"] === "Waiting", "the wait");
  expect(String(it.answer(reply)!["Words__c"])).toMatch(/waits|espera/);
  const given = Number(
    ([...it.hub.local.rows("Hub_Command__c")] as unknown as Record<string, unknown>[]).find(
      (row) => row["Id"] === reply,
    )!["CreatedDate"],
  );
  // two days later: the command's own wait is over
  await store().updateTable("hub_commands").set({ not_before: 0 }).where("id", "=", reply).execute();
  it.client.local.faults.failNext = [];
  expect(await it.settled(reply)).toMatchObject({ State__c: "Done" });
  await until(() => it.caseOf(id)["SLA_Acknowledged_At__c"] != null, "the acknowledgement");
  expect(Number(it.caseOf(id)["SLA_Acknowledged_At__c"])).toBe(Math.floor(given / 1000) * 1000);
});

test("a hub whose requests are spent loses nothing: the case and the answer come later", async () => {
  const id = await it.opened();
  fail(it.hub, {
    match: "/services/data",
    status: 403,
    errorCode: "REQUEST_LIMIT_EXCEEDED",
    message: "TotalRequests Limit exceeded.",
    times: 1,
  });
  it.client.change("martina", id, { Subject: "Con el límite gastado" });
  // the service leaves a spent org alone for a while: a restart asks again
  await until(() => it.hub.local.faults.failNext.length === 0, "the refusal");
  it.hub.local.faults.failNext = [];
  await it.restart();
  await until(() => it.inHub(id)?.["Subject__c"] === "Con el límite gastado", "the change");
});
