// On-call, both ways: an incident of a client's own monitoring, and a call that a phone bridge answers.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { signatureOf } from "../../src/channels/signatures.ts";
import { serve } from "../channels/wires/serve.ts";
import { webhookSecret } from "../channels/wires/pagerduty.ts";
import { until } from "../orgs/org-world.ts";
import { doorService, type DoorService } from "./service.ts";

jest.setTimeout(120_000);

let wire: Awaited<ReturnType<typeof serve>>;
/** The phone bridge's own side. */
let phones: Awaited<ReturnType<typeof serve>>;
let doors: DoorService;
let n = 0;

beforeAll(async () => {
  wire = await serve(({ path }) => ({ status: path === "/v2/enqueue" ? 202 : 201, body: {} }));
  phones = await serve(() => ({ status: 204 }));
  process.env["TEST_BRIDGE"] = "bridge-secret";
  process.env["TEST_ROUTING_KEY"] = "R".repeat(32);
  process.env["TEST_WEBHOOK_SECRET"] = webhookSecret;
  process.env["TEST_PD_API"] = "pd-api";
  doors = await doorService(
    {
      pagerDuty: {
        routingKey: { env: "TEST_ROUTING_KEY" },
        webhookSecret: { env: "TEST_WEBHOOK_SECRET" },
        apiToken: { env: "TEST_PD_API" },
        apiFrom: "soporte@consultora.example",
        apiUrl: `${wire.url}/`,
        eventsUrl: `${wire.url}/v2/enqueue`,
      },
      phoneBridge: { secret: { env: "TEST_BRIDGE" }, url: `${phones.url}/hook` },
    },
    {
      settings: { doors: { contacts: "LastName != null", onCall: ["PSVC", "+541150000001"] } },
      contacts: [{ FirstName: "Martina", LastName: "Ibarra", MobilePhone: "+54 9 11 2345-6789" }],
    },
  );
  await doors.service.store.db
    .selectFrom("orgs")
    .select("settings")
    .where("id", "=", "austral")
    .executeTakeFirstOrThrow()
    .then(({ settings }) =>
      doors.service.store.db
        .updateTable("orgs")
        .set({
          settings: JSON.stringify({
            ...JSON.parse(settings),
            people: [{ salesforceUserId: doors.org.id("camila"), pagerDuty: "PCAMILA", bridge: "camila" }],
          }),
        })
        .where("id", "=", "austral")
        .execute(),
    );
});
afterAll(async () => {
  await doors?.close();
  await wire?.close();
  await phones?.close();
});

async function hook(type: string, data: object, more: { id?: string; agent?: object; secret?: string } = {}) {
  const body = JSON.stringify({
    event: {
      ...{ id: more.id ?? `EV${n++}`, event_type: type, resource_type: "incident" },
      ...{ occurred_at: new Date().toISOString(), agent: more.agent ?? null, client: null, data },
    },
  });
  const sign = (secret: string) => `v1=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const response = await fetch(`${doors.service.url}/pagerduty/webhooks`, {
    method: "POST",
    body,
    headers: { "x-pagerduty-signature": `${sign("old")},${sign(more.secret ?? webhookSecret)}` },
  });
  return response.status;
}
const incident = (id: string, more: object = {}) => ({
  ...{ id, type: "incident", title: "Año nuevo: ñandú caído", incident_key: "monitor/1" },
  ...{ service: { id: "PSVC", summary: "Tienda" }, html_url: `https://x.pagerduty.example/${id}` },
  ...more,
});
const caseOf = (id: string) => doors.caseOf(`pagerduty:incident:${id}`);
const asked = (path: string) => wire.asked.filter((one) => one.path === path);

test("19. an incident opens one P1, whatever signature of two fits and however often it comes; unknown types get 2xx", async () => {
  for (const _ of [1, 2])
    expect(await hook("incident.triggered", incident("PINC1"), { id: "EVSAME" })).toBe(202);
  expect(await hook("incident.triggered", incident("PINC1"))).toBe(202);
  expect(await hook("incident.brand_new", incident("PINC1"))).toBe(202);
  expect(await hook("incident.triggered", incident("PINC2"), { secret: "forged" })).toBe(401);
  await until(() => caseOf("PINC1")?.["SLA_Ack_Due_At__c"] != null, "the case");
  expect(caseOf("PINC1")).toMatchObject({
    Subject: "Año nuevo: ñandú caído",
    Support_Priority__c: "P1",
    Support_Channel__c: "OnCall",
    SLA_Target_Minutes__c: 60,
  });
  expect(doors.rows("Case")).toHaveLength(1);
  await until(() => asked("/incidents/PINC1/notes").length === 1, "the promise in the incident");
});

test("20. acknowledging there acknowledges here once; a merge and a machine's resolution close nothing", async () => {
  const agent = { id: "PCAMILA", type: "user_reference", summary: "Camila" };
  expect(await hook("incident.acknowledged", incident("PINC1"), { agent })).toBe(202);
  await until(() => caseOf("PINC1")!["SLA_Status__c"] === "Acknowledged", "the acknowledgement");
  const at = caseOf("PINC1")!["SLA_Acknowledged_At__c"];
  await hook("incident.unacknowledged", incident("PINC1"));
  await hook("incident.acknowledged", incident("PINC1"), { agent: { ...agent, id: "POTHER" } });
  const merged = {
    resolve_reason: { type: "merge_resolve_reason", incident: { id: "PINC9", summary: "La otra" } },
  };
  await hook("incident.resolved", incident("PINC1", merged));
  await until(() => doors.comments(caseOf("PINC1")!["Id"]).length === 2, "the notes");
  expect(doors.comments(caseOf("PINC1")!["Id"])[1]).toMatch(/merged into La otra/);
  expect(caseOf("PINC1")).toMatchObject({ IsClosed: false, SLA_Acknowledged_At__c: at });
});

test("20. the case of a merged incident follows the one that is left, and so on: it is acknowledged and told there", async () => {
  const into = (id: string) => ({
    resolve_reason: { type: "merge_resolve_reason", incident: { id, summary: id } },
  });
  for (const id of ["PMA", "PMB"]) await hook("incident.triggered", incident(id));
  await until(() => caseOf("PMB")?.["SLA_Ack_Due_At__c"] != null, "the cases");
  await hook("incident.resolved", incident("PMA", into("PMB")));
  await hook("incident.resolved", incident("PMB", into("PMC")));
  // nobody has a case for the incident that is left; both cases follow it
  const agent = { id: "PCAMILA", type: "user_reference", summary: "Camila" };
  await hook("incident.acknowledged", incident("PMC"), { agent });
  for (const id of ["PMA", "PMB"])
    await until(() => caseOf(id)!["SLA_Status__c"] === "Acknowledged", `the acknowledgement of ${id}`);
  doors.org.as("camila", {
    op: "insert",
    object: "CaseComment",
    fields: { ParentId: String(caseOf("PMA")!["Id"]), CommentBody: "Lo vemos", IsPublished: true },
  });
  await until(
    () => asked("/incidents/PMC/notes").some(({ body }) => body.includes("Lo vemos")),
    "the answer in the incident that is left",
  );
});

test("acknowledging in Salesforce acknowledges the incident", async () => {
  await hook("incident.triggered", incident("PINC3"));
  await until(() => caseOf("PINC3")?.["SLA_Ack_Due_At__c"] != null, "the case");
  doors.org.change("camila", String(caseOf("PINC3")!["Id"]), {
    SLA_Acknowledged_By__c: doors.org.id("camila"),
  });
  await until(() => asked("/incidents/PINC3").length === 1, "the incident's acknowledgement");
  expect(JSON.parse(asked("/incidents/PINC3")[0]!.body)).toEqual({
    incident: { type: "incident_reference", status: "acknowledged" },
  });
});

async function call(
  event: object,
  { secret = "bridge-secret", at = Math.floor(Date.now() / 1000) }: { secret?: string; at?: number } = {},
) {
  const body = JSON.stringify(event);
  const response = await fetch(`${doors.service.url}/bridge/webhooks`, {
    method: "POST",
    body,
    headers: {
      "x-compromiso-timestamp": String(at),
      "x-compromiso-signature": signatureOf(secret, at, body),
    },
  });
  return response.status;
}
const heard = (of: string) =>
  phones.asked
    .map(({ body }) => JSON.parse(body) as { type: string; call: string; text: string })
    .filter((one) => one.call === of);
const callCase = (id: string) => doors.caseOf(`bridge:call:${id}`)!;

test("a call opens one P1 of the line's client, however often it is told; taking it up there acknowledges here", async () => {
  const opened = {
    ...{ id: "1", type: "call.opened", call: "c1", line: "+541150000001", caller: "+5491100000000" },
    ...{ title: "Caja sin sistema", text: "Nadie puede cobrar." },
  };
  expect(await call(opened)).toBe(202);
  // taken up before the org has the case
  expect(await call({ id: "2", type: "call.acknowledged", call: "c1", by: "camila" })).toBe(202);
  expect(await call({ ...opened, id: "3" })).toBe(202);
  await until(() => callCase("c1")?.["SLA_Status__c"] === "Acknowledged", "the acknowledgement");
  expect(callCase("c1")).toMatchObject({
    ...{ Subject: "Caja sin sistema", Support_Priority__c: "P1", Support_Channel__c: "OnCall" },
    SLA_Acknowledged_By__c: doors.org.id("camila"),
  });
  await call({ id: "4", type: "call.note", call: "c1", text: "Volvió a llamar." });
  await until(() => doors.comments(callCase("c1")["Id"]).length === 1, "the note");
  const cases = doors.rows("Case").filter((row) => row["Subject"] === "Caja sin sistema");
  expect(cases).toHaveLength(1);
});

test("a caller is known by their number too; an acknowledgement in Salesforce is told to the bridge, signed", async () => {
  await call({ id: "5", type: "call.opened", call: "c2", caller: "011 15-2345-6789", text: "No anda" });
  await until(() => callCase("c2")?.["SLA_Ack_Due_At__c"] != null, "the case");
  doors.org.change("camila", String(callCase("c2")["Id"]), {
    SLA_Acknowledged_By__c: doors.org.id("camila"),
  });
  await until(() => heard("c2").some(({ type }) => type === "case.acknowledged"), "the acknowledgement");
  expect(heard("c2").map(({ type }) => type)).toEqual(["case.said", "case.acknowledged"]);
  const { body, headers } = phones.asked.at(-1)!;
  expect(headers["x-compromiso-signature"]).toBe(
    signatureOf("bridge-secret", Number(headers["x-compromiso-timestamp"]), body),
  );
  await call({ id: "6", type: "call.opened", call: "c3", caller: "+5491177777777" });
  await until(() => heard("c3").length === 1, "the refusal");
  expect(heard("c3")[0]).toMatchObject({
    type: "call.refused",
    text: expect.stringMatching(/No reconocemos/),
  });
});

test("a forged or replayed call is refused, and an unknown kind of event gets words", async () => {
  const event = { id: "7", type: "call.opened", call: "c4", line: "+541150000001" };
  expect(await call(event, { secret: "another" })).toBe(401);
  expect(await call(event, { at: Math.floor(Date.now() / 1000) - 6 * 60 })).toBe(401);
  expect(await call({ id: "8", type: "call.sung", call: "c4" })).toBe(400);
  expect(callCase("c4")).toBeUndefined();
});
