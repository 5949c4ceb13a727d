// Who knocks, and how often: each door refuses a forged request, and takes a message once through an hour of retries.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { NoticeChannel } from "../../src/channels/channel.ts";
import type { DoorAnswer, Knock } from "../../src/channels/door.ts";
import { channels } from "../../src/channels/registry.ts";
import { signatureOf } from "../../src/channels/signatures.ts";
import { doorParts } from "../../src/intake/door-parts.ts";
import { takeIncoming } from "../../src/intake/take.ts";
import { addressHash } from "../../src/orgs/sender-hash.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { systemWorld } from "../../src/world.ts";
import { client } from "../clocks/world.ts";
import { newPlace } from "../places.ts";
import { bot, event, signingSecret, team, tsOf } from "./slack-wire.ts";
import { appSecret, change, envelope, signed, textMessage } from "./wires.ts";

const start = Date.parse("2026-11-25T13:00:00Z");
const minute = 60_000;
const martina = { number: "5491123456789" };
const secrets: Record<string, string> = { SIGNING: signingSecret, APP: appSecret, X: "a-secret" };
const env = (name: string) => ({ env: name });

let store: Store;
let forget: () => Promise<void>;
beforeAll(async () => {
  const made = await newPlace("sqlite");
  forget = made.forget;
  store = await openStore(made.place);
  const id = await client(store.db, { plan: "Platinum", settings: { doors: { contacts: "Id != null" } } });
  for (const [kind, value] of [
    ["slack", `${team}/U0MARTINA`],
    ["phone", `+${martina.number}`],
    ["email", "martina@austral.example"],
    ["onCall", "PSVC"],
  ] as const)
    await store.db
      .insertInto("senders")
      .values({
        ...{ org_id: id, kind, contact_id: "003000000000001AAA", name: "Martina", learned: 0 },
        hash: addressHash({ kind, value }, "AR")!,
      })
      .execute();
});
afterAll(async () => {
  await store?.close();
  await forget?.();
});

interface Sent {
  path: string;
  headers: Record<string, string>;
  body: string;
}
const hmac = (text: string) => createHmac("sha256", "a-secret").update(text).digest("hex");
const mention = { type: "app_mention", user: "U0MARTINA", team, channel: "C0CLIENT", ts: tsOf(start) };
const whatsApp = envelope([change([martina], [textMessage(martina, "no anda")])]);
const incident = JSON.stringify({
  event: {
    ...{ id: "EV1", event_type: "incident.triggered", occurred_at: new Date(start).toISOString() },
    data: { id: "PINC", title: "Caída", service: { id: "PSVC" } },
  },
});
const mail = ["From: M <martina@austral.example>", "Subject: No anda", "Message-ID: <1@x>", "", "Nada."].join(
  "\r\n",
);
const call = JSON.stringify({ type: "call.opened", id: "1", call: "c1", line: "PSVC" });

/** The account of each door, the signature's header, and what the provider sends at an instant. */
const doors: Record<
  string,
  { channel: NoticeChannel; account: object; signature: string; timed: boolean; send(at: number): Sent }
> = {
  slack: {
    channel: channels.slack as never,
    account: { token: env("X"), signingSecret: env("SIGNING"), apiUrl: "http://127.0.0.1:9/" },
    ...{ signature: "x-slack-signature", timed: true },
    // each try is another event, signed anew
    send: (at) => ({
      path: "/events",
      ...event({ ...mention, text: `<@${bot}> no anda` }, {}, signingSecret, at),
    }),
  },
  whatsapp: {
    channel: channels.whatsApp as never,
    account: { token: env("X"), appSecret: env("APP"), verifyToken: env("X") },
    ...{ signature: "x-hub-signature-256", timed: false },
    send: () => ({ path: "/webhooks", ...signed(whatsApp) }),
  },
  email: {
    channel: channels.email as never,
    account: { from: "soporte@consultora.example", webhookSecret: env("X") },
    ...{ signature: "x-compromiso-signature", timed: true },
    send(at) {
      const time = String(Math.floor(at / 1000));
      const headers = { "x-compromiso-timestamp": time, "x-compromiso-signature": hmac(`${time}.${mail}`) };
      return { path: "/webhooks", body: mail, headers };
    },
  },
  pagerduty: {
    channel: channels.pagerDuty as never,
    account: { webhookSecret: env("X") },
    ...{ signature: "x-pagerduty-signature", timed: false },
    send: () => ({
      path: "/webhooks",
      body: incident,
      headers: { "x-webhook-id": "W1", "x-pagerduty-signature": `v1=${hmac(incident)}` },
    }),
  },
  bridge: {
    channel: channels.phoneBridge as never,
    account: { secret: env("X") },
    ...{ signature: "x-compromiso-signature", timed: true },
    send(at) {
      const time = Math.floor(at / 1000);
      const signature = signatureOf("a-secret", time, call);
      const headers = { "x-compromiso-timestamp": String(time), "x-compromiso-signature": signature };
      return { path: "/webhooks", body: call, headers };
    },
  },
};

test.each(Object.keys(doors))(
  "%s: a forged request is refused, and an hour of retries opens one case",
  async (name) => {
    const { channel, account, signature, timed, send } = doors[name]!;
    const world = { ...systemWorld, variable: (of: string) => secrets[of] };
    const open = channel.door!.open(doorParts(store.db, world, channel.name, account as never))!;
    const knock = ({ path, headers, body }: Sent, now: number): Promise<DoorAnswer> => {
      const request: Knock = {
        ...{ method: "POST", path, now, query: new URLSearchParams(), body: Buffer.from(body) },
        header: (of) => headers[of],
      };
      return open(request);
    };
    const first = send(start);
    const given = first.headers[signature]!;
    const forged = given.slice(0, -1) + (given.endsWith("0") ? "1" : "0");
    expect(
      (await knock({ ...first, headers: { ...first.headers, [signature]: forged } }, start)).status,
    ).toBe(401);
    expect((await knock({ ...first, headers: {} }, start)).status).toBe(401);
    expect((await knock({ ...first, body: `${first.body} ` }, start)).status).toBe(401);

    let taken = 0;
    for (const after of [0, 0, 1, 5, 10, 20, 30, 45, 60]) {
      const now = start + after * minute;
      const { status, incoming } = await knock(send(now), now);
      expect(status).toBeLessThan(300);
      taken += await takeIncoming(store.db, channel.name, incoming, now);
    }
    expect(taken).toBe(1);
    // somebody recorded a request: where its time is signed, it is too old; elsewhere its message is known
    const replayed = await knock(first, start + 6 * minute);
    expect(replayed.status).toBe(timed ? 401 : replayed.status);
    expect(await takeIncoming(store.db, channel.name, replayed.incoming, start + 6 * minute)).toBe(0);
  },
);
