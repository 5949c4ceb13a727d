/** The Pub/Sub client that is on npm, as it is: over TLS, deciding by itself what it asks for. */
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import PubSubApiClient from "salesforce-pubsub-api-client";
import { selectForCapture, type PubSubServer } from "../../src/events/index.ts";
import { selfSigned } from "../../src/certificates/selfSigned.ts";
import { changeCase, newCase, openOrg, servePubSub, until, type TestOrg } from "./support.ts";

interface ParsedEvent {
  replayId: number;
  payload: Record<string, unknown> & { ChangeEventHeader: Record<string, unknown> };
}

let acme: TestOrg;
let server: PubSubServer;
let client: PubSubApiClient;
const heard: { type: string; data: unknown }[] = [];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

beforeEach(async () => {
  heard.length = 0;
  acme = openOrg();
  selectForCapture(acme.org, ["Case", "Contact"]);
  server = await servePubSub(acme, { tls: selfSigned(), times: { keepalive: 50 } });
  client = new PubSubApiClient(
    {
      authType: "user-supplied",
      accessToken: acme.token(),
      instanceUrl: acme.org.instanceUrl.replace("http:", "https:"),
      organizationId: acme.org.id,
      pubSubEndpoint: server.endpoint,
      rejectUnauthorizedSsl: false,
    },
    quiet as never,
  );
  await client.connect();
});
afterEach(async () => {
  // The client forgets its streams when it closes, and dies of whatever they say afterwards: they end before.
  await server.close();
  client.close();
  await acme.close();
});

const listen = (_subscription: unknown, type: string, data: unknown) => void heard.push({ type, data });
const events = () => heard.filter(({ type }) => type === "event").map(({ data }) => data as ParsedEvent);

test("it subscribes, decodes bitmaps and compounds, hears keepalives, and goes on after a replay id", async () => {
  client.subscribe("/data/ChangeEvents", listen as never);
  await until(() => heard.some(({ type }) => type === "grpcKeepAlive"), "a keepalive");
  const [caseId = "", contactId = ""] = acme.commit(newCase({ Origin: "Web" }), {
    op: "insert",
    object: "Contact",
    fields: { FirstName: "Ada", LastName: "Lovelace", MailingCity: "London" },
  });
  acme.commit(changeCase(caseId, { Priority: "High", Origin: null }));
  acme.commit({
    op: "update",
    object: "Contact",
    id: contactId,
    fields: { MailingCity: "Paris", FirstName: "A." },
  });
  await until(() => events().length === 4, "four events");

  // The client fetches each schema when it first meets it, and tells events of a known one meanwhile.
  const of = (entityName: string, changeType: string) =>
    events().find(
      ({ payload: { ChangeEventHeader: header } }) =>
        header.entityName === entityName && header.changeType === changeType,
    );
  const [created, updated] = [of("Case", "CREATE"), of("Case", "UPDATE")];
  const [contact, moved] = [of("Contact", "CREATE"), of("Contact", "UPDATE")];
  expect(created?.payload).toMatchObject({
    ChangeEventHeader: { changeType: "CREATE", recordIds: [caseId], changedFields: [] },
    Origin: "Web",
  });
  expect(contact?.payload).toMatchObject({
    Name: { FirstName: "Ada", LastName: "Lovelace" },
    MailingAddress: { City: "London" },
  });
  expect(updated?.payload).toMatchObject({
    ChangeEventHeader: {
      changeType: "UPDATE",
      changedFields: ["Origin", "Priority", "LastModifiedDate"],
      nulledFields: ["Origin"],
    },
    Priority: "High",
    Subject: null,
  });
  expect(moved?.payload.ChangeEventHeader.changedFields).toEqual([
    "LastModifiedDate",
    "Name.FirstName",
    "MailingAddress.City",
  ]);

  heard.length = 0;
  client.subscribeFromReplayId("/data/CaseChangeEvent", listen as never, 1, created?.replayId ?? 0);
  await until(() => events().length === 1, "the event after the first");
  expect(events()[0]?.replayId).toBe(updated?.replayId);
});

test("an id that is not retained is an error with Salesforce's code", async () => {
  client.subscribeFromReplayId("/data/CaseChangeEvent", listen as never, 1, 12);
  await until(() => heard.some(({ type }) => type === "error"), "the error");
  const { data } = heard.find(({ type }) => type === "error") ?? {};
  const { metadata } = data as { metadata: { get(name: string): unknown[] } };
  expect(metadata.get("error-code")).toEqual([
    "sfdc.platform.eventbus.grpc.subscription.fetch.replayid.corrupted",
  ]);
});
