// Slack without a webhook: its sockets, and the history of the time that the service was away.
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { startListeners, type Listeners } from "../../src/intake/listeners.ts";
import { addressHash } from "../../src/orgs/sender-hash.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { systemTimers } from "../../src/runtime.ts";
import { systemWorld } from "../../src/world.ts";
import { serve, type Answer } from "../channels/wires/serve.ts";
import { webSocketWire } from "../channels/wires/websocket.ts";
import { client } from "../clocks/world.ts";
import { until } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { app, bot, team, tsOf } from "./slack-wire.ts";

jest.setTimeout(60_000);

let store: Store;
let forget: () => Promise<void>;
let sockets: Awaited<ReturnType<typeof webSocketWire>>;
let api: Awaited<ReturnType<typeof serve>>;
let listeners: Listeners | null = null;
const acks: { envelope_id: string }[] = [];
const clicks: unknown[] = [];
const martina = "U0MARTINA";
const channel = "C0CLIENT";
/** What the channel's history has, the newest first, in pages. */
const history = { messages: [] as object[], replies: [] as object[], refusals: 0, error: "", bare: 0 };

beforeAll(async () => {
  sockets = await webSocketWire({ type: "hello", num_connections: 1 }, (message) => {
    acks.push(message as { envelope_id: string });
  });
  api = await serve(({ path, body }): Answer => {
    const form = new URLSearchParams(body);
    const method = path.replace(/^.*\/api\//, "");
    if (method === "apps.connections.open") return { body: { ok: true, url: sockets.url } };
    if (method === "auth.test")
      return {
        body: { ok: true, user_id: bot, bot_id: "B0BOT", team_id: team, user: "x", team: "x", url: "x" },
      };
    if (method === "bots.info") return { body: { ok: true, bot: { id: "B0BOT", app_id: app } } };
    if (method === "users.conversations") return { body: { ok: true, channels: [{ id: channel }] } };
    if (method === "conversations.history" || method === "conversations.replies") {
      if (history.error !== "") return { body: { ok: false, error: history.error } };
      if (history.bare > 0) {
        history.bare--;
        return { status: 429, body: { ok: false, error: "ratelimited" } };
      }
      if (history.refusals > 0) {
        history.refusals--;
        return { status: 429, headers: { "retry-after": "1" }, body: { ok: false, error: "ratelimited" } };
      }
      if (method === "conversations.replies") return { body: { ok: true, messages: history.replies } };
      const from = Number(form.get("cursor") ?? 0);
      const next = from + Number(form.get("limit"));
      return {
        body: {
          ok: true,
          messages: history.messages.slice(from, next),
          response_metadata: { next_cursor: next < history.messages.length ? String(next) : "" },
        },
      };
    }
    return { body: { ok: false, error: "unknown_method" } };
  });
  const made = await newPlace("sqlite");
  forget = made.forget;
  store = await openStore(made.place);
  const id = await client(store.db, { plan: "Platinum", settings: { doors: { contacts: "Id != null" } } });
  await store.db
    .insertInto("senders")
    .values({
      ...{ org_id: id, kind: "slack", contact_id: "003000000000001AAA", name: "Martina", learned: 1 },
      hash: addressHash({ kind: "slack", value: `${team}/${martina}` }, "AR")!,
    })
    .execute();
});
afterEach(async () => {
  await listeners?.stop();
  listeners = null;
});
afterAll(async () => {
  await sockets?.close();
  await api?.close();
  await store?.close();
  await forget?.();
});

const listen = (more: object = {}, db = store.db, timers = systemTimers) =>
  (listeners = startListeners({
    db,
    world: { ...systemWorld, variable: () => "a-token", timers },
    config: {
      slack: {
        ...{ token: { env: "T" }, signingSecret: { env: "S" }, apiUrl: `${api.url}/api/` },
        ...more,
      },
    } as never,
    wake() {},
    clicked: async (payload) => void clicks.push(payload),
  }));
const keys = async () =>
  (await store.db.selectFrom("intakes").select("key").orderBy("id").execute()).map(({ key }) => key);
const keyOf = (ts: string) => `slack:${app}:${channel}:${ts}`;
let envelopes = 0;
const envelope = (ts: string, more: object = {}) => ({
  ...{ type: "events_api", envelope_id: `E${envelopes++}`, accepts_response_payload: false, ...more },
  payload: {
    ...{ type: "event_callback", team_id: team, api_app_id: app },
    authorizations: [{ user_id: bot }],
    event: { type: "app_mention", user: martina, team, channel, text: `<@${bot}> ayuda`, ts },
  },
});
const acked = (id: string) => until(() => acks.some((one) => one.envelope_id === id), `the answer to ${id}`);

test("Socket Mode: two connections, an answer once a message is stored, its repeat does nothing, and a renewal loses nothing", async () => {
  listen({ appToken: { env: "A" } });
  await until(() => sockets.peers.size === 2, "both connections");
  const [first, second] = [...sockets.peers] as [
    typeof sockets.peers extends Set<infer P> ? P : never,
    never,
  ];
  const one = tsOf(Date.now(), 1);
  const sent = envelope(one);
  first.say(sent);
  await acked(sent.envelope_id);
  expect(await keys()).toEqual([keyOf(one)]);
  const again = envelope(one, { retry_attempt: 1, retry_reason: "timeout" });
  (second as typeof first).say(again);
  await acked(again.envelope_id);
  expect(await keys()).toEqual([keyOf(one)]);

  first.say({ type: "disconnect", reason: "refresh_requested" });
  await until(() => !sockets.peers.has(first), "the renewal");
  const two = tsOf(Date.now(), 2);
  const meanwhile = envelope(two);
  (second as typeof first).say(meanwhile);
  await acked(meanwhile.envelope_id);
  expect(await keys()).toEqual([keyOf(one), keyOf(two)]);
  await until(() => sockets.peers.size === 2, "both connections again");
  expect(listeners!.troubled()).toEqual([]);

  const click = {
    type: "block_actions",
    user: { id: martina },
    actions: [{ action_id: "acknowledge", value: "k" }],
  };
  (second as typeof first).say({ type: "interactive", envelope_id: "CLICK", payload: click });
  await acked("CLICK");
  expect(clicks).toMatchObject([click]);
});

test("Socket Mode: what cannot be stored is not answered, and the service connects again on its own", async () => {
  const broken = new Proxy(store.db, {
    get: (of, name) =>
      name === "transaction"
        ? () => {
            throw new Error("disk full");
          }
        : (Reflect.get(of, name) as unknown),
  });
  listen({ appToken: { env: "A" } }, broken);
  await until(() => sockets.peers.size === 2, "both connections");
  const sent = envelope(tsOf(Date.now(), 3));
  const [peer] = sockets.peers;
  peer!.say(sent);
  const other = { type: "events_api", envelope_id: "NOTHING", payload: { type: "app_rate_limited" } };
  peer!.say(other);
  for (const one of sockets.peers) one.hangUp();
  await until(() => sockets.peers.size === 2, "both connections again");
  expect(acks.some(({ envelope_id: id }) => id === sent.envelope_id)).toBe(false);
});

const heardLast = (at: number) =>
  store.db
    .insertInto("door_positions")
    .values({ channel: "slack", place: "heard", position: JSON.stringify({ at }), updated_at: at })
    .onConflict((c) => c.columns(["channel", "place"]).doUpdateSet({ position: JSON.stringify({ at }) }))
    .execute();
const heardAt = async () => {
  const row = await store.db.selectFrom("door_positions").select("position").executeTakeFirstOrThrow();
  return (JSON.parse(row.position) as { at: number }).at;
};

test("7. after an outage it reads what it missed page by page at Slack's pace, and each message counts from its ts", async () => {
  const before = (await keys()).length;
  const away = Date.now() - 40 * 60_000;
  await heardLast(away);
  const missed = Array.from({ length: 20 }, (_, n) => tsOf(away + (n + 1) * 60_000, n));
  history.messages = missed
    .map((ts, n) => ({
      ...{
        type: "message",
        user: martina,
        team,
        ts,
        text: n === 3 ? "almorzamos?" : `<@${bot}> número ${n}`,
      },
      ...(n === 5 ? { reply_count: 1, thread_ts: ts } : {}),
    }))
    .reverse();
  const reply = tsOf(away + 39 * 60_000, 77);
  history.replies = [
    { type: "message", user: martina, team, ts: reply, thread_ts: missed[5], text: "y hoy también" },
  ];
  history.refusals = 1;
  listen();
  await until(async () => (await heardAt()) > away, "the end of catching up");
  const rows = await store.db.selectFrom("intakes").selectAll().orderBy("id").execute();
  const read = rows.slice(before);
  expect(read.map(({ key }) => key)).toEqual([...missed.filter((_, n) => n !== 3), reply].map(keyOf));
  expect(read[0]!.taken_at).toBe(Math.round(Number(missed[0]) * 1000));
  expect(read.at(-1)!.conversation_id).toBe(
    read.find(({ key }) => key === keyOf(missed[5]!))!.conversation_id,
  );
  expect(api.asked.filter(({ path }) => path.endsWith("conversations.history"))).toHaveLength(3);
});

test("an app that is removed while it catches up loses no time: it reads on from there once it is installed again", async () => {
  const away = Date.now() - 30 * 60_000;
  await heardLast(away);
  const missed = tsOf(away + 60_000, 500);
  history.messages = [{ type: "message", user: martina, team, ts: missed, text: `<@${bot}> tras la baja` }];
  history.error = "account_inactive";
  // each wait is short here, and Slack names no time when it asks to wait
  const timers = { after: (ms: number, work: () => void) => systemTimers.after(Math.min(ms, 50), work) };
  const listening = listen({}, store.db, timers);
  await until(
    () => listening.troubled().some(({ reason }) => /account_inactive/.test(reason)),
    "the trouble",
  );
  expect(await heardAt()).toBe(away);
  history.error = "";
  history.bare = 2;
  await until(async () => (await keys()).includes(keyOf(missed)), "what was missed");
  await until(() => listening.troubled().length === 0, "the end of the trouble");
  expect(history.bare).toBe(0);
});
