// The whole service against a real local org: a promise of six seconds, kept and broken, and acknowledged from outside.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { readConfig } from "../../src/config.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers, type Timers } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore } from "../../src/store/open.ts";
import { acknowledgedThere, pagerDutyWire, routingKey, webhookSecret } from "../channels/wires/pagerduty.ts";
import { serve, type Wire } from "../channels/wires/serve.ts";
import { click, signingSecret, slackWire } from "../channels/wires/slack.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-whole-"));
let world: World;
let org: TestOrg;
let service: Service | null = null;
/** A case whose steps people hear of while the other cases' promises run. */
let rung: string;
/** What the service waits for. */
const waiting = new Set<object>();
const timers: Timers = {
  after(ms, work) {
    const timer = systemTimers.after(ms, () => {
      waiting.delete(timer);
      work();
    });
    waiting.add(timer);
    return {
      cancel() {
        waiting.delete(timer);
        timer.cancel();
      },
    };
  },
};
let slack: Awaited<ReturnType<typeof slackWire>>;
let pager: Awaited<ReturnType<typeof pagerDutyWire>>;
/** Takes traces by OTLP over HTTP. */
let receiver: Wire;

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string } }[];
  resource: { key: string; value: { stringValue?: string } }[];
}
/** The spans of a case that the receiver got. */
const spansOf = (caseId: string): SentSpan[] =>
  receiver.asked
    .flatMap(
      ({ body }) =>
        JSON.parse(body).resourceSpans as {
          resource: { attributes: SentSpan["resource"] };
          scopeSpans: { spans: SentSpan[] }[];
        }[],
    )
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, resource: resource.attributes }))),
    )
    .filter(({ attributes }) =>
      attributes.some(({ key, value }) => key === "compromiso.case" && value.stringValue === caseId),
    );

beforeAll(async () => {
  world = await startWorld(["austral"]);
  org = world.orgs[0]!;
  const catalogue = JSON.parse(
    readFileSync(new URL("../../../config/support-plans.json", import.meta.url), "utf8"),
  );
  // round the clock, so that it does not matter when this test runs
  const silver = catalogue.plans.find((plan: { code: string }) => plan.code === "Silver");
  for (const key of Object.keys(silver.coverage)) silver.coverage[key] = { alwaysOpen: true };
  silver.commitments.find((c: { priorities: string[] }) => c.priorities.includes("P1")).target = {
    minutes: 0.1,
  };
  silver.channels.push("OnCall");
  const file = join(folder, "plans.json");
  writeFileSync(file, JSON.stringify(catalogue));
  const terms = org.entry.settings.contract!;
  await writeContract(new OrgConnection(org.entry, systemClock), readCatalogue(file), terms, systemClock);
  [slack, pager, receiver] = await Promise.all([slackWire(), pagerDutyWire(), serve(() => ({ body: {} }))]);
  process.env["TEST_SLACK_TOKEN"] = "xoxb-test";
  process.env["TEST_SLACK_SIGNING"] = signingSecret;
  process.env["TEST_ROUTING_KEY"] = routingKey;
  process.env["TEST_WEBHOOK_SECRET"] = webhookSecret;
  const configFile = join(folder, "config.json");
  writeFileSync(
    configFile,
    JSON.stringify({
      store: { file: "s.sqlite" },
      http: { port: 0 },
      catalogue: file,
      traces: { url: `${receiver.url}/v1/traces` },
      actions: {
        slack: {
          token: { env: "TEST_SLACK_TOKEN" },
          signingSecret: { env: "TEST_SLACK_SIGNING" },
          apiUrl: slack.api,
        },
        pagerDuty: {
          routingKey: { env: "TEST_ROUTING_KEY" },
          webhookSecret: { env: "TEST_WEBHOOK_SECRET" },
          eventsUrl: pager.eventsUrl,
        },
      },
    }),
  );
  const store = await openStore({ file: join(folder, "s.sqlite") });
  await new Registry(store.db).save({
    ...org.entry,
    onboardedAt: Date.now() - 60_000,
    settings: {
      ...org.entry.settings,
      slackChannel: "C0SUPPORT",
      recipients: {
        lead: [{ salesforceUserId: org.id("bruno") }, { salesforceUserId: "005000000000404AAA" }],
      },
      people: [{ salesforceUserId: org.id("camila"), slackUserId: "U0CAMILA", pagerDuty: "PCAMILA" }],
    },
  });
  await store.close();
  service = await startService({
    config: readConfig(configFile, {}),
    clock: systemClock,
    timers,
    random: Math.random,
    log: silentLog,
  });
  await until(() => service!.fleet.connection("austral") !== undefined, "the org");
  rung = org.open("martina", { Support_Priority__c: "P1" });
});
afterAll(async () => {
  await service?.stop();
  await world?.close();
  await Promise.all([slack?.close(), pager?.close(), receiver?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const fields = (id: string) => [...org.local.rows("Case")].find((row) => row.Id === id)!;

test("a case shows its deadline, passes its steps into a breach, and a late acknowledgement ends it", async () => {
  const id = org.open("martina", { Support_Priority__c: "P1" });
  await until(
    () => fields(id)["SLA_Ack_Due_At__c"] !== null && fields(id)["SLA_Ack_Due_At__c"] !== undefined,
    "the deadline",
  );
  const created = Math.floor(Number(fields(id)["CreatedDate"]) / 1000) * 1000;
  expect(Number(fields(id)["SLA_Ack_Due_At__c"])).toBe(created + 6_000);

  await until(
    () => fields(id)["SLA_Status__c"] === "Breached" && fields(id)["IsEscalated"] === true,
    "the breach",
  );
  // Salesforce's instants are whole seconds: within the one of the deadline it would still be in time
  await until(() => String(fields(id)["SLA_Last_Step__c"]).startsWith("escalation"), "the escalation");
  const ledger = await service!.store.db.selectFrom("steps").selectAll().where("case_id", "=", id).execute();
  for (const step of ledger) expect(step.decided_at).toBeGreaterThanOrEqual(step.due_at);

  org.change("camila", id, { SLA_Acknowledged_By__c: org.id("camila") });
  await until(() => fields(id)["SLA_Status__c"] === "Acknowledged Late", "the acknowledgement");
  expect(fields(id)["SLA_Acknowledged_At__c"]).not.toBeNull();
  expect(Number(fields(id)["SLA_Elapsed_Minutes__c"])).toBeGreaterThan(0.1);
});

test("a case acknowledged in time is never breached", async () => {
  const id = org.open("martina", { Support_Priority__c: "P1" });
  await until(() => fields(id)["SLA_Status__c"] === "Running", "the clock");
  org.change("bruno", id, { SLA_Acknowledged_By__c: org.id("bruno") });
  await until(() => String(fields(id)["SLA_Status__c"]).startsWith("Acknowledged"), "the acknowledgement");
  expect(fields(id)["SLA_Status__c"]).toBe("Acknowledged");
  const clock = await service!.store.db
    .selectFrom("clocks")
    .selectAll()
    .where("case_id", "=", id)
    .executeTakeFirstOrThrow();
  expect(clock).toMatchObject({ next_at: null, acknowledged_by: org.id("bruno") });
});

test("Acknowledge in Slack's message, by a signed click, stops the clock at its receipt and names who it was", async () => {
  const id = org.open("martina", { Support_Priority__c: "P1" });
  const mine = () => slack.posted.find(({ blocks }) => JSON.stringify(blocks).includes(id));
  await until(() => mine() !== undefined, "Slack's message");
  const named = (name: string) => spansOf(id).find((span) => span.name === name);
  await until(() => named("send slack") !== undefined, "the trace up to Slack's message");
  const [change, store, decided, sent] = ["case change", "store", "decide opened", "send slack"].map(named);
  for (const span of [store, decided, sent]) expect(span!.traceId).toBe(change!.traceId);
  expect(change!.parentSpanId ?? "").toBe("");
  expect([store, decided].map((span) => span!.parentSpanId)).toEqual([change!.spanId, change!.spanId]);
  const parents = spansOf(id).filter(({ name }) => name.startsWith("decide "));
  expect(parents.map(({ spanId }) => spanId)).toContain(sent!.parentSpanId);
  for (const { startTimeUnixNano, endTimeUnixNano, resource } of spansOf(id)) {
    expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
    expect(resource).toContainEqual({ key: "service.name", value: { stringValue: "compromiso" } });
  }
  const value = /"action_id":"acknowledge"[^}]*"value":"([^"]+)"/.exec(JSON.stringify(mine()!.blocks))![1]!;

  const url = `${service!.url}/slack/interactions`;
  const forged = await fetch(url, click("U0CAMILA", value, slack.responseUrl, Date.now(), "another secret"));
  expect(forged.status).toBe(401);
  const stranger = await fetch(url, click("U0NOBODY", value, slack.responseUrl, Date.now()));
  expect(stranger.status).toBe(200);
  await until(() => slack.said.some(({ text }) => text.includes("no está vinculada")), "an answer in words");
  expect(fields(id)["SLA_Acknowledged_By__c"] ?? null).toBeNull();

  const from = Math.floor(Date.now() / 1000) * 1000;
  expect((await fetch(url, click("U0CAMILA", value, slack.responseUrl, Date.now()))).status).toBe(200);
  await until(() => String(fields(id)["SLA_Status__c"]).startsWith("Acknowledged"), "the acknowledgement");
  const at = Number(fields(id)["SLA_Acknowledged_At__c"]);
  expect(at).toBeGreaterThanOrEqual(from);
  expect(at).toBeLessThanOrEqual(Date.now());
  expect(fields(id)["SLA_Acknowledged_By__c"]).toBe(org.id("camila"));
  await until(() => mine()!.updates.length > 0, "the message's update");
  expect(JSON.stringify(mine()!.updates[0]!.blocks)).toContain("Camila Rossi acusó recibo del caso");
  expect(JSON.stringify(mine()!.updates[0]!.blocks)).not.toContain('"acknowledge"');
});

test("the bell rings for people of the org, and one whom it does not know holds up nobody; acknowledging the page stops the clock", async () => {
  const id = rung;
  const key = `compromiso/austral/${id}/1`;
  await until(() => pager.alerts.get(key) === "triggered", "the page");
  const bells = () => org.local.notifications().filter(({ targetId }) => targetId === id);
  await until(() => bells().length > 0, "the bell");
  for (const { userId, title } of bells())
    expect([userId, title]).toEqual([org.id("bruno"), expect.stringContaining("P1 · ")]);
  const dead = () =>
    service!.store.db
      .selectFrom("outbox")
      .select(["kind", "last_error"])
      .where("case_id", "=", id)
      .where("state", "=", "dead")
      .execute();
  await until(async () => (await dead()).length > 0, "the dead letter");
  for (const { kind, last_error } of await dead())
    expect([kind, last_error]).toEqual([
      "notice.salesforce",
      "NOTIFICATION_REFUSED: Invalid Parameter - Recipient IDs",
    ]);

  // instants are whole seconds: within the one of the deadline it would still be in time
  await until(() => String(fields(id)["SLA_Last_Step__c"]).startsWith("escalation"), "the escalation");
  const url = `${service!.url}/pagerduty/webhooks`;
  expect((await fetch(url, acknowledgedThere(key, "PCAMILA", "another secret"))).status).toBe(401);
  const answer = await fetch(url, acknowledgedThere(key, "PCAMILA"));
  expect(await answer.json()).toEqual({ outcome: "acknowledged" });
  await until(() => fields(id)["SLA_Status__c"] === "Acknowledged Late", "the acknowledgement");
  expect(fields(id)["SLA_Acknowledged_By__c"]).toBe(org.id("camila"));
  await until(() => pager.alerts.get(key) === "acknowledged", "the page's acknowledgement");
});

test("once it has stopped it waits for nothing that would keep the process", async () => {
  expect(waiting.size).toBeGreaterThan(0);
  await service!.stop();
  service = null;
  expect([...waiting]).toEqual([]);
});
