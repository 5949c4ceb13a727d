// Destinations that are down for an hour, that ask to slow down, that hang, and that never come back: real clients, real
// protocols, and what becomes of the others meanwhile.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { listDeadLetters } from "../../src/outbox/dead-letters.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { openStore } from "../../src/store/open.ts";
import type { Database } from "../../src/store/schema.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
import { at, client, openCase } from "../clocks/world.ts";
import { newPlace } from "../places.ts";
import { gateTo, type Gate } from "./wires/gate.ts";
import { mailWire } from "./wires/mail.ts";
import { pagerDutyWire } from "./wires/pagerduty.ts";
import { accountsOn, hookSecret, startDeliveries } from "./wires/provider.ts";
import { salesforceWire } from "./wires/salesforce.ts";
import { serve, type Answer } from "./wires/serve.ts";
import { slackWire } from "./wires/slack.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(120_000);

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** Fast enough that what hangs is soon given up on, slow enough that what answers is not. */
const time = fastTime(at("2026-11-25T10:00:00"), 60);
const kinds = ["slack", "email", "pagerduty", "webhook", "salesforce"] as const;
type Kind = (typeof kinds)[number];

let db: Kysely<Database>;
let deliveries: Deliveries;
let settings: { recipients: { lead: { email: string }[] }; [setting: string]: unknown };
let wires: {
  slack: Awaited<ReturnType<typeof slackWire>>;
  email: Awaited<ReturnType<typeof mailWire>>;
  pagerduty: Awaited<ReturnType<typeof pagerDutyWire>>;
  webhook: Awaited<ReturnType<typeof serve>>;
  salesforce: Awaited<ReturnType<typeof salesforceWire>>;
};
const gates = {} as Record<Kind, Gate>;
const hookFails: Answer[] = [];
const hookTook: string[] = [];
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

beforeAll(async () => {
  const { place, forget } = await newPlace("sqlite");
  closing.push(forget);
  const store = await openStore(place);
  closing.push(store.close);
  db = store.db;
  wires = {
    slack: await slackWire(),
    email: await mailWire(),
    pagerduty: await pagerDutyWire(),
    webhook: await serve(({ body }) => {
      const fail = hookFails.shift();
      if (fail === undefined) hookTook.push(body);
      return fail ?? { status: 204 };
    }),
    salesforce: await salesforceWire(),
  };
  for (const kind of kinds) {
    gates[kind] = await gateTo(wires[kind].url);
    closing.push(wires[kind].close, gates[kind].close);
  }
  const accounts = accountsOn({
    slackApi: `${gates.slack.url}/api/`,
    mail: gates.email.url,
    pagerDutyEvents: `${gates.pagerduty.url}/v2/enqueue`,
  });
  settings = {
    // as many mails as there are connections to the server: each may hang
    recipients: {
      lead: ["lead", "deputy", "team"].map((name) => ({ email: `${name}@provider.example` })),
    },
    slackChannel: "C0LEADS",
    webhooks: [{ name: "ops", url: gates.webhook.url, secret: hookSecret }],
  };
  await client(db, { plan: "Platinum", instanceUrl: gates.salesforce.url });
  const row = await db.selectFrom("orgs").selectAll().executeTakeFirstOrThrow();
  const connection = wires.salesforce.connection(row, time.clock, gates.salesforce.url);
  const started = startDeliveries(db, accounts, (id) => (id === "acme" ? connection : undefined), time);
  deliveries = started.deliveries;
  closing.push(started.close);
});

const somethingForEach = [
  { type: "notify", roles: ["lead"], channels: ["slack", "email"] },
  { type: "page" },
  { type: "webhook", name: "ops" },
];
let number = 0;
/** A case at its breach. @returns what waits for each destination */
async function breach(does: object[] = somethingForEach, orgId = "acme") {
  await db
    .updateTable("orgs")
    .set({ settings: JSON.stringify({ ...settings, stepOverrides: [{ step: "breach", do: does }] }) })
    .where("id", "=", orgId)
    .execute();
  const opened = Math.ceil(time.clock.now() / second) * second - hour;
  const caseId = await openCase(db, orgId, ++number, opened);
  time.leap(second);
  await fireDue(db, time.clock.now());
  deliveries.wake();
  const rows = async (kind: Kind) =>
    (await db.selectFrom("outbox").selectAll().where("case_id", "=", caseId).execute()).filter(
      ({ destination }) => destination.split(":")[0] === kind,
    );
  const all = async (kind: Kind, state: string) =>
    (await rows(kind)).length > 0 && (await rows(kind)).every((row) => row.state === state);
  return { caseId, rows, all };
}
type Breach = Awaited<ReturnType<typeof breach>>;

/** Who received something of the case, as each wire shows it. */
const arrived: Record<Kind, (caseId: string) => number> = {
  slack: (caseId) =>
    wires.slack.posted.filter(({ blocks }) => JSON.stringify(blocks).includes(caseId)).length,
  email: (caseId) => wires.email.mails.filter(({ text }) => text?.includes(caseId)).length,
  pagerduty: (caseId) => wires.pagerduty.events.filter(({ dedup_key }) => dedup_key.includes(caseId)).length,
  webhook: (caseId) => hookTook.filter((body) => body.includes(caseId)).length,
  salesforce: (caseId) => (wires.salesforce.cases.get(caseId)?.["SLA_Status__c"] === "Breached" ? 1 : 0),
};

/** Everybody but one has it; that one has nothing yet, and its items wait with the reason. */
async function othersHaveIt(kind: Kind, { caseId, rows, all }: Breach, reason: RegExp) {
  for (const other of kinds) if (other !== kind) await until(() => all(other, "delivered"));
  await until(async () => (await rows(kind)).some((row) => row.last_error !== null));
  for (const row of await rows(kind)) if (row.last_error !== null) expect(row.last_error).toMatch(reason);
  expect((await rows(kind)).map(({ state }) => state)).not.toContain("delivered");
  for (const other of kinds) expect([other, arrived[other](caseId) > 0]).toEqual([other, other !== kind]);
}
async function inTheEnd(kind: Kind, { caseId, all }: Breach) {
  deliveries.wake();
  await until(() => all(kind, "delivered"));
  expect(arrived[kind](caseId)).toBeGreaterThan(0);
  expect(await listDeadLetters(db)).toEqual([]);
}

test.each(kinds)(
  "%s is down for an hour: the others have it at once, and it gets it afterwards",
  async (kind) => {
    const before = gates[kind].tried();
    gates[kind].set("down");
    const case_ = await breach();
    await othersHaveIt(kind, case_, /./);
    for (let passed = 0; passed < hour; passed += 6 * minute) {
      const tried = gates[kind].tried();
      time.leap(6 * minute);
      await until(() => gates[kind].tried() > tried);
    }
    // left alone: an hour of it took few attempts
    expect(gates[kind].tried() - before).toBeLessThan(60);
    gates[kind].set("open");
    time.leap(6 * minute);
    await inTheEnd(kind, case_);
  },
);

test.each(kinds)(
  "%s hangs: the others have it at once, and it gets it once it answers again",
  async (kind) => {
    gates[kind].set("hanging");
    const case_ = await breach();
    await othersHaveIt(kind, case_, /No answer within 30 s|does not answer|aborted|closed/);
    gates[kind].set("open");
    time.leap(6 * minute);
    await inTheEnd(kind, case_);
  },
);

const slowDown: Answer = {
  status: 429,
  headers: { "retry-after": "600" },
  body: { ok: false, error: "ratelimited" },
};
const asksToSlowDown: Record<Kind, () => void> = {
  slack: () => wires.slack.fails.push(slowDown),
  pagerduty: () => wires.pagerduty.fails.push(slowDown),
  webhook: () => hookFails.push(slowDown),
  // these two know no Retry-After: SMTP puts off the one message, and Salesforce's limit is that of the day
  email() {
    for (const { email } of settings.recipients.lead)
      wires.email.refuses.set(email, { responseCode: 451, message: "4.7.1 Slow down" });
  },
  salesforce: () =>
    wires.salesforce.fails.push({
      status: 403,
      body: [{ errorCode: "REQUEST_LIMIT_EXCEEDED", message: "TotalRequests Limit exceeded." }],
    }),
};
test.each(kinds)(
  "%s asks to slow down: the others have it at once, and it gets it when it said",
  async (kind) => {
    asksToSlowDown[kind]();
    const fired = time.clock.now();
    const case_ = await breach();
    await othersHaveIt(kind, case_, /429|[Ss]low down|are spent/);
    const left = deliveries.troubled.find(({ group }) => group.split(":")[0] === kind);
    if (["slack", "pagerduty", "webhook"].includes(kind))
      expect(left!.until - fired).toBeGreaterThanOrEqual(10 * minute);
    wires.email.refuses.clear();
    time.leap(16 * minute);
    await inTheEnd(kind, case_);
  },
);

test("an org that does not answer a question for an address delays no other org's mail", async () => {
  gates.salesforce.set("hanging");
  const silent = await breach([{ type: "notify", roles: ["requester"], channels: ["email"] }]);
  const refused = async () => (await silent.rows("email"))[0]!.last_error;
  // more often than the channel's own failures would be borne
  for (const _ of [1, 2, 3, 4]) {
    await until(async () => (await refused()) !== null);
    expect(await refused()).toMatch(/^The contact's address could not be read: no answer within 10 s/);
    await db.updateTable("outbox").set({ last_error: null }).where("case_id", "=", silent.caseId).execute();
  }
  expect(deliveries.troubled.map(({ group }) => group)).not.toContain("email");
  const other = await breach(undefined, await client(db, { id: "zeta", plan: "Platinum", settings }));
  await until(() => other.all("email", "delivered"));
  gates.salesforce.set("open");
  time.leap(6 * minute);
  deliveries.wake();
  await until(() => silent.all("email", "delivered"));
  await until(() => silent.all("salesforce", "delivered"));
});

test("a destination that never answers leaves dead letters with the reason after a day", async () => {
  for (const kind of kinds) gates[kind].set("down");
  const case_ = await breach();
  for (const kind of kinds)
    await until(async () => (await case_.rows(kind)).some((row) => row.last_error !== null));
  for (const kind of kinds) if (kind !== "slack" && kind !== "webhook") gates[kind].set("open");
  time.leap(6 * minute);
  for (const kind of ["email", "pagerduty", "salesforce"] as const)
    await until(() => case_.all(kind, "delivered"));
  time.leap(24 * hour);
  for (const kind of ["slack", "webhook"] as const) await until(() => case_.all(kind, "dead"));
  const letters = await listDeadLetters(db, { orgId: "acme" });
  expect(letters.map(({ destination, reason }) => [destination, reason]).sort()).toEqual([
    ["slack:acme:C0LEADS", expect.stringMatching(/^Not delivered within 24 hours: Slack does not answer: ./)],
    [
      "webhook:acme:ops",
      expect.stringMatching(/^Not delivered within 24 hours: .*(ECONNRESET|other side closed)/),
    ],
  ]);
});
