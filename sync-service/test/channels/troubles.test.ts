// One item's or one lane's trouble stays its own: the real senders and wires, with odd items and odd answers.
import { afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { sql, type Kysely } from "kysely";
import type { CaseNews, Notice } from "../../src/messages/notice.ts";
import { listDeadLetters } from "../../src/outbox/dead-letters.ts";
import { enqueue, type OutboxItem } from "../../src/outbox/outbox.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
import type { Database } from "../../src/store/schema.ts";
import { at, caseIdOf, client } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { mailWire } from "./wires/mail.ts";
import { pagerDutyWire } from "./wires/pagerduty.ts";
import { accountsOn, hookSecret, startDeliveries } from "./wires/provider.ts";
import { salesforceWire } from "./wires/salesforce.ts";
import { serve, type Answer, type Asked } from "./wires/serve.ts";
import { slackWire } from "./wires/slack.ts";
import { whatsAppWire } from "./wires/whatsapp.ts";

jest.setTimeout(60_000);

const start = at("2026-11-25T10:00:00");
const minute = 60_000;
const hour = 60 * minute;
const page: Answer = {
  headers: { "content-type": "text/html" },
  text: "<!DOCTYPE html><html><body>Sign in to the network</body></html>",
};

describeStores("troubles", (open) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  let db: Kysely<Database>;
  beforeAll(async () => {
    ({ db } = await open());
  });

  /** Two clients, `acme` and `zeta`, whose lanes share every channel, and nothing in the outbox. */
  async function world(speed = 20) {
    for (const table of ["outbox", "contracts", "people", "orgs"] as const)
      await db.deleteFrom(table).execute();
    const time = fastTime(start, speed);
    const hooks: ((asked: Asked) => Answer)[] = [];
    const [slack, pager, whatsApp, mail, salesforce, hook] = await Promise.all([
      slackWire(),
      pagerDutyWire(),
      whatsAppWire(),
      mailWire(),
      salesforceWire(),
      serve((asked) => hooks.shift()?.(asked) ?? { status: 204 }),
    ]);
    for (const wire of [slack, pager, whatsApp, mail, salesforce, hook]) closing.push(() => wire.close());
    const accounts = accountsOn({
      slackApi: slack.api,
      mail: mail.url,
      pagerDutyEvents: pager.eventsUrl,
      whatsAppApi: whatsApp.apiUrl,
      teams: `${hook.url}/teams`,
    });
    const settings = {
      webhooks: [{ name: "ops", url: `${hook.url}/ops`, secret: hookSecret }],
    };
    for (const id of ["acme", "zeta"]) await client(db, { id, settings });
    const row = await db.selectFrom("orgs").selectAll().where("id", "=", "acme").executeTakeFirstOrThrow();
    const connection = salesforce.connection(row, time.clock);
    const { deliveries, close } = startDeliveries(db, accounts, () => connection, time);
    closing.push(close);
    return {
      time,
      /** As `until`, while time passes quickly. */
      soon: (holds: () => boolean | Promise<boolean>, step = 500) =>
        until(async () => {
          if (await holds()) return true;
          time.pass(step);
          return false;
        }),
      deliveries,
      hooks,
      wires: { slack, pager, whatsApp, mail, salesforce, hook },
      async queue(...items: OutboxItem[]) {
        await db.transaction().execute((tx) => enqueue(tx, items, time.clock.now(), () => false));
        deliveries.wake();
      },
      of: (key: string) =>
        db.selectFrom("outbox").selectAll().where("key", "=", key).executeTakeFirstOrThrow(),
      async settled(...keys: string[]) {
        await until(async () => {
          const rows = await db.selectFrom("outbox").select("state").where("key", "in", keys).execute();
          return rows.every(({ state }) => state === "delivered" || state === "dead");
        });
      },
    };
  }

  const news = (orgId: string, number: number): CaseNews => ({
    about: "step",
    orgId,
    client: `${orgId} S.A.`,
    caseId: caseIdOf(number),
    caseNumber: String(number).padStart(8, "0"),
    subject: "No se puede facturar",
    caseUrl: `https://acme.my.salesforce.com/lightning/r/Case/${caseIdOf(number)}/view`,
    cycle: 1,
    plan: "Gold",
    priority: "P1",
    priorityLabel: { es: "Crítico", en: "Critical" },
    step: "breach",
    stepLabel: { es: "Incumplimiento", en: "Breach" },
    standsFor: [],
    startedAt: start - hour,
    dueAt: start,
    timeZone: "America/Argentina/Buenos_Aires",
    stepAt: start,
    remaining: 0,
    readAt: start,
  });
  const places = {
    slack: "C0LEADS",
    email: "lead@provider.example",
    whatsapp: "+5491122334455",
    salesforce: "005000000000001AAA",
    teams: "leads",
  };
  type Told = keyof typeof places | "pagerduty" | "webhook";
  function item(channel: Told, orgId: string, number: number, change: object = {}): OutboxItem {
    const base = { key: `${channel}/${orgId}/${number}`, orgId, caseId: caseIdOf(number) };
    const about = news(orgId, number);
    if (channel === "pagerduty")
      return { ...base, destination: `pagerduty:${orgId}`, kind: "page", payload: { ...about, ...change } };
    if (channel === "webhook")
      return {
        ...base,
        destination: `webhook:${orgId}:ops`,
        kind: "webhook",
        payload: { ...about, ...change },
      };
    const notice: Notice = {
      ...about,
      address: places[channel],
      language: "es",
      canAcknowledge: true,
      ...change,
    };
    const lane =
      channel === "slack" || channel === "teams" ? `slack:${orgId}:${notice.address}` : `${channel}:${orgId}`;
    return { ...base, destination: lane, kind: `notice.${channel}`, payload: notice };
  }

  test.each(["slack", "email", "whatsapp", "pagerduty", "salesforce", "teams", "webhook"] as const)(
    "%s: a notice that cannot be rendered is its own dead letter, and no other org waits for it",
    async (channel) => {
      const { queue, of, settled, deliveries } = await world();
      // a policy can hold a label that is a text, or no label at all
      await queue(
        ...[1, 2, 3, 4].map((n) =>
          item(channel, "acme", n, { priorityLabel: null, stepLabel: null, about: "odd" }),
        ),
        item(channel, "acme", 5),
        item(channel, "zeta", 6),
      );
      await settled(`${channel}/acme/1`, `${channel}/acme/4`, `${channel}/acme/5`, `${channel}/zeta/6`);
      expect(await of(`${channel}/acme/1`)).toMatchObject({
        state: "dead",
        last_error: expect.stringMatching(/^The message could not be written: ./),
      });
      expect(await of(`${channel}/acme/5`)).toMatchObject({ state: "delivered" });
      expect(await of(`${channel}/zeta/6`)).toMatchObject({ state: "delivered" });
      expect(deliveries.troubled).toEqual([]);
    },
  );

  const limits: [
    Told,
    (w: Awaited<ReturnType<typeof world>>["wires"], hooks: ((a: Asked) => Answer)[]) => void,
  ][] = [
    ["slack", (w) => w.slack.fails.push({ status: 429, headers: { "retry-after": "600" } })],
    ["slack", (w) => w.slack.fails.push({ body: { ok: false, error: "ratelimited", retry_after: 600 } })],
    [
      "slack",
      (w) =>
        w.slack.fails.push({ headers: { "retry-after": "600" }, body: { ok: false, error: "ratelimited" } }),
    ],
    ["pagerduty", (w) => w.pager.fails.push({ status: 429, headers: { "retry-after": "600" } })],
    ["webhook", (_, hooks) => hooks.push(() => ({ status: 429, headers: { "retry-after": "600" } }))],
  ];
  test.each(limits)(
    "%s: a limit holds its own lane for as long as it says, and no other",
    async (channel, limit) => {
      const { queue, of, settled, wires, hooks, time } = await world();
      limit(wires, hooks);
      await queue(item(channel, "acme", 1));
      await until(async () => (await of(`${channel}/acme/1`)).last_error !== null);
      await queue(item(channel, "acme", 2), item(channel, "zeta", 3, { address: "C0OTHER" }));
      await settled(`${channel}/zeta/3`);
      expect((await of(`${channel}/zeta/3`)).delivered_at! - start).toBeLessThan(5 * minute);
      expect(await of(`${channel}/acme/2`)).toMatchObject({ state: "pending", attempts: 0 });
      // long after the half minute that a limit without a time holds
      time.leap(5 * minute);
      await queue(item(channel, "zeta", 4, { address: "C0OTHER" }));
      await settled(`${channel}/zeta/4`);
      expect(await of(`${channel}/acme/1`)).toMatchObject({ state: "pending", attempts: 0 });
      time.leap(6 * minute);
      await settled(`${channel}/acme/1`, `${channel}/acme/2`);
      expect((await of(`${channel}/acme/1`)).delivered_at! - start).toBeGreaterThanOrEqual(10 * minute);
      expect(await of(`${channel}/acme/1`)).toMatchObject({ state: "delivered" });
    },
  );

  test("WhatsApp's limit of one recipient and a mail server's for one address hold that message alone", async () => {
    const { queue, of, settled, wires, time } = await world();
    wires.whatsApp.fails.push({
      status: 400,
      body: { error: { code: 131056, message: "pair rate limit hit" } },
    });
    wires.mail.refuses.set("slow@client.example", { responseCode: 451, message: "4.7.1 Slow down" });
    await queue(item("whatsapp", "acme", 1), item("email", "acme", 2, { address: "slow@client.example" }));
    await until(async () => (await of("whatsapp/acme/1")).last_error !== null);
    await until(async () => (await of("email/acme/2")).last_error !== null);
    await queue(item("whatsapp", "acme", 3, { address: "+5491199999999" }), item("email", "acme", 4));
    await settled("whatsapp/acme/3", "email/acme/4");
    expect(await of("email/acme/2")).toMatchObject({ state: "pending", attempts: 0 });
    wires.mail.refuses.clear();
    time.leap(6 * minute);
    await settled("whatsapp/acme/1", "email/acme/2");
    expect(await listDeadLetters(db)).toEqual([]);
  });

  const passing: [Told, (w: Awaited<ReturnType<typeof world>>["wires"]) => void][] = [
    ["slack", (w) => w.slack.fails.push(page)],
    [
      "slack",
      (w) => w.slack.fails.push({ status: 302, headers: { location: "https://proxy.example/sign-in" } }),
    ],
    ["whatsapp", (w) => w.whatsApp.fails.push(page)],
    ["whatsapp", (w) => w.whatsApp.fails.push({ ...page, status: 403 })],
    ["pagerduty", (w) => w.pager.fails.push(page)],
    ["pagerduty", (w) => w.pager.fails.push({ text: "Sign in to the network" })],
    ["pagerduty", (w) => w.pager.fails.push({ status: 403, text: "Forbidden by the proxy" })],
    [
      "pagerduty",
      (w) => w.pager.fails.push({ status: 302, headers: { location: "https://proxy.example/x" } }),
    ],
    ["email", (w) => w.mail.refuses.set(places.email, { responseCode: 421, message: "Try later" })],
  ];
  test.each(passing)(
    "%s: something on the way that answers in its place passes like an outage",
    async (channel, cause) => {
      const { queue, of, settled, wires, time } = await world();
      cause(wires);
      const key = `${channel}/acme/1`;
      await queue(item(channel, "acme", 1));
      await until(async () => (await of(key)).last_error !== null || (await of(key)).state === "dead");
      expect((await of(key)).state).not.toBe("dead");
      wires.mail.refuses.clear();
      time.leap(6 * minute);
      await settled(key);
      expect(await of(key)).toMatchObject({ state: "delivered" });
    },
  );

  test("a store that fails while a message is written makes no dead letter, and pauses no channel", async () => {
    const { queue, of, settled, time, deliveries, wires } = await world();
    wires.whatsApp.fails.push({ body: { messages: [{ id: "wamid.1" }] } });
    await sql`alter table conversations rename to conversations_away`.execute(db);
    const to = { phoneId: "106540352242922", to: "5491122334455", recipient: null };
    const talk = { about: "talk", conversationId: 1, to, language: "es", subject: null, text: "Hola" };
    const key = "talk/acme/1";
    await queue({
      ...{ key, orgId: "acme", caseId: caseIdOf(1), destination: "whatsapp:acme" },
      ...{ kind: "talk.whatsapp", payload: talk },
    });
    await until(async () => (await of(key)).last_error !== null);
    await sql`alter table conversations_away rename to conversations`.execute(db);
    expect(await of(key)).toMatchObject({
      state: "pending",
      attempts: 1,
      last_error: expect.stringMatching(/^The store failed: ./),
    });
    expect(deliveries.troubled).toEqual([]);
    time.leap(minute);
    await settled(key);
    expect(await of(key)).toMatchObject({ state: "delivered" });
  });

  test("a webhook that redirects gets nothing sent elsewhere, and its dead letter says where it pointed", async () => {
    const { queue, of, settled, hooks, wires } = await world();
    hooks.push(() => ({ status: 307, headers: { location: `${wires.hook.url}/elsewhere?token=secret` } }));
    await queue(item("webhook", "acme", 1));
    await settled("webhook/acme/1");
    const { last_error } = await of("webhook/acme/1");
    expect(last_error).toContain(`it redirects to ${wires.hook.url}, which is not followed`);
    expect(last_error).not.toContain("secret");
    expect(wires.hook.asked.map(({ path }) => path)).toEqual(["/ops"]);
  });

  const oddWaits = [
    "1.0005",
    "1e300",
    "-5",
    "315360000",
    "Fri, 31 Dec 2049 23:59:59 GMT",
    "soon",
    "Infinity",
    "NaN",
  ];
  test.each(oddWaits)(
    "a Retry-After of %s holds for an hour at most, and spoils nobody else's outcome",
    async (wait) => {
      const { queue, of, settled, hooks, time } = await world();
      hooks.push(({ headers }) =>
        headers["idempotency-key"] === "webhook/acme/1"
          ? { status: 503, headers: { "retry-after": wait }, text: "a\0b\ud800" }
          : { status: 204 },
      );
      await queue(item("webhook", "acme", 1));
      await until(async () => (await of("webhook/acme/1")).last_error !== null);
      expect((await of("webhook/acme/1")).not_before - time.clock.now()).toBeLessThanOrEqual(hour);
      time.leap(hour + minute);
      await settled("webhook/acme/1");
      expect(await of("webhook/acme/1")).toMatchObject({ state: "delivered" });
    },
  );

  test.each([
    [429, "0"],
    [429, "-5"],
    [503, "0"],
  ])(
    "a receiver that answers %s and asks to come back after %s s is not called in a loop",
    async (status, wait) => {
      const { queue, of, hooks, wires, time, soon } = await world();
      const no = () => ({ status, headers: { "retry-after": wait } });
      hooks.push(...Array.from({ length: 1_000 }, () => no));
      await queue(item("webhook", "acme", 1));
      await soon(() => time.clock.now() - start > minute);
      expect((await of("webhook/acme/1")).state).toBe("pending");
      // once a second at first, then less and less
      expect(wires.hook.asked.length).toBeLessThan(12);
    },
  );

  test("an answer that the store cannot hold leaves the others of its batch their outcomes", async () => {
    const { queue, of, settled, hooks, wires } = await world();
    const odd = ({ headers }: Asked): Answer =>
      headers["idempotency-key"] === "webhook/acme/2"
        ? { status: 400, text: "bad\0\0 body" }
        : { status: 204 };
    hooks.push(odd, odd, odd);
    await queue(item("webhook", "acme", 1), item("webhook", "acme", 2), item("webhook", "acme", 3));
    await settled("webhook/acme/1", "webhook/acme/2", "webhook/acme/3");
    expect(await of("webhook/acme/2")).toMatchObject({ state: "dead", last_error: "HTTP 400: bad body" });
    expect(await of("webhook/acme/3")).toMatchObject({ state: "delivered" });
    expect(wires.hook.asked).toHaveLength(3);
  });

  test("an answer without end is given up at 256 KB, and the next is sent", async () => {
    const { queue, of, settled, hooks } = await world();
    hooks.push(() => ({ endless: true }));
    const before = process.memoryUsage().rss;
    await queue(item("webhook", "acme", 1));
    await until(async () => (await of("webhook/acme/1")).last_error !== null);
    expect((await of("webhook/acme/1")).last_error).toBe("The answer is larger than 256 KB.");
    await settled("webhook/acme/1");
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test.each(["headers", "body"] as const)(
    "a webhook whose %s never end is given up after 30 s, delays nobody else, and is tried again",
    async (drips) => {
      const { queue, of, settled, hooks, wires, time, soon } = await world(1);
      hooks.push(() => ({ drips }));
      await queue(item("webhook", "acme", 1));
      await until(() => wires.hook.asked.length === 1);
      await queue(item("webhook", "zeta", 2));
      await settled("webhook/zeta/2");
      expect((await of("webhook/acme/1")).state).toBe("sending");
      time.pass(30_000);
      await until(async () => (await of("webhook/acme/1")).last_error !== null);
      expect((await of("webhook/acme/1")).last_error).toBe("No answer within 30 s.");
      await until(() => wires.hook.asked[0]!.closed());
      await soon(async () => (await of("webhook/acme/1")).state !== "pending");
      await settled("webhook/acme/1");
      expect(await of("webhook/acme/1")).toMatchObject({ state: "delivered" });
    },
  );

  test("an item that is not delivered within 24 hours is a dead letter, also without an attempt", async () => {
    const { queue, of, settled, wires, time } = await world();
    await queue(...[1, 2, 3, 4, 5].map((n) => item("slack", "acme", n, { address: `C0LANE${n}` })));
    await wires.slack.close();
    await queue(...[6, 7, 8].map((n) => item("slack", "zeta", n, { address: `C0LANE${n}` })));
    const keys = [6, 7, 8].map((n) => `slack/zeta/${n}`);
    await until(async () => (await of(keys[0]!)).last_error !== null);
    time.leap(24 * hour + 2 * minute);
    await settled(...keys);
    for (const key of keys)
      expect(await of(key)).toMatchObject({
        state: "dead",
        last_error: expect.stringMatching(/^Not delivered within 24 hours: Slack does not answer: ./),
      });
  });

  test("a lane that fails every probe leaves the next probe to another", async () => {
    const { queue, of, settled, wires, time, soon } = await world();
    // the server closes for one org's mail alone, whatever it is asked
    wires.mail.refuses.set("poison@client.example", { responseCode: 421, message: "Closing" });
    // two lanes that fail close the channel for all
    const poison = (orgId: string) =>
      [1, 2, 3].map((n) => item("email", orgId, n, { address: "poison@client.example" }));
    await queue(...poison("acme"), ...poison("bravo"));
    await soon(async () => (await of("email/bravo/3")).last_error !== null);
    await queue(item("email", "zeta", 4));
    for (let n = 0; n < 2; n++) time.leap(6 * minute);
    await settled("email/zeta/4");
    expect((await of("email/zeta/4")).delivered_at! - start).toBeLessThan(hour);
  });

  test("a lane that fails alone pauses alone: another org's mail is not late by it", async () => {
    const { queue, of, settled, wires, time, deliveries, soon } = await world();
    wires.mail.refuses.set("poison@client.example", { responseCode: 421, message: "Closing" });
    await queue(...[1, 2, 3, 4].map((n) => item("email", "acme", n, { address: "poison@client.example" })));
    await soon(() => deliveries.troubled.length > 0, 5_000);
    expect(deliveries.troubled).toEqual([expect.objectContaining({ group: "email", orgId: "acme" })]);
    for (const n of [5, 6, 7]) {
      const queuedAt = time.clock.now();
      await queue(item("email", "zeta", n));
      await settled(`email/zeta/${n}`);
      expect((await of(`email/zeta/${n}`)).delivered_at! - queuedAt).toBeLessThan(minute / 2);
      await soon(() => deliveries.troubled.length > 0, 5_000);
    }
  });
});
