/** While the store refuses writes, everybody who looks at the service sees that, and reads go on. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import SQLite from "better-sqlite3";
import { sql } from "kysely";
import { createApp } from "../../src/http/app.ts";
import { addAccount } from "../../src/http/fleet/accounts.ts";
import { fleetRouter } from "../../src/http/fleet/router.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { listen } from "../../src/http/server.ts";
import { createToken } from "../../src/http/tokens.ts";
import { ReportThread } from "../../src/reports/thread.ts";
import { silentLog, systemTimers } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { newPlace } from "../stores.ts";

const password = "correct horse battery staple";
const minute = 60_000;

async function served() {
  const { place, forget } = await newPlace("sqlite");
  let now = Date.parse("2026-12-01T12:00:00Z");
  const clock = { now: () => now };
  const store = await openStore(place, { clock });
  const reports = new ReportThread(store.place);
  const runtime = { clock, timers: systemTimers, random: Math.random, log: silentLog };
  const storeTrouble = () => store.watch.trouble;
  await addAccount(store.db, { name: "vera", role: "viewer", password }, now);
  const scraper = { name: "prometheus", scopes: ["metrics"] as const, expiresAt: null };
  const { token } = await createToken(store.db, scraper, now);
  const http = await listen(
    createApp({
      ...{ db: store.db, runtime, version: "1.2.3", routes: [] },
      metrics: createMetrics({ reports, clock, storeTrouble }),
      readiness: [{ name: "storing", check: async () => storeTrouble() }],
      mounts: [{ path: "/", router: fleetRouter(store.db, reports, runtime, { signInsPerMinute: 100 }) }],
    }),
    { host: "127.0.0.1", port: 0 },
  );
  const signedIn = await fetch(`${http.url}/signin`, {
    ...({ method: "POST", redirect: "manual" } as const),
    body: new URLSearchParams({ name: "vera", password }),
  });
  const cookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const ask = async (path: string) => {
    const headers = { cookie, authorization: `Bearer ${token}` };
    const answer = await fetch(http.url + path, { headers, redirect: "manual" });
    return { status: answer.status, text: await answer.text() };
  };
  const uses = async () => ({
    token: (await store.db.selectFrom("api_tokens").select("last_used_at").executeTakeFirstOrThrow())
      .last_used_at,
    session: (await store.db.selectFrom("sessions").select("used_at").executeTakeFirstOrThrow()).used_at,
  });
  return {
    ...{ store, place, ask, uses },
    now: () => now,
    pass: (ms: number) => (now += ms),
    async close() {
      await http.close();
      await reports.stop();
      await store.close();
      await forget();
    },
  };
}

let house: Awaited<ReturnType<typeof served>>;
beforeAll(async () => {
  house = await served();
});
afterAll(() => house.close());

test("a store that refuses writes stops no read: scrape, readiness and fleet page answer, and name the trouble", async () => {
  const { store, ask, uses, now, pass } = house;
  expect((await ask("/metrics")).text).toContain("\ncompromiso_store_trouble 0\n");
  expect((await ask("/")).status).toBe(200);
  const before = await uses();
  expect(before.token).toBe(now());

  await sql`pragma query_only = on`.execute(store.db);
  pass(2 * minute);
  // the first request hears of the refusal, the next one tells it
  expect((await ask("/metrics")).status).toBe(200);
  expect(store.watch.trouble).toBe("Its file cannot be written.");
  expect((await ask("/metrics")).text).toContain("\ncompromiso_store_trouble 1\n");
  expect((await ask("/")).status).toBe(200);
  expect(await ask("/readyz")).toMatchObject({
    status: 503,
    text: expect.stringContaining("Its file cannot be written."),
  });
  expect(await uses()).toEqual(before);

  await sql`pragma query_only = off`.execute(store.db);
  pass(2 * minute);
  expect((await ask("/metrics")).status).toBe(200);
  expect((await ask("/")).status).toBe(200);
  expect(await uses()).toEqual({ token: now(), session: now() });
});

test("a scraper that was known gets the metrics while another process holds the store's lock", async () => {
  const { store, place, ask, pass } = house;
  const other = new SQLite((place as { file: string }).file);
  try {
    expect((await ask("/metrics")).status).toBe(200);
    other.exec("begin immediate");
    const waiting = store.probe();
    pass(2 * minute);
    const scraped = await Promise.race([ask("/metrics"), waiting]);
    expect(scraped).toMatchObject({ status: 200, text: expect.stringContaining("compromiso_store_trouble") });
    other.exec("rollback");
    await waiting;
  } finally {
    other.close();
  }
});
