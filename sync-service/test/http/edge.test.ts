// The edge of the service, as a proxy with TLS and anonymous callers see it.
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import express from "express";
import { createApp } from "../../src/http/app.ts";
import { addAccount } from "../../src/http/fleet/accounts.ts";
import { fleetRouter } from "../../src/http/fleet/router.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { pagerDutyWebhooks } from "../../src/http/pagerduty.ts";
import { listen, type HttpServer } from "../../src/http/server.ts";
import { slackClicks, slackInteractions } from "../../src/http/slack.ts";
import { createToken } from "../../src/http/tokens.ts";
import { fleetRoutes } from "../../src/http/routes/fleet.ts";
import { ReportThread } from "../../src/reports/thread.ts";
import { systemClock, systemTimers, type Log } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";
import { describeStores } from "../stores.ts";

jest.setTimeout(60_000);
const password = "correct horse battery staple";
const slackSecret = "slack-signing-secret";
const pagerDutySecret = "pagerduty-webhook-secret";
/** Few enough to be reached in a test. */
const perMinute = 20;

/** How long a connection was kept on which the headers never ended, ms. It waits while the other tests run. */
let dripped: Promise<number>;
let dripping: HttpServer;
beforeAll(async () => {
  dripping = await listen(express(), { host: "127.0.0.1", port: 0 });
  const began = Date.now();
  const socket = connect(Number(new URL(dripping.url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n");
  const closed = new Promise((resolve) => socket.once("close", resolve).resume());
  dripped = closed.then(() => Date.now() - began);
});
afterAll(() => dripping.close());

describeStores("the edge", (open) => {
  let store: Store;
  let reports: ReportThread;
  let token: string;
  const servers: HttpServer[] = [];
  const warned: string[] = [];
  beforeAll(async () => {
    store = await open();
    reports = new ReportThread(store.place);
    await addAccount(store.db, { name: "olga", role: "operator", password }, Date.now());
    ({ token } = await createToken(store.db, { name: "t", scopes: ["operate"], expiresAt: null }, 0));
  });
  afterAll(async () => {
    for (const http of servers) await http.close();
    await reports.stop();
  });

  const log: Log = {
    debug() {},
    info() {},
    warn: (_fields, message) => void warned.push(message),
    error() {},
    child: () => log,
  };
  async function serve(proxies: number): Promise<HttpServer> {
    const { db } = store;
    const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log };
    const http = await listen(
      createApp({
        db,
        runtime,
        metrics: createMetrics({ reports, clock: systemClock }),
        version: "1.2.3",
        routes: fleetRoutes(db, reports, systemClock, {
          health: () => new Map(),
          apiUse: () => null,
          troubled: () => [],
          clockOffset: () => 0,
        }),
        mounts: [{ path: "/", router: fleetRouter(db, reports, runtime) }],
        webhooks: [
          {
            path: "/slack",
            router: slackInteractions(
              slackClicks(db, runtime, () => {}),
              runtime,
              slackSecret,
            ),
          },
          { path: "/pagerduty", router: pagerDutyWebhooks(db, runtime, pagerDutySecret, () => {}) },
        ],
        perMinute,
        proxies,
      }),
      { host: "127.0.0.1", port: 0 },
    );
    servers.push(http);
    return http;
  }
  const from = (address: string) => ({ "x-forwarded-for": address, "x-forwarded-proto": "https" });
  const signIn = (http: HttpServer, address: string, name = "olga", secret = password) =>
    fetch(`${http.url}/signin`, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded", ...from(address) },
      body: new URLSearchParams({ name, password: secret }),
    });
  const flood = async (http: HttpServer, address: string) => {
    const asked = Array.from({ length: perMinute + 5 }, () =>
      fetch(`${http.url}/api/v1/fleet`, { headers: from(address) }),
    );
    await Promise.all(asked);
  };
  const slackClick = (http: HttpServer, address: string, secret = slackSecret) => {
    const body = new URLSearchParams({
      payload: JSON.stringify({ type: "block_actions", user: { id: "U1" }, actions: [] }),
    }).toString();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
    return fetch(`${http.url}/slack/interactions`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-signature": signature,
        "x-slack-request-timestamp": timestamp,
        ...from(address),
      },
      body,
    });
  };
  const pagerDutyEvent = (http: HttpServer, address: string) => {
    const body = JSON.stringify({ event: { event_type: "incident.triggered", data: {} } });
    return fetch(`${http.url}/pagerduty/webhooks`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-pagerduty-signature": `v1=${createHmac("sha256", pagerDutySecret).update(body).digest("hex")}`,
        ...from(address),
      },
      body,
    });
  };

  test("behind a TLS proxy that is configured, the session cookie is Secure", async () => {
    const http = await serve(1);
    expect((await signIn(http, "198.51.100.1")).headers.get("set-cookie")).toMatch(/; Secure/);
  });

  test("behind a configured proxy each caller has a limit of its own", async () => {
    const http = await serve(1);
    await flood(http, "198.51.100.2");
    const asked = (address: string) =>
      fetch(`${http.url}/api/v1/fleet`, { headers: { ...from(address), authorization: `Bearer ${token}` } });
    expect((await asked("198.51.100.2")).status).toBe(429);
    expect((await asked("198.51.100.3")).status).toBe(200);
    await Promise.all(
      Array.from({ length: 25 }, () => signIn(http, "198.51.100.4", "olga", "wrong password here")),
    );
    expect((await signIn(http, "198.51.100.4")).status).toBe(429);
    expect((await signIn(http, "198.51.100.5")).status).toBe(303);
  });

  test.each([0, 1])(
    "anonymous traffic never gets a verified webhook refused (%s proxies configured)",
    async (proxies) => {
      const http = await serve(proxies);
      for (let n = 0; n < perMinute + 5; n++) await slackClick(http, "198.51.100.6", "not the secret");
      await flood(http, "198.51.100.6");
      expect((await slackClick(http, "198.51.100.6")).status).toBe(200);
      expect((await pagerDutyEvent(http, "198.51.100.6")).status).toBe(202);
      expect((await slackClick(http, "198.51.100.6", "not the secret")).status).toBe(401);
    },
  );

  test("a proxy that nobody configured is told of once", async () => {
    warned.length = 0;
    const http = await serve(0);
    for (let n = 0; n < 3; n++) await fetch(`${http.url}/signin`, { headers: from("198.51.100.7") });
    expect(warned.filter((message) => message.includes("http.proxies"))).toHaveLength(1);
  });

  test("a token that may operate may read", async () => {
    const http = await serve(0);
    const answer = await fetch(`${http.url}/api/v1/audit`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
  });

  test("the audit trail names refused sign-ins, and stays bounded", async () => {
    const http = await serve(1);
    const refusals = async () =>
      (await store.db.selectFrom("audit").selectAll().where("action", "=", "signInRefused").execute()).length;
    const before = await refusals();
    await signIn(http, "198.51.100.8", "mallory", "wrong password here");
    expect(await refusals()).toBe(before + 1);
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        signIn(http, `198.51.100.${20 + n}`, `m${n}`, "wrong password here"),
      ),
    );
    expect(await refusals()).toBeLessThanOrEqual(before + 60);
    const row = await store.db
      .selectFrom("audit")
      .selectAll()
      .where("action", "=", "signInRefused")
      .where("actor", "=", "mallory")
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.detail)).toEqual({ address: "198.51.100.8" });
  });
});

test("a connection that drips its headers is closed soon after ten seconds", async () => {
  const after = await dripped;
  expect(after).toBeGreaterThan(9_000);
  expect(after).toBeLessThan(25_000);
});
