// The fleet page's server for a test, and people who sign in to it: by request, and in a browser.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import type { ActionsConfig } from "../../src/channels/registry.ts";
import { apiRoutes } from "../../src/http/api-routes.ts";
import { createApp } from "../../src/http/app.ts";
import { addAccount } from "../../src/http/fleet/accounts.ts";
import { fleetRouter } from "../../src/http/fleet/router.ts";
import { bySession } from "../../src/http/fleet/sessions.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { listen } from "../../src/http/server.ts";
import { readCatalogue } from "../../src/orgs/contract.ts";
import { ReportThread } from "../../src/reports/thread.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";

export const password = "correct horse battery staple";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// what the document promises is checked by the fuzz; here it is looked at
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Any = any;
export interface Answer {
  status: number;
  body: Any;
}

/** Olga operates, Vera views. */
export type Name = "olga" | "vera";

const slack = { token: { env: "NONE" }, signingSecret: { env: "NONE" }, apiUrl: "http://127.0.0.1:9/" };

export async function startFleet(
  store: Store,
  { accounts = { slack }, keys = null }: { accounts?: ActionsConfig; keys?: string | null } = {},
) {
  const { db } = store;
  const reports = new ReportThread(store.place);
  const runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };
  await addAccount(db, { name: "olga", role: "operator", password }, 0);
  await addAccount(db, { name: "vera", role: "viewer", password }, 0);
  const routes = apiRoutes({
    ...{ store, runtime, reports, accounts, keys, catalogue: () => readCatalogue(), wake: () => {} },
    sources: {
      health: () => new Map(),
      apiUse: () => null,
      troubled: () => [],
      clockOffset: () => 0,
    },
  });
  const http = await listen(
    createApp({
      ...{ db, runtime, routes, version: "1.2.3", perMinute: 100_000 },
      metrics: createMetrics({ reports, clock: systemClock }),
      mounts: [{ path: "/", router: fleetRouter(db, reports, runtime, { signInsPerMinute: 100 }) }],
      alsoAuthenticate: [bySession(db, systemClock)],
    }),
    { host: "127.0.0.1", port: 0 },
  );
  const sessions = new Map<Name, Promise<{ cookie: string; csrf: string }>>();
  const session = (name: Name) => {
    const known =
      sessions.get(name) ??
      (async () => {
        const signedIn = await fetch(`${http.url}/signin`, {
          method: "POST",
          redirect: "manual",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ name, password }),
        });
        const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0]!;
        const page = await (await fetch(http.url, { headers: { cookie } })).text();
        return { cookie, csrf: /"csrf":"([\w-]+)"/.exec(page)![1]! };
      })();
    sessions.set(name, known);
    return known;
  };
  return {
    url: http.url,
    routes,
    /** Asks the API as this person; a body makes it a POST with the page's own token. */
    async ask(
      name: Name,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const { cookie, csrf } = await session(name);
      const answer = await fetch(`${http.url}/api/v1${path}`, {
        headers: {
          cookie,
          ...(body === undefined ? {} : { "content-type": "application/json", "x-csrf-token": csrf }),
          ...headers,
        },
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    /** Gets an address of the page as this person. */
    async get(name: Name, path: string): Promise<Response> {
      const { cookie } = await session(name);
      return fetch(http.url + path, { headers: { cookie } });
    },
    async signInAs(
      browser: Browser,
      name: Name,
      { width = 1440, locale = "es-AR" }: { width?: number; locale?: string } = {},
    ): Promise<Page> {
      const context = await browser.newContext({ viewport: { width, height: 900 }, locale });
      const { cookie } = await session(name);
      const [key, value] = cookie.split("=") as [string, string];
      await context.addCookies([{ name: key, value, url: http.url }]);
      const page = await context.newPage();
      await page.goto(http.url);
      return page;
    },
    async stop() {
      await http.close();
      await reports.stop();
    },
  };
}
export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** Words that no Spanish text has, ids of Salesforce, and JSON. */
const foreign =
  /\b(the|is|are|was|not|and|of|with|does|cannot|been|by|from|this|that)\b|\b(500|005|00D|00G|a0\w)[A-Za-z0-9]{12,15}\b|[{[]\s*"\w+"\s*[:,]/gi;

/** No fault for axe by WCAG 2.2 AA, nothing wider than the window, and no English and no id on a Spanish page. */
export async function accessible(page: Page): Promise<void> {
  // read once a page: it is half a megabyte
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
      .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
  );
  expect(found).toEqual([]);
  const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
  expect(wider).toBeLessThanOrEqual(0);
  const [language, seen] = (await page.evaluate(
    "[document.documentElement.lang, document.body.innerText]",
  )) as [string, string];
  if (language === "es") expect(seen.split("\n").filter((line) => line.search(foreign) !== -1)).toEqual([]);
}
