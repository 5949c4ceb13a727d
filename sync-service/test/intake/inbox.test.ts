// An inbox of the provider's own, read over IMAP by the client that the service uses.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { startListeners, type Listeners } from "../../src/intake/listeners.ts";
import { addressHash } from "../../src/orgs/sender-hash.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { systemWorld } from "../../src/world.ts";
import { imapWire } from "../channels/wires/imap.ts";
import { serve } from "../channels/wires/serve.ts";
import { client } from "../clocks/world.ts";
import { until } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";

let wire: Awaited<ReturnType<typeof imapWire>>;
let store: Store;
let forget: () => Promise<void>;
let listeners: Listeners | null = null;

beforeAll(async () => {
  wire = await imapWire();
  const made = await newPlace("sqlite");
  forget = made.forget;
  store = await openStore(made.place);
  const id = await client(store.db, { plan: "Silver", settings: { doors: { contacts: "Id != null" } } });
  await store.db
    .insertInto("senders")
    .values({
      ...{ org_id: id, kind: "email", contact_id: "003000000000001AAA", name: "Martina", learned: 0 },
      hash: addressHash({ kind: "email", value: "martina@austral.example" }, "AR")!,
    })
    .execute();
});
afterEach(async () => {
  await listeners?.stop();
  listeners = null;
});
afterAll(async () => {
  await wire?.close();
  await store?.close();
  await forget?.();
});

const account = (more: object = {}, inbox: object = {}) => ({
  email: {
    server: { env: "INBOX_SMTP" },
    from: "Soporte <soporte@consultora.example>",
    inbox: {
      ...{ host: "127.0.0.1", port: wire.port, secure: false, plaintext: true },
      ...{ user: "soporte", password: { env: "INBOX_PASSWORD" }, folders: ["INBOX"], ...inbox },
    },
    ...more,
  },
});
const secrets: Record<string, string> = { INBOX_PASSWORD: "secret", INBOX_REFRESH: "refresh-me" };
const listen = (config: object = account()) =>
  (listeners = startListeners({
    db: store.db,
    world: { ...systemWorld, variable: (name) => secrets[name] },
    config: config as never,
    wake() {},
    clicked: async () => {},
  }));
let n = 0;
const mail = (subject: string, headers: string[] = []) =>
  [
    ...[
      "From: Martina <martina@austral.example>",
      `Subject: ${subject}`,
      `Message-ID: <i${n++}@austral.example>`,
    ],
    ...[...headers, "Content-Type: text/plain; charset=utf-8", "", `Año: ${subject}`],
  ].join("\r\n");
const taken = async () =>
  (
    await store.db
      .selectFrom("intakes")
      .select(["message", "taken_at", "state", "why"])
      .orderBy("id")
      .execute()
  ).map((row) => ({ ...row, subject: (JSON.parse(row.message) as { subject: string }).subject }));
const subjects = async () => (await taken()).map(({ subject }) => subject);
const position = async () => {
  const row = await store.db.selectFrom("door_positions").selectAll().executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.position) as { uid: number; uidValidity: string });
};

test("mails come in as they arrive, read or not, and older ones do not; each counts from when the inbox took it", async () => {
  wire.receive(mail("antes"), Date.now() - 60_000);
  listen();
  await until(async () => (await position())?.uid === 1, "the first look");
  const at = Math.floor(Date.now() / 1000) * 1000;
  wire.receive(mail("uno"), at);
  await until(async () => (await taken()).length === 1, "the mail");
  // somebody else had it open before the service looked
  wire.receive(mail("dos"), at, "\\Seen");
  await until(async () => (await taken()).length === 2, "the mail that a person has read");
  expect(await taken()).toMatchObject([
    { subject: "uno", taken_at: at },
    { subject: "dos", taken_at: at },
  ]);
});

test("17. mails under new numbers come no second time, and what came meanwhile is not lost", async () => {
  const before = await subjects();
  wire.renumber();
  wire.receive(mail("mientras"));
  listen();
  await until(async () => (await subjects()).includes("mientras"), "the new mail");
  expect(await subjects()).toEqual([...before, "mientras"]);
  // a search for what is new names the last mail where nothing is
  wire.hangUp();
  await until(async () => wire.signIns.length >= 3, "the next connection");
  wire.receive(mail("después"));
  await until(async () => (await subjects()).includes("después"), "the mail after it");
  expect(await subjects()).toEqual([...before, "mientras", "después"]);
});

test("spam and a forged sender open nothing and are kept with the reason", async () => {
  listen();
  wire.receive(mail("ganaste", ["X-Spam-Flag: YES"]));
  wire.receive(
    mail("urgente", [
      "Authentication-Results: mx.consultora.example; dmarc=fail header.from=austral.example",
    ]),
  );
  await until(async () => (await subjects()).includes("urgente"), "both");
  expect((await taken()).slice(-2)).toMatchObject([
    { state: "refused", why: "spam" },
    { state: "refused", why: "forged" },
  ]);
  expect(
    await store.db.selectFrom("outbox").select("key").where("key", "like", "talk/refused/%").execute(),
  ).toEqual([]);
});

test("a server without passwords is given a token, a refused token is renewed, and a dead one is told", async () => {
  let given = 0;
  let alive = true;
  const provider = await serve(() =>
    alive
      ? { body: { access_token: `token-${++given}`, expires_in: 3600 } }
      : {
          status: 400,
          body: { error: "invalid_grant", error_description: "The refresh token has expired." },
        },
  );
  wire.takes.clear();
  wire.takes.add("token-2");
  const oauth = {
    tokenUrl: `${provider.url}/token`,
    clientId: "app",
    refreshToken: { env: "INBOX_REFRESH" },
  };
  const listening = listen(account({ oauth }));
  wire.receive(mail("con token"));
  await until(async () => (await subjects()).includes("con token"), "the mail");
  expect(provider.asked[0]!.body).toMatch(/grant_type=refresh_token&refresh_token=refresh-me/);
  expect(wire.signIns.at(-1)).toMatch(/^user=soporte\x01auth=Bearer token-2/);
  alive = false;
  wire.takes.clear();
  wire.hangUp();
  await until(
    () => listening.troubled().some(({ reason }) => /refresh token has expired/.test(reason)),
    "the trouble",
  );
  await provider.close();
});

test("two services on one inbox take each mail once, also while the store fails for a moment", async () => {
  wire.takes.add("secret");
  listen();
  const second = startListeners({
    ...{ db: store.db, config: account() as never, wake() {}, clicked: async () => {} },
    world: { ...systemWorld, variable: (name) => secrets[name] },
  });
  const before = wire.signIns.length;
  for (let n = 0; n < 5; n++) wire.receive(mail(`doble ${n}`));
  await until(async () => (await subjects()).includes("doble 4"), "the mails");
  await sql`create trigger full before insert on intakes begin select raise(abort, 'disk full'); end`.execute(
    store.db,
  );
  wire.receive(mail("con el disco lleno"));
  await until(() => listeners!.troubled().length > 0, "the trouble");
  await sql`drop trigger full`.execute(store.db);
  await until(async () => (await subjects()).includes("con el disco lleno"), "the mail");
  await second.stop();
  const all = (await subjects()).filter((subject) => /^(doble|con el disco)/.test(subject));
  expect(all).toEqual([...[0, 1, 2, 3, 4].map((n) => `doble ${n}`), "con el disco lleno"]);
  expect(wire.signIns.length).toBeGreaterThan(before);
});
