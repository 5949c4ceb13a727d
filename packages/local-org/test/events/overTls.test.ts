/** An org that was started with TLS: the client that is on npm connects to it as it does to Salesforce. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import PubSubApiClient from "salesforce-pubsub-api-client";
import { startLocalOrgs } from "../../src/index.ts";
import type { LocalOrgHost } from "../../src/index.ts";
import { deployChannel, until } from "./support.ts";

let host: LocalOrgHost;
beforeAll(async () => {
  const admin = { username: "a@tls.example", name: "Ada Admin", email: "a@tls.example" };
  host = await startLocalOrgs({
    pubsubTls: {},
    orgs: [
      {
        name: "tls",
        label: "TLS",
        language: "en_US",
        timeZone: "UTC",
        users: [{ ...admin, profile: "System Administrator" }],
      },
    ],
  });
});
afterAll(() => host.close());

test("both endpoints are open, and a case is heard over TLS", async () => {
  expect(host.pubsubTls?.certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
  expect(host.pubsubTls?.endpoint).not.toBe(host.pubsubEndpoint);
  const org = host.orgs.get("tls")!;
  deployChannel(org, "Support_Cases__chn", {});
  const [user] = org.rows("User");
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const client = new PubSubApiClient(
    {
      authType: "user-supplied",
      accessToken: org.sessions.open(user!.Id, "test").token,
      instanceUrl: org.instanceUrl.replace("http:", "https:"),
      organizationId: org.id,
      pubSubEndpoint: host.pubsubTls!.endpoint,
      rejectUnauthorizedSsl: false,
    },
    quiet as never,
  );
  await client.connect();
  const heard: string[] = [];
  const listen = (_subscription: unknown, type: string, data: { payload?: { Subject?: string } }) => {
    if (type === "event") heard.push(String(data.payload?.Subject));
  };
  client.subscribeFromEarliestEvent("/data/CaseChangeEvent", listen as never, 10);
  org.execute({ userId: user!.Id, api: "rest/68.0" }, [
    { op: "insert", object: "Case", fields: { Subject: "over TLS" } },
  ]);
  await until(() => heard.length > 0, "the case");
  expect(heard).toEqual(["over TLS"]);
});
