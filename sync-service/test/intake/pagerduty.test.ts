// On-call, both ways: an incident of a client's own monitoring, against a real local org and PagerDuty's wires.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { serve } from "../channels/wires/serve.ts";
import { webhookSecret } from "../channels/wires/pagerduty.ts";
import { until } from "../orgs/org-world.ts";
import { doorService, type DoorService } from "./service.ts";

jest.setTimeout(120_000);

let wire: Awaited<ReturnType<typeof serve>>;
let doors: DoorService;
let n = 0;

beforeAll(async () => {
  wire = await serve(() => ({ status: 201, body: {} }));
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
    },
    { settings: { doors: { contacts: "LastName != null", onCall: ["PSVC"] } } },
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
            people: [{ salesforceUserId: doors.org.id("camila"), pagerDuty: "PCAMILA" }],
          }),
        })
        .where("id", "=", "austral")
        .execute(),
    );
});
afterAll(async () => {
  await doors?.close();
  await wire?.close();
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
