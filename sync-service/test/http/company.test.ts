/** People sign in through their company's provider. The provider is real: `oidc-provider` speaks the protocol. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { companyConfig, companySignIn, callbackPath } from "../../src/http/fleet/company.ts";
import { fleetRouter } from "../../src/http/fleet/router.ts";
import { bySession, sessionOf } from "../../src/http/fleet/sessions.ts";
import { readAudit } from "../../src/audit/audit.ts";
import type { Reports } from "../../src/reports/questions.ts";
import { silentLog } from "../../src/runtime.ts";
import { worldOf } from "../../src/world.ts";
import type { Store } from "../../src/store/open.ts";
import { describeStores } from "../stores.ts";
import { companyProvider, type CompanyProvider } from "./company-provider.mjs";

const hour = 3_600_000;
const english = { "accept-language": "en" };

/** A browser as far as cookies and redirects go. */
function browser() {
  const jars = new Map<string, Map<string, string>>();
  async function go(address: string | URL): Promise<{ url: URL; status: number; text: string }> {
    let url = new URL(address);
    for (let hop = 0; hop < 12; hop++) {
      const jar = jars.get(url.host) ?? new Map<string, string>();
      jars.set(url.host, jar);
      const response = await fetch(url, {
        redirect: "manual",
        headers: { ...english, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        if (value === "" || /Expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name!);
        else jar.set(name!, value!);
      }
      const location = response.headers.get("location");
      if (location === null) return { url, status: response.status, text: await response.text() };
      url = new URL(location, url);
    }
    throw new Error("too many redirects");
  }
  return { go };
}

describeStores("signing in through the company", (open) => {
  let store: Store;
  let provider: CompanyProvider;
  let url: string;
  let now = Date.now();
  const servers: { close(): unknown }[] = [];

  async function serve(issuer: string): Promise<string> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const world = worldOf({
      clock: { now: () => now, steady: () => now },
      log: silentLog,
      variable: (name) => (name === "COMPANY_SECRET" ? "a secret of a test" : undefined),
    });
    const config = companyConfig.parse({
      issuer,
      publicUrl: address,
      clientId: "fleet",
      clientSecret: { env: "COMPANY_SECRET" },
      label: "Company",
      operators: ["support-leads"],
      viewers: ["consultants"],
    });
    const app = express();
    app.get("/whoami", async (request, response) => {
      response.json({
        session: await sessionOf(store.db, request, now),
        caller: await bySession(store.db, world.clock)(request),
      });
    });
    const company = companySignIn(store.db, world, config);
    app.use(fleetRouter(store.db, {} as Reports, world, { signInsPerMinute: 1000, company }));
    server.on("request", app);
    servers.push({
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    });
    return address;
  }

  beforeAll(async () => {
    store = await open();
    provider = await companyProvider();
    url = await serve(provider.issuer);
    provider.register({
      clientId: "fleet",
      clientSecret: "a secret of a test",
      redirectUri: url + callbackPath,
    });
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await provider.close();
  });
  const whoami = async (one: ReturnType<typeof browser>) =>
    JSON.parse((await one.go(`${url}/whoami`)).text) as {
      session: { name: string; role: string } | null;
      caller: { scopes: string[] } | null;
    };

  test.each([
    ["a consultant", ["consultants"], "viewer", ["read"]],
    ["a lead", ["consultants", "support-leads"], "operator", ["read", "operate"]],
  ])("%s gets the role of their groups", async (_, groups, role, scopes) => {
    provider.as("ana", groups);
    const one = browser();
    const { status, url: there } = await one.go(`${url}/signin/company`);
    expect([status, there.pathname]).toEqual([200, "/"]);
    const who = await whoami(one);
    expect(who.session).toMatchObject({ name: "company/ana@company.example", role });
    // a change needs the page's own token too
    expect(who.caller?.scopes).toEqual(scopes);
    expect((await readAudit(store.db, { limit: 1 }))[0]).toMatchObject({
      actor: "company/ana@company.example",
      action: "signIn",
    });
  });

  test("somebody whose groups may not see the page is told so, and gets no session", async () => {
    provider.as("zoe", ["sales"]);
    const one = browser();
    const { status, text } = await one.go(`${url}/signin/company`);
    expect(status).toBe(403);
    expect(text).toContain("has no group that may see this page");
    expect((await whoami(one)).session).toBeNull();
    expect((await readAudit(store.db, { limit: 1 }))[0]).toMatchObject({
      actor: "company/zoe@company.example",
      action: "signInRefused",
    });
  });

  test("a refusal at the provider, an answer without its beginning and a second use open nothing", async () => {
    provider.refuse();
    const refused = browser();
    expect((await refused.go(`${url}/signin/company`)).status).toBe(401);
    expect((await whoami(refused)).session).toBeNull();
    const stray = browser();
    expect((await stray.go(`${url}${callbackPath}?code=x&state=${"y".repeat(43)}`)).status).toBe(400);
    expect(await store.db.selectFrom("sign_ins").selectAll().execute()).toEqual([]);
  });

  test("a sign-in that takes more than ten minutes begins anew", async () => {
    provider.as("ana", ["consultants"]);
    const begun = await fetch(`${url}/signin/company`, { redirect: "manual" });
    const state = new URL(begun.headers.get("location")!).searchParams.get("state");
    now += 11 * 60_000;
    const back = await fetch(`${url}${callbackPath}?code=x&state=${state}`, {
      headers: { ...english, cookie: begun.headers.getSetCookie()[0]!.split(";")[0]! },
    });
    expect(back.status).toBe(400);
    expect(await back.text()).toContain("took too long");
  });

  test("the role holds for twelve hours, since groups change at the provider", async () => {
    provider.as("ana", ["support-leads"]);
    const one = browser();
    await one.go(`${url}/signin/company`);
    for (let hours = 0; hours < 11; hours++) {
      now += hour;
      expect((await whoami(one)).session?.role).toBe("operator");
    }
    now += hour;
    expect((await whoami(one)).session).toBeNull();
  });

  test("the page says that the provider does not answer, and works again when it does", async () => {
    const away = await serve("http://127.0.0.1:9");
    const { status, text } = await browser().go(`${away}/signin/company`);
    expect(status).toBe(503);
    expect(text).toContain("does not answer");
    expect((await browser().go(`${away}/signin`)).text).toContain("Sign in with Company");
  });
});

describe("the configuration of the company's sign-in", () => {
  const good = {
    issuer: "https://login.company.example",
    publicUrl: "https://fleet.company.example",
    clientId: "fleet",
    viewers: ["consultants"],
  };
  test.each([
    [{ issuer: "http://login.company.example" }, "needs https"],
    [{ publicUrl: "http://fleet.company.example" }, "needs https"],
    [{ viewers: [] }, "names no group"],
    [{ viewer: ["x"] }, "viewer"],
  ])("%j is refused: %s", (change, why) => {
    expect(companyConfig.safeParse(good).success).toBe(true);
    expect(JSON.stringify(companyConfig.safeParse({ ...good, ...change }).error?.issues)).toContain(why);
  });
});
