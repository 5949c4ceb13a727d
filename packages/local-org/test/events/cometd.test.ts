/** The Streaming API as jsforce drives it, and message by message where jsforce keeps quiet. */
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Connection } from "jsforce";
import { StreamingExtension } from "jsforce/lib/api/streaming.js";
import "jsforce/lib/api/streaming.js";
import { selectForCapture } from "../../src/events/index.ts";
import { changeCase, newCase, openOrg, serve, until, type Served, type TestOrg } from "./support.ts";

const CHANNEL = "/data/CaseChangeEvent";

interface Message {
  payload: Record<string, unknown> & { ChangeEventHeader: Record<string, unknown> };
  event: { replayId: number };
}

let acme: TestOrg;
let served: Served;
const clients: { disconnect(): PromiseLike<void> | undefined }[] = [];

beforeEach(async () => {
  acme = openOrg();
  selectForCapture(acme.org, ["Case"]);
  served = await serve(acme);
});
afterEach(async () => {
  // Faye tries for ever to say goodbye to a server that is gone.
  for (const client of clients.splice(0)) await Promise.resolve(client.disconnect()).catch(() => undefined);
  await served.close();
  await acme.close();
});

/** What a subscriber hears, from a replay id on; `failed` once its token is refused. */
async function listen(replayId: number, token = acme.token()) {
  const heard = { messages: [] as Message[], failed: false, error: undefined as string | undefined };
  const connection = new Connection({ instanceUrl: served.url, accessToken: token, version: "68.0" });
  const refused = Promise.withResolvers<void>();
  const client = connection.streaming.createClient([
    new StreamingExtension.AuthFailure(() => {
      heard.failed = true;
      refused.resolve();
    }),
    new StreamingExtension.Replay(CHANNEL, replayId),
  ]);
  clients.push(client as never);
  const subscription = client.subscribe(CHANNEL, (message: Message) => heard.messages.push(message));
  const settled = subscription.then(
    () => undefined,
    (error: { message: string }) => {
      heard.error = error.message;
    },
  );
  await Promise.race([settled, refused.promise]);
  return heard;
}

test("jsforce hears new events, with names and ISO dates", async () => {
  const heard = await listen(-1);
  const [id = ""] = acme.commit(newCase());
  acme.commit(changeCase(id, { Priority: "High", Origin: "Web" }));
  await until(() => heard.messages.length === 2, "both events");
  const [created, updated] = heard.messages;
  expect(created?.payload).toMatchObject({
    Subject: "Printer on fire",
    ChangeEventHeader: { changeType: "CREATE", recordIds: [id], entityName: "Case" },
  });
  expect(created?.payload.CreatedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  expect(Object.keys(updated?.payload ?? {}).toSorted()).toEqual([
    "ChangeEventHeader",
    "LastModifiedDate",
    "Origin",
    "Priority",
  ]);
  expect(updated?.payload.ChangeEventHeader).not.toHaveProperty("nulledFields");
});

test("jsforce replays from the earliest, and from a place", async () => {
  acme.commit(newCase({ Subject: "one" }));
  acme.commit(newCase({ Subject: "two" }));
  const all = await listen(-2);
  await until(() => all.messages.length === 2, "both events");
  const second = await listen(all.messages[0]?.event.replayId ?? 0);
  await until(() => second.messages.length === 1, "the second event");
  expect(second.messages[0]?.payload.Subject).toBe("two");
});

test("after its token ends jsforce is told so; with a new one it goes on where it was", async () => {
  const first = await listen(-1);
  acme.commit(newCase({ Subject: "heard" }));
  await until(() => first.messages.length === 1, "the first event");
  acme.org.sessions.expireAll();
  acme.commit(newCase({ Subject: "missed" }));
  await until(() => first.failed, "the authentication failure");
  expect(first.messages).toHaveLength(1);
  const again = await listen(first.messages[0]?.event.replayId ?? 0);
  await until(() => again.messages.length === 1, "the missed event");
  expect(again.messages[0]?.payload.Subject).toBe("missed");
});

test("after a dropped connection jsforce shakes hands again and hears on", async () => {
  const heard = await listen(-1);
  acme.commit(newCase({ Subject: "before" }));
  await until(() => heard.messages.length === 1, "the first event");
  // Faye answers a broken poll by trying again after its advice; the handshake comes with the next answer.
  acme.org.faults.dropStreams();
  acme.commit(newCase({ Subject: "after" }));
  await until(() => heard.messages.length === 2, "the event after the drop", 15_000);
  expect(heard.messages[1]?.payload.Subject).toBe("after");
}, 20_000);

test("jsforce is refused what it may not hear and what is no longer kept", async () => {
  await expect(listen(-1, acme.token(acme.agent))).resolves.toMatchObject({
    error: "User not allowed to subscribe CDC without required permissions",
  });
  const invalid = await listen(12);
  expect(invalid.error).toContain("The replayId {12} you provided was invalid");
});

// ---- message by message

async function post(
  messages: object | object[],
  token: string | undefined = acme.token(),
  path = "/cometd/68.0",
) {
  const response = await fetch(served.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `OAuth ${token}` } : {}) },
    body: JSON.stringify(messages),
  });
  return (await response.json()) as Record<string, unknown>[];
}
const handshake = {
  channel: "/meta/handshake",
  id: "1",
  version: "1.0",
  supportedConnectionTypes: ["long-polling"],
};

async function shakeHands(): Promise<string> {
  const [answer] = await post([handshake]);
  expect(answer).toMatchObject({ successful: true, id: "1", ext: { replay: true } });
  return String(answer?.clientId);
}

test("a handshake with a bad token, or without one, says why and not to try again", async () => {
  const denied = { successful: false, error: "403::Handshake denied", advice: { reconnect: "none" } };
  expect(await post([handshake], "00D!nope")).toMatchObject([
    { ...denied, ext: { sfdc: { failureReason: "401::Authentication invalid" } } },
  ]);
  expect(await post([handshake], "")).toMatchObject([
    { ...denied, ext: { sfdc: { failureReason: "401::Request requires authentication" } } },
  ]);
});

test("a client the server does not know is sent back to the handshake", async () => {
  const connect = { channel: "/meta/connect", clientId: "gone", id: "7", connectionType: "long-polling" };
  expect(await post([connect])).toMatchObject([
    { channel: "/meta/connect", id: "7", error: "403::Unknown client", advice: { reconnect: "handshake" } },
  ]);
});

test("connect and subscribe in one batch are answered together, each event once", async () => {
  acme.commit(newCase());
  const clientId = await shakeHands();
  const answers = await post([
    { channel: "/meta/connect", clientId, id: "2", connectionType: "long-polling", advice: { timeout: 0 } },
    {
      channel: "/meta/subscribe",
      clientId,
      id: "3",
      subscription: CHANNEL,
      ext: { replay: { [CHANNEL]: -2 } },
    },
  ]);
  expect(answers.map(({ channel }) => channel)).toEqual(["/meta/subscribe", CHANNEL, "/meta/connect"]);
  const poll = { channel: "/meta/connect", clientId, id: "4", connectionType: "long-polling" };
  const held = post([poll]);
  acme.commit(newCase());
  const later = await held;
  expect(later.map(({ channel }) => channel)).toEqual([CHANNEL, "/meta/connect"]);
  expect(await post([{ channel: "/meta/disconnect", clientId, id: "5" }])).toMatchObject([
    { successful: true },
  ]);
  expect(await post([poll])).toMatchObject([{ error: "403::Unknown client" }]);
});

test.each([
  ["/data/Nope__chn", "400::The channel you requested to subscribe to does not exist {/data/Nope__chn}"],
  ["data/CaseChangeEvent", "400::Channel subscriptions must start with a leading '/'"],
])("subscribing to %s: %s", async (subscription, error) => {
  const clientId = await shakeHands();
  expect(await post([{ channel: "/meta/subscribe", clientId, id: "2", subscription }])).toMatchObject([
    { channel: "/meta/subscribe", subscription, successful: false, error },
  ]);
});

test("the version is part of the address", async () => {
  for (const path of ["/cometd", "/cometd/36.0"]) {
    const [answer] = await post([handshake], undefined, path);
    expect(answer).toMatchObject({
      successful: false,
      error: expect.stringContaining("URI format: '/cometd/68.0'"),
    });
  }
  expect(await post([handshake], undefined, "/cometd/68.0/handshake")).toMatchObject([{ successful: true }]);
});

test("the day's delivered events spent: no new subscriptions", async () => {
  acme.bus.allocation.setUsed(acme.bus.allocation.max());
  const clientId = await shakeHands();
  expect(
    await post([{ channel: "/meta/subscribe", clientId, id: "2", subscription: CHANNEL }]),
  ).toMatchObject([{ error: "403::Organization total events daily limit exceeded" }]);
});
