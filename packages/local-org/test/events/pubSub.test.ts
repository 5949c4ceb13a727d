import { status } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { selectForCapture, type PubSubServer } from "../../src/events/index.ts";
import { rawClient, type RawClient } from "./pubSubClient.ts";
import { changeCase, deployChannel, newCase, openOrg, servePubSub, until, type TestOrg } from "./support.ts";

const TOPIC = "/data/CaseChangeEvent";
const ERROR = "sfdc.platform.eventbus.grpc.";

let acme: TestOrg;
let server: PubSubServer;
let client: RawClient;

beforeEach(async () => {
  acme = openOrg();
  selectForCapture(acme.org, ["Case"]);
  server = await servePubSub(acme, { times: { keepalive: 40, credit: 40 } });
  client = rawClient(acme, server.endpoint);
});
afterEach(async () => {
  client.close();
  await server.close();
  await acme.close();
});

const earliest = (numRequested: number, topicName = TOPIC) => ({
  topicName,
  replayPreset: "EARLIEST",
  numRequested,
});
const after = (replayId: Buffer, numRequested = 100, topicName = TOPIC) => ({
  topicName,
  replayPreset: "CUSTOM",
  replayId,
  numRequested,
});
type Decoded = Record<string, unknown> & { ChangeEventHeader: Record<string, unknown> };
const decode = async (event: Parameters<RawClient["decode"]>[0]) => (await client.decode(event)) as Decoded;

test("GetTopic and GetSchema; an event is Avro of the schema it names", async () => {
  const topic = await client.call<Record<string, unknown>>("GetTopic", { topicName: TOPIC });
  expect(topic).toMatchObject({ topicName: TOPIC, canSubscribe: true, canPublish: false });
  const [id] = acme.commit(newCase());
  const stream = client.subscribe(earliest(1));
  await until(() => stream.events.length === 1, "the event");
  const [event] = stream.events;
  expect(event?.schemaId).toBe(topic.schemaId);
  expect(event && (await decode(event))).toMatchObject({
    ChangeEventHeader: { entityName: "Case", recordIds: [id], changeType: "CREATE", changedFields: [] },
    Subject: "Printer on fire",
    Description: null,
  });
  stream.cancel();
});

test("events come as asked for and no more; the answer tells the number pending", async () => {
  acme.commit(newCase(), newCase(), newCase(), newCase(), newCase());
  const stream = client.subscribe(earliest(2));
  await until(() => stream.events.length === 2, "two events");
  expect(stream.responses.at(-1)?.pendingNumRequested).toBe(0);
  stream.fetch({ numRequested: 10 });
  await until(() => stream.events.length === 5, "all five");
  expect(stream.responses.findLast(({ events }) => events.length > 0)?.pendingNumRequested).toBe(7);
  stream.cancel();
});

test("with nothing to say, keepalives carry the place in the stream, from which one can go on", async () => {
  const stream = client.subscribe({ topicName: TOPIC, numRequested: 5 });
  await until(() => stream.responses.length >= 2, "two keepalives");
  expect(stream.responses.every(({ events }) => events.length === 0)).toBe(true);
  const latest = stream.responses.at(-1)?.latestReplayId ?? Buffer.alloc(0);
  stream.cancel();
  acme.commit(newCase());
  const resumed = client.subscribe(after(latest));
  await until(() => resumed.events.length === 1, "the event after the keepalive");
  resumed.cancel();
});

test("a client that was given everything and asks for no more is disconnected", async () => {
  acme.commit(newCase());
  const stream = client.subscribe(earliest(1));
  await until(() => stream.ended, "the end of the stream");
  expect(stream.failure).toBeUndefined();
});

test("a hundred at most are outstanding", async () => {
  const stream = client.subscribe({ topicName: TOPIC, numRequested: 1000 });
  await until(() => stream.responses.length > 0, "a keepalive");
  expect(stream.responses[0]?.pendingNumRequested).toBe(100);
  stream.cancel();
});

test("LATEST starts at the end, CUSTOM after an id", async () => {
  acme.commit(newCase({ Subject: "before" }));
  const latest = client.subscribe({ topicName: TOPIC, numRequested: 10 });
  await until(() => latest.responses.length > 0, "a keepalive");
  acme.commit(newCase({ Subject: "one" }));
  acme.commit(newCase({ Subject: "two" }));
  await until(() => latest.events.length === 2, "both new events");
  latest.cancel();
  const custom = client.subscribe(after(latest.events[0]?.replayId ?? Buffer.alloc(0)));
  await until(() => custom.events.length === 1, "the second event again");
  expect(custom.events[0]?.replayId).toEqual(latest.events[1]?.replayId);
  custom.cancel();
});

test.each([
  ["a token that is not one", { accesstoken: "00D!nope" }, "service.auth.error", status.UNAUTHENTICATED],
  ["another tenant", { tenantid: "00D000000000001AAA" }, "service.auth.error", status.UNAUTHENTICATED],
  ["no instance", { instanceurl: "" }, "service.auth.headers.invalid", status.UNAUTHENTICATED],
])("refused: %s", async (_what, headers, code, grpcStatus) => {
  const other = rawClient(acme, server.endpoint, headers);
  const refused = { code: grpcStatus, errorCode: ERROR + code };
  await expect(other.call("GetTopic", { topicName: TOPIC })).rejects.toMatchObject(refused);
  const stream = other.subscribe(earliest(1));
  await until(() => stream.failure !== undefined, "the refusal");
  expect(stream.failure).toMatchObject(refused);
  expect(stream.failure?.details).toContain("rpcId: ");
  other.close();
});

test.each([
  ["an unknown topic", { topicName: "/data/Nope__chn", numRequested: 1 }, "topic.not.found"],
  ["nothing asked for", { topicName: TOPIC, numRequested: 0 }, "subscription.fetch.requested.events.invalid"],
  ["CUSTOM without an id", after(Buffer.alloc(0)), "subscription.fetch.replayid.validation.failed"],
  ["an id that is not one", after(Buffer.from([1, 2, 3])), "subscription.fetch.replayid.corrupted"],
  [
    "an id of the future",
    after(Buffer.from("0000ffffffffffff", "hex")),
    "subscription.fetch.replayid.corrupted",
  ],
])("refused: %s", async (_what, request, code) => {
  const stream = client.subscribe(request);
  await until(() => stream.failure !== undefined, "the refusal");
  expect(stream.failure?.errorCode).toBe(ERROR + code);
});

test("an id older than the retention is refused, the last of all is not", async () => {
  acme.commit(newCase());
  acme.commit(newCase());
  const stream = client.subscribe(earliest(10));
  await until(() => stream.events.length === 2, "both events");
  stream.cancel();
  acme.org.faults.retention = -1;
  const expired = client.subscribe(after(stream.events[0]?.replayId ?? Buffer.alloc(0)));
  await until(() => expired.failure !== undefined, "the refusal");
  expect(expired.failure?.errorCode).toBe(`${ERROR}subscription.fetch.replayid.corrupted`);
  const upToDate = client.subscribe(after(stream.events[1]?.replayId ?? Buffer.alloc(0)));
  await until(() => upToDate.responses.length > 0, "a keepalive");
  upToDate.cancel();
});

test("change events ask for View All", async () => {
  const agent = rawClient(acme, server.endpoint, { accesstoken: acme.token(acme.agent) });
  await expect(agent.call("GetTopic", { topicName: TOPIC })).resolves.toMatchObject({ canSubscribe: false });
  const stream = agent.subscribe(earliest(1));
  await until(() => stream.failure !== undefined, "the refusal");
  expect(stream.failure).toMatchObject({
    code: status.PERMISSION_DENIED,
    errorCode: `${ERROR}subscription.topic.cannot.subscribe`,
  });
  agent.close();
});

test("a filtered, enriched channel takes merged changes apart; they share a replay id", async () => {
  deployChannel(acme.org, "Urgent__chn", { filter: "Priority = 'High'", enriched: ["Subject", "Origin"] });
  const [one = "", two = "", three = ""] = acme.commit(
    newCase({ Subject: "one", Priority: "High" }),
    newCase({ Subject: "two", Priority: "High" }),
    newCase({ Subject: "three", Priority: "Low" }),
  );
  acme.commit(...[one, two, three].map((id) => changeCase(id, { Status: "Working" })));
  acme.commit(changeCase(one, { Subject: "renamed" }));

  const topicName = "/data/Urgent__chn";
  const stream = client.subscribe(earliest(100, topicName));
  await until(() => stream.events.length === 5, "two creations, two updates, a renaming");
  const decoded = await Promise.all(stream.events.map(decode));
  expect(decoded.map((event) => [event.ChangeEventHeader.recordIds, event.Subject, event.Priority])).toEqual([
    [[one], "one", "High"],
    [[two], "two", "High"],
    // Enriched with what is there now, not with what was there then.
    [[one], "renamed", "High"],
    [[two], "two", "High"],
    [[one], "renamed", "High"],
  ]);
  const [, , third, fourth] = stream.events;
  expect(third?.replayId).toEqual(fourth?.replayId);
  expect(decoded[2]?.ChangeEventHeader.transactionKey).toBe(decoded[3]?.ChangeEventHeader.transactionKey);
  stream.cancel();

  // Asking for part of a group brings the rest with the next request; resuming after its id brings no event of it.
  const part = client.subscribe(earliest(3, topicName));
  await until(() => part.events.length === 3, "the first of the pair");
  part.fetch({ numRequested: 1 });
  await until(() => part.events.length === 4, "the second of the pair");
  expect(part.events[3]?.replayId).toEqual(part.events[2]?.replayId);
  part.cancel();
  const resumed = client.subscribe(after(third?.replayId ?? Buffer.alloc(0), 10, topicName));
  await until(() => resumed.events.length === 1, "the renaming");
  expect(resumed.events[0]?.replayId).toEqual(stream.events[4]?.replayId);
  resumed.cancel();
});

test("what a custom channel selects is heard on the entity's own channel too, past the filter", async () => {
  const [member] = acme.org.components.list("PlatformEventChannelMember");
  for (const one of acme.org.components.list("PlatformEventChannelMember"))
    acme.org.components.remove(one.type, one.fullName);
  expect(member).toBeDefined();
  deployChannel(acme.org, "Urgent__chn", { filter: "Priority = 'High'", enriched: ["Subject"] });
  const [low = "", high = ""] = acme.commit(
    newCase({ Subject: "low", Priority: "Low" }),
    newCase({ Subject: "high", Priority: "High" }),
  );
  const own = client.subscribe(earliest(100, "/data/CaseChangeEvent"));
  await until(() => own.events.length === 2, "both creations on the entity's channel");
  const decoded = await Promise.all(own.events.map(decode));
  expect(decoded.map((event) => event.ChangeEventHeader.recordIds)).toEqual([[low], [high]]);
  own.cancel();
  const custom = client.subscribe(earliest(100, "/data/Urgent__chn"));
  await until(() => custom.events.length === 1, "the urgent one on the custom channel");
  custom.cancel();
  // the channel of all that Setup's page selects has no part in it
  const standard = client.subscribe(earliest(100, "/data/ChangeEvents"));
  acme.commit(newCase({ Subject: "later", Priority: "High" }));
  const again = client.subscribe(earliest(100, "/data/Urgent__chn"));
  await until(() => again.events.length === 2, "the next urgent one");
  expect(standard.events).toEqual([]);
  standard.cancel();
  again.cancel();
});

test("a stream ends when its channel is deleted", async () => {
  deployChannel(acme.org, "Urgent__chn", {});
  const stream = client.subscribe({ topicName: "/data/Urgent__chn", numRequested: 10 });
  await until(() => stream.responses.length > 0, "a keepalive");
  acme.org.components.remove("PlatformEventChannel", "Urgent__chn");
  acme.commit(newCase());
  await until(() => stream.failure !== undefined, "the end");
  expect(stream.failure?.errorCode).toBe(`${ERROR}topic.not.found`);
});

test("the day's delivered events are an allocation, and its end an error", async () => {
  acme.bus.allocation.setMax(2);
  acme.commit(newCase(), newCase(), newCase());
  const stream = client.subscribe(earliest(100));
  await until(() => stream.failure !== undefined, "the refusal");
  expect(stream.events).toHaveLength(2);
  expect(stream.failure?.errorCode).toBe(`${ERROR}subscription.limit.exceeded`);
});

test("faults: dropped, refused, stalled, lost, gap, overflow, unreadable", async () => {
  const { faults } = acme.org;
  const stream = client.subscribe({ topicName: TOPIC, numRequested: 50 });
  await until(() => stream.responses.length > 0, "a keepalive");

  faults.streams.loseNext = 1;
  acme.commit(newCase({ Subject: "lost" }));
  faults.streams.gapNext = 1;
  const [gapId] = acme.commit(newCase());
  faults.streams.overflowNext = 1;
  acme.commit(newCase());
  faults.streams.corruptNext = 1;
  acme.commit(newCase());
  await until(() => stream.events.length === 3, "gap, overflow and the unreadable one");
  const [gap, overflow, corrupt] = stream.events;
  expect(gap && (await decode(gap))).toMatchObject({
    ChangeEventHeader: { changeType: "GAP_CREATE", recordIds: [gapId], changeOrigin: "" },
    Subject: null,
  });
  expect(overflow && (await decode(overflow))).toMatchObject({
    ChangeEventHeader: { changeType: "GAP_OVERFLOW", recordIds: ["000000000000000AAA"] },
  });
  await expect(corrupt && decode(corrupt)).rejects.toThrow();

  faults.streams.stalled = true;
  const responses = stream.responses.length;
  acme.commit(newCase({ Subject: "held back" }));
  faults.streams.stalled = false;
  await until(() => stream.events.length === 4, "what was held back");
  expect(stream.responses.length).toBeGreaterThan(responses);

  faults.dropStreams();
  await until(() => stream.failure !== undefined, "the drop");
  expect(stream.failure?.code).toBe(status.UNAVAILABLE);

  faults.streams.refuse = true;
  const refused = client.subscribe(earliest(1));
  await until(() => refused.failure !== undefined, "the refusal");
  expect(refused.failure).toMatchObject({
    code: status.UNAVAILABLE,
    errorCode: `${ERROR}service.unavailable`,
  });
});
