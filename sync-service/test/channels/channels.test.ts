import { afterEach, expect, jest, test } from "@jest/globals";
import { listDeadLetters } from "../../src/outbox/dead-letters.ts";
import { signatureOf } from "../../src/channels/signatures.ts";
import { nextDue } from "../../src/clocks/due-clocks.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { createApp } from "../../src/http/app.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { reportsFrom } from "../../src/reports/questions.ts";
import { pagerDutyWebhooks } from "../../src/http/pagerduty.ts";
import { listen } from "../../src/http/server.ts";
import { slackClicks, slackInteractions } from "../../src/http/slack.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
import { at, client, clockOf, consultant, learn, ledgerOf, openCase, outboxOf } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { mailWire } from "./wires/mail.ts";
import { acknowledgedThere, pagerDutyWire, routingKey, webhookSecret } from "./wires/pagerduty.ts";
import { accountsOn, hookSecret, startDeliveries } from "./wires/provider.ts";
import { salesforceWire } from "./wires/salesforce.ts";
import { serve } from "./wires/serve.ts";
import { click, signingSecret, slackWire } from "./wires/slack.ts";
import { rateLimited, whatsAppWire } from "./wires/whatsapp.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

const opened = at("2026-11-25T10:00:00");

const people = [{ salesforceUserId: consultant.userId!, slackUserId: "U0CARLA", pagerDuty: "PCARLA" }];
const lead = {
  name: "Lidia",
  email: "lidia@provider.example",
  slack: "C0LEADS",
  whatsapp: "+5491122334455",
  language: "en",
};

describeStores("channels", (open) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  /** A client, the whole of delivery, and every channel's other end. */
  async function world(plan: string, settings: object = {}) {
    const { db } = await open();
    const [slack, pager, whatsApp, mail, salesforce] = await Promise.all([
      slackWire(),
      pagerDutyWire(),
      whatsAppWire(),
      mailWire(),
      salesforceWire(),
    ]);
    const hook = await serve(() => ({ status: 204 }));
    for (const wire of [slack, pager, whatsApp, mail, salesforce, hook]) closing.push(() => wire.close());
    const accounts = accountsOn({
      slackApi: slack.api,
      mail: mail.url,
      pagerDutyEvents: pager.eventsUrl,
      whatsAppApi: whatsApp.apiUrl,
    });
    const id = await client(db, {
      plan,
      settings: {
        people,
        recipients: { lead: [lead] },
        webhooks: [{ name: "ops", url: hook.url, secret: hookSecret }],
        ...settings,
      },
    });
    const time = fastTime(opened, 20);
    const row = await db.selectFrom("orgs").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const connection = salesforce.connection(row, time.clock);
    const { deliveries, close } = startDeliveries(db, accounts, () => connection, time);
    closing.push(close);
    const wake = () => deliveries.wake();
    const app = createApp({
      db,
      runtime: time,
      metrics: createMetrics({ reports: reportsFrom(db), clock: time.clock }),
      version: "0",
      routes: [],
      webhooks: [
        { path: "/slack", router: slackInteractions(slackClicks(db, time, wake), time, signingSecret) },
        { path: "/pagerduty", router: pagerDutyWebhooks(db, time, webhookSecret, wake) },
      ],
    });
    const http = await listen(app, { host: "127.0.0.1", port: 0 });
    closing.push(() => http.close());
    return {
      db,
      id,
      wires: { slack, pager, whatsApp, mail, salesforce, hook },
      wake,
      time,
      url: http.url,
      goTo(when: number) {
        time.leap(Math.max(0, when - time.clock.now()));
        return when;
      },
      async idle() {
        wake();
        await until(async () =>
          (await outboxOf(db)).every(({ state }) => state !== "pending" && state !== "sending"),
        );
      },
    };
  }

  test("an unacknowledged Platinum P1 gets each step at its instant, with item and message", async () => {
    const { db, id, wires, goTo, idle, time } = await world("Platinum", {
      stepOverrides: [
        {
          step: "escalation2",
          do: [
            { type: "notify", roles: ["requester"], channels: ["email", "whatsapp"] },
            { type: "webhook", name: "ops" },
          ],
        },
      ],
    });
    // round the clock: a Sunday night counts
    const start = goTo(at("2026-11-29T03:10:00"));
    const caseId = await openCase(db, id, 7, start);
    for (let next = await nextDue(db); next !== null; next = await nextDue(db)) {
      await fireDue(db, goTo(next));
      await idle();
    }
    expect((await ledgerOf(db, caseId)).map(({ step, due_at }) => [step, (due_at - start) / 60_000])).toEqual(
      [
        ["opened", 0],
        ["notice", 30],
        ["warning", 45],
        ["critical", 54],
        ["breach", 60],
        ["escalation", 90],
        ["escalation2", 120],
      ],
    );
    expect(await listDeadLetters(db)).toEqual([]);

    const postedTo = (place: string) =>
      wires.slack.posted.filter(({ channel }) => channel === place).map(({ text }) => text);
    expect(postedTo("U0CARLA")).toEqual([
      "P1 · Advertencia · Caso 00000007 · acme S.A.",
      "P1 · Momento crítico · Caso 00000007 · acme S.A.",
      "P1 · Incumplimiento · Caso 00000007 · acme S.A.",
    ]);
    expect(postedTo("C0LEADS")).toEqual([
      "P1 · Critical moment · Case 00000007 · acme S.A.",
      "P1 · Breach · Case 00000007 · acme S.A.",
      "P1 · Escalation · Case 00000007 · acme S.A.",
    ]);
    const warning = JSON.stringify(wires.slack.posted[0]!.blocks);
    for (const needed of [
      "No se puede facturar (7)",
      "acme S.A.",
      "P1 Crítico",
      "domingo, 29 de noviembre, 04:10",
      "15 min de cobertura",
      `/lightning/r/Case/${caseId}/view`,
      `"value":"acme/${caseId}/1"`,
      "Acusar recibo",
    ])
      expect(warning).toContain(needed);

    expect(wires.pager.events.map(({ event_action, dedup_key }) => [event_action, dedup_key])).toEqual([
      // when it opens, at the breach and at the first escalation: one alert
      ["trigger", `compromiso/acme/${caseId}/1`],
      ["trigger", `compromiso/acme/${caseId}/1`],
      ["trigger", `compromiso/acme/${caseId}/1`],
    ]);
    expect(wires.pager.alerts.size).toBe(1);

    const breach = wires.mail.mails.filter(({ subject }) => subject?.includes("Breach"));
    expect(breach).toHaveLength(1);
    expect(breach[0]).toMatchObject({ subject: "P1 · Breach · Case 00000007 · acme S.A." });
    expect(breach[0]!.text).toContain("Due: Sunday 29 November at 04:10");
    expect(breach[0]!.text).toContain("Overdue by: less than a minute of coverage");
    expect(breach[0]!.html).toContain('<html lang="en">');
    expect(breach[0]!.headers.get("auto-submitted")).toBe("auto-generated");

    expect(wires.whatsApp.messages[0]).toMatchObject({
      to: "5491122334455",
      template: { name: "sla_step", language: { code: "en" } },
    });
    const requester = wires.mail.mails.filter(
      ({ to }) => !Array.isArray(to) && to?.text === "rita@client.example",
    );
    expect(requester.map(({ subject }) => subject)).toEqual([
      "P1 · Segundo escalamiento · Caso 00000007 · acme S.A.",
    ]);
    expect(wires.whatsApp.messages.at(-1)!.to).toBe("5491122334455");

    const [called] = wires.hook.asked;
    expect(called!.headers["idempotency-key"]).toBe(`step/acme/${caseId}/1/escalation2/webhook/ops`);
    const timestamp = Number(called!.headers["x-compromiso-timestamp"]);
    expect(called!.headers["x-compromiso-signature"]).toBe(
      signatureOf("hook-secret", timestamp, called!.body),
    );

    // people who heard of the escalation hear of the acknowledgement, once, and of nothing after it
    for (const fact of ["acknowledgement", "closing"] as const) {
      const now = goTo(time.clock.now() + 60_000);
      await learn(
        db,
        id,
        caseId,
        [
          fact === "acknowledgement"
            ? { id: fact, at: now, by: consultant, kind: fact, via: "field" }
            : { id: fact, at: now, by: consultant, kind: "status", status: "Closed", closed: true },
        ],
        now,
      );
      await idle();
    }
    expect(wires.hook.asked).toHaveLength(2);
    const { headers, body } = wires.hook.asked[1]!;
    expect(headers["idempotency-key"]).toBe(`ended/acme/${caseId}/1/webhook:acme:ops`);
    expect(JSON.parse(body)).toMatchObject({
      type: "sla.acknowledged",
      data: { caseId, because: { status: "Acknowledged Late" } },
    });
  });

  test("the client hears only by channels of its plan, and on-call only if the plan has it", async () => {
    const { db, id, wires, goTo, idle } = await world("Silver", {
      recipients: { client: [{ slack: "C0CLIENT", email: "it@client.example" }] },
      stepOverrides: [
        {
          step: "breach",
          do: [{ type: "notify", roles: ["client"], channels: ["slack", "email"] }, { type: "page" }],
        },
      ],
    });
    await openCase(db, id, 1, opened);
    await fireDue(db, goTo(at("2026-11-25T14:00:00")));
    await idle();
    expect(wires.slack.posted).toEqual([]);
    expect(wires.pager.events).toEqual([]);
    expect(wires.mail.mails.map(({ to }) => !Array.isArray(to) && to?.text)).toEqual(["it@client.example"]);
  });

  test("clicking Acknowledge in Slack stops the clock at the receipt, with who did it; everywhere else it shows", async () => {
    const { db, id, wires, goTo, idle, url, time } = await world("Platinum");
    const caseId = await openCase(db, id, 1, opened);
    await fireDue(db, goTo(opened + 60 * 60_000));
    await idle();
    const send = (user: string, secret = signingSecret, when = time.clock.now()) =>
      fetch(
        `${url}/slack/interactions`,
        click(user, `acme/${caseId}/1`, wires.slack.responseUrl, when, secret),
      );

    expect((await send("U0CARLA", "forged")).status).toBe(401);
    expect((await send("U0CARLA", signingSecret, time.clock.now() - 3_600_000)).status).toBe(401);
    expect((await clockOf(db, caseId)).ended_at).toBeNull();

    expect((await send("U0STRANGER")).status).toBe(200);
    await until(() => wires.slack.said.length === 1);
    expect(wires.slack.said[0]!.text).toContain("Tu cuenta no está vinculada");
    expect((await clockOf(db, caseId)).ended_at).toBeNull();

    const before = time.clock.now();
    expect((await send("U0CARLA")).status).toBe(200);
    const clock = await clockOf(db, caseId);
    expect(clock).toMatchObject({
      status: "Acknowledged Late",
      acknowledged_by: consultant.userId,
      next_at: null,
    });
    expect(clock.acknowledged_at).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
    await until(() => wires.slack.said.length === 2);
    expect(wires.slack.said[1]!.text).toBe("Acusaste recibo del caso 00000001, ya fuera de plazo.");

    await send("U0CARLA");
    await until(() => wires.slack.said.length === 3);
    expect(wires.slack.said[2]!.text).toContain("Carla Consultora ya había acusado recibo del caso 00000001");
    expect(
      await db.selectFrom("facts").selectAll().where("kind", "=", "acknowledgement").execute(),
    ).toHaveLength(1);

    await idle();
    expect(wires.salesforce.cases.get(caseId)).toMatchObject({ SLA_Acknowledged_By__c: consultant.userId });
    expect(wires.pager.alerts.get(`compromiso/acme/${caseId}/1`)).toBe("acknowledged");
    for (const message of wires.slack.posted) {
      expect(JSON.stringify(message.updates.at(-1)!.blocks)).toContain("Carla Consultora");
      expect(JSON.stringify(message.updates.at(-1)!.blocks)).not.toContain('"action_id":"acknowledge"');
    }
    const later = time.clock.now();
    await learn(
      db,
      id,
      caseId,
      [{ id: "closed", at: later, by: consultant, kind: "status", status: "Closed", closed: true }],
      later,
    );
    await idle();
    expect(wires.pager.alerts.get(`compromiso/acme/${caseId}/1`)).toBe("resolved");
  });

  test("acknowledging the page on call acknowledges the case", async () => {
    const { db, id, wires, goTo, idle, url } = await world("Platinum");
    const caseId = await openCase(db, id, 1, opened);
    await fireDue(db, goTo(opened + 60 * 60_000));
    await idle();
    const key = wires.pager.events[0]!.dedup_key;
    const send = async (agent: string, secret?: string) => {
      const response = await fetch(`${url}/pagerduty/webhooks`, acknowledgedThere(key, agent, secret));
      return [response.status, ((await response.json()) as { outcome?: string }).outcome];
    };
    expect(await send("PCARLA", "forged")).toEqual([401, undefined]);
    expect(await send("PSTRANGER")).toEqual([202, "notMapped"]);
    // users whom the org lists as never counting do not count here either
    await db.updateTable("people").set({ is_automation: 1 }).execute();
    expect(await send("PCARLA")).toEqual([202, "notConsultant"]);
    await db.updateTable("people").set({ is_automation: 0 }).execute();
    expect((await clockOf(db, caseId)).ended_at).toBeNull();
    expect(await send("PCARLA")).toEqual([202, "acknowledged"]);
    expect(await send("PCARLA")).toEqual([202, "already"]);
    expect(await clockOf(db, caseId)).toMatchObject({
      acknowledged_by: consultant.userId,
      status: "Acknowledged Late",
    });
    await idle();
    expect(wires.pager.events.at(-1)!.event_action).toBe("acknowledge");
  });

  test("a missing secret stops one org only, and on-call hears of each alert in order", async () => {
    delete process.env["TEST_OWN_ROUTING_KEY"];
    const { db, id, wires, goTo, idle, wake } = await world("Platinum", {
      pagerDuty: { routingKey: { env: "TEST_OWN_ROUTING_KEY" } },
    });
    const other = await client(db, { id: "zeta", plan: "Platinum" });
    const caseId = await openCase(db, id, 1, opened);
    await openCase(db, other, 2, opened + 60_000);
    await fireDue(db, goTo(opened + 60 * 60_000));
    const page = () =>
      db.selectFrom("outbox").selectAll().where("kind", "=", "page").executeTakeFirstOrThrow();
    wake();
    await until(async () => (await page()).last_error !== null);
    expect((await page()).last_error).toContain("TEST_OWN_ROUTING_KEY is not set");
    await fireDue(db, goTo(opened + 61 * 60_000));
    wake();
    await until(() => wires.pager.events.length === 1);
    expect(wires.pager.events[0]!.dedup_key).toContain("zeta");

    const now = opened + 62 * 60_000;
    const ack = { id: "a", at: now, by: consultant, kind: "acknowledgement", via: "field" } as const;
    await learn(db, id, caseId, [ack], now);
    process.env["TEST_OWN_ROUTING_KEY"] = routingKey;
    await idle();
    expect(wires.pager.events.slice(1).map(({ event_action }) => event_action)).toEqual([
      "trigger",
      "acknowledge",
    ]);
    expect(await listDeadLetters(db)).toEqual([]);
  });

  test("each channel's errors mean slow down, not now or never", async () => {
    const { db, id, wires, goTo, idle } = await world("Platinum", {
      recipients: {
        lead: [lead],
        team: [{ slack: "C0NOTHERE", email: "gone@provider.example" }],
      },
    });
    wires.slack.fails.push({
      status: 429,
      headers: { "retry-after": "7" },
      body: { ok: false, error: "ratelimited" },
    });
    wires.pager.fails.push({ status: 429, headers: { "retry-after": "3" } }, { status: 500 });
    wires.whatsApp.fails.push(rateLimited);
    wires.mail.refuses.set("gone@provider.example", { responseCode: 550, message: "No such user here" });
    const caseId = await openCase(db, id, 1, opened);
    await fireDue(db, goTo(opened + 60 * 60_000));
    await idle();
    expect(wires.pager.events).toHaveLength(1);
    expect(wires.whatsApp.messages).toHaveLength(1);
    expect(wires.slack.posted.map(({ channel }) => channel).sort()).toEqual(["C0LEADS", "U0CARLA"]);
    const letters = await listDeadLetters(db);
    expect(letters.map(({ destination, reason }) => `${destination} ${reason}`).sort()).toEqual([
      expect.stringMatching(/^email:acme SMTP: .*No such user here/),
      "slack:acme:C0NOTHERE Slack: channel_not_found",
    ]);

    // WhatsApp's six parameters say which steps this one stands for, and why a correction goes out
    const said = () => JSON.stringify(wires.whatsApp.messages.at(-1));
    expect(said()).toContain("Also passed: Opened, Notice, Warning, Critical moment");
    const late = { id: "late", at: opened + 59 * 60_000, by: consultant } as const;
    const now = goTo(opened + 61 * 60_000);
    await learn(db, id, caseId, [{ ...late, kind: "acknowledgement", via: "field" }], now);
    await idle();
    expect(said()).toContain("Carla Consultora had acknowledged it on");
  });
});
