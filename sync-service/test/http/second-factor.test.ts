/** The second factor of local accounts, as a browser sends its forms: set up, asked for, refused, lost. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import express from "express";
import { TOTP, URI } from "otpauth";
import { readAudit } from "../../src/audit/audit.ts";
import { addAccount, removeAccount, setPassword } from "../../src/http/fleet/accounts.ts";
import { fleetRouter } from "../../src/http/fleet/router.ts";
import { secondFactorConfig, secondFactors } from "../../src/http/fleet/second-factor.ts";
import { bySession, sessionOf } from "../../src/http/fleet/sessions.ts";
import { listen, type HttpServer } from "../../src/http/server.ts";
import type { Reports } from "../../src/reports/questions.ts";
import { silentLog } from "../../src/runtime.ts";
import { worldOf } from "../../src/world.ts";
import type { Store } from "../../src/store/open.ts";
import { describeStores } from "../stores.ts";
import { afterAll, beforeAll } from "@jest/globals";

const password = "correct horse battery staple";
const minute = 60_000;
const config = secondFactorConfig.parse({ key: { env: "FACTOR_KEY" }, required: ["operator"] });

/** A browser as far as forms, cookies and one redirect at a time go. */
function browser(url: string) {
  const jar = new Map<string, string>();
  async function send(path: string, form?: Record<string, string>) {
    const response = await fetch(url + path, {
      method: form ? "POST" : "GET",
      redirect: "manual",
      headers: {
        "accept-language": "en",
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === "") jar.delete(name!);
      else jar.set(name!, value!);
    }
    return { status: response.status, to: response.headers.get("location"), text: await response.text() };
  }
  const csrf = async () => /name="csrf" value="([\w-]+)"/.exec((await send("/account")).text)![1]!;
  return {
    send,
    signIn: (name: string) => send("/signin", { name, password }),
    account: async (path: string, form: Record<string, string> = {}) =>
      send(`/account/second-factor${path}`, { csrf: await csrf(), ...form }),
    who: async () =>
      JSON.parse((await send("/whoami")).text) as { name: string; role: string; scopes: string[] } | null,
  };
}

describeStores("the second factor", (open) => {
  let store: Store;
  let http: HttpServer;
  let now = Date.parse("2026-12-01T12:00:00Z");
  const world = worldOf({
    clock: { now: () => now, steady: () => now },
    log: silentLog,
    variable: (name) => (name === "FACTOR_KEY" ? "0123456789abcdef0123456789abcdef" : undefined),
  });
  const codeOf = (uri: string, at = now) => (URI.parse(uri) as TOTP).generate({ timestamp: at });
  /** Turns the second factor on behind the pages. */
  async function withFactor(name: string, role: "viewer" | "operator" = "viewer") {
    await addAccount(store.db, { name, role, password }, now);
    const uri = await secondFactors(store.db, world, config).begin(name);
    const codes = (await secondFactors(store.db, world, config).confirm(name, codeOf(uri)))!;
    now += minute;
    return { uri, codes };
  }
  beforeAll(async () => {
    store = await open();
    const app = express();
    app.get("/whoami", async (request, response) => {
      const session = await sessionOf(store.db, request, now);
      const caller = await bySession(store.db, world.clock)(request);
      response.json(session && { name: session.name, role: session.role, scopes: caller!.scopes });
    });
    app.use(fleetRouter(store.db, {} as Reports, world, { signInsPerMinute: 1000, secondFactor: config }));
    http = await listen(app, { host: "127.0.0.1", port: 0 });
  });
  afterAll(() => http.close());
  beforeEach(() => {
    now += 60 * minute;
  });

  test("a person sets it up on the page, and each later sign-in asks for a code", async () => {
    await addAccount(store.db, { name: "vera", role: "viewer", password }, now);
    const one = browser(http.url);
    expect(await one.signIn("vera")).toMatchObject({ status: 303, to: "/" });
    const other = browser(http.url);
    await other.signIn("vera");
    await one.account("");
    const key = /class="key"\s*>([A-Z2-7 ]+)</.exec((await one.send("/account")).text)![1]!;
    const uri = `otpauth://totp/x?secret=${key.replaceAll(" ", "")}`;
    expect((await one.account("/confirm", { code: "000000" })).text).toContain("The code is wrong");
    const { text } = await one.account("/confirm", { code: ` ${codeOf(uri).replace(/(...)/, "$1 ")}` });
    expect(text.match(/<li><code>(\w{4}-){3}\w{4}</g)).toHaveLength(10);
    expect(await one.who()).toMatchObject({ name: "vera", role: "viewer" });
    // a session from before knows the password alone
    expect(await other.who()).toBeNull();
    const kept = JSON.stringify([
      await store.db.selectFrom("second_factors").selectAll().execute(),
      await store.db.selectFrom("recovery_codes").selectAll().execute(),
    ]);
    expect(kept).not.toContain(key.replaceAll(" ", ""));
    for (const code of text.match(/(\w{4}-){3}\w{4}/g)!) expect(kept).not.toContain(code);

    const again = browser(http.url);
    expect(await again.signIn("vera")).toMatchObject({ status: 303, to: "/signin/code" });
    expect(await again.who()).toBeNull();
    // the code that turned it on counted already
    expect((await again.send("/signin/code", { code: codeOf(uri) })).status).toBe(401);
    now += 30_000;
    expect(await again.send("/signin/code", { code: codeOf(uri) })).toMatchObject({ status: 303, to: "/" });
    expect(await again.who()).toMatchObject({ name: "vera" });
    expect((await readAudit(store.db, { limit: 4 })).map(({ actor, action }) => [actor, action])).toEqual([
      ["vera", "signIn"],
      ["vera", "signInRefused"],
      ["vera", "secondFactor.on"],
      ["vera", "signIn"],
    ]);
  });

  test("a code counts once, also in another window and at the same moment; an earlier one counts no more", async () => {
    const { uri } = await withFactor("rita");
    const [first, second, third] = [browser(http.url), browser(http.url), browser(http.url)];
    for (const one of [first, second, third]) await one.signIn("rita");
    const code = codeOf(uri);
    const both = await Promise.all([first, second].map((one) => one.send("/signin/code", { code })));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 401]);
    const before = codeOf(uri, now - 30_000);
    expect((await third.send("/signin/code", { code: before })).status).toBe(401);
    expect((await third.send("/signin/code", { code: codeOf(uri, now + 30_000) })).status).toBe(303);
    // taken by one session, the answer opens no second one
    expect((await third.send("/signin/code", { code: codeOf(uri, now + 60_000) })).status).toBe(400);
  });

  test("after five wrong codes no code counts for 15 minutes, in every window", async () => {
    const { uri, codes } = await withFactor("ines");
    const one = browser(http.url);
    await one.signIn("ines");
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, n) => one.send("/signin/code", { code: `00000${n}` })),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(3);
    const other = browser(http.url);
    await other.signIn("ines");
    for (const code of [codeOf(uri), codes[0]!])
      expect((await other.send("/signin/code", { code })).status).toBe(429);
    now += 15 * minute;
    await other.signIn("ines");
    expect((await other.send("/signin/code", { code: codeOf(uri) })).status).toBe(303);
  });

  test("a recovery code opens one session, and the trail says that it was one", async () => {
    const { codes } = await withFactor("luz");
    for (const [code, status] of [
      [codes[3]!.toUpperCase().replaceAll("-", " "), 303],
      [codes[3]!, 401],
      [codes[4]!, 303],
    ] as const) {
      const one = browser(http.url);
      await one.signIn("luz");
      expect((await one.send("/signin/code", { code })).status).toBe(status);
    }
    expect((await readAudit(store.db, { limit: 1 }))[0]).toMatchObject({
      actor: "luz",
      action: "signIn",
      detail: { recoveryCode: true },
    });
  });

  test("the password's answer is good for five minutes, and ends with that password", async () => {
    const { uri } = await withFactor("noa");
    const late = browser(http.url);
    await late.signIn("noa");
    now += 5 * minute;
    expect((await late.send("/signin/code", { code: codeOf(uri) })).text).toContain("took too long");
    const old = browser(http.url);
    await old.signIn("noa");
    now += 1000;
    await setPassword(store.db, "noa", password, now);
    expect((await old.send("/signin/code", { code: codeOf(uri) })).status).toBe(400);
    expect((await browser(http.url).send("/signin/code", { code: codeOf(uri) })).status).toBe(400);
    expect(await browser(http.url).send("/signin/code")).toMatchObject({ status: 303, to: "/signin" });
  });

  test("an operator whose role needs it may only look until it is on, and cannot turn it off", async () => {
    await addAccount(store.db, { name: "olga", role: "operator", password }, now);
    const one = browser(http.url);
    expect(await one.signIn("olga")).toMatchObject({ status: 303, to: "/account" });
    expect(await one.who()).toMatchObject({ role: "viewer", scopes: ["read"] });
    expect((await one.send("/account")).text).toContain("you may only look");
    await one.account("");
    const key = /class="key"\s*>([A-Z2-7 ]+)</.exec((await one.send("/account")).text)![1]!;
    const uri = `otpauth://totp/x?secret=${key.replaceAll(" ", "")}`;
    await one.account("/confirm", { code: codeOf(uri) });
    expect(await one.who()).toMatchObject({ role: "operator", scopes: ["read", "operate"] });
    now += minute;
    expect((await one.send("/account")).text).not.toContain("Turn off");
    await one.account("/remove", { code: codeOf(uri) });
    expect(await secondFactors(store.db, world, config).isOn("olga")).toBe(true);
  });

  test("renewing codes and turning it off need a code; a form without the page's own word does nothing", async () => {
    const { uri, codes } = await withFactor("pia");
    const one = browser(http.url);
    await one.signIn("pia");
    await one.send("/signin/code", { code: codes[0]! });
    expect((await one.account("/remove", { code: "123456" })).status).toBe(401);
    expect(await one.send("/account/second-factor/remove", { code: codeOf(uri) })).toMatchObject({
      to: "/signin",
    });
    const renewed = (await one.account("/codes", { code: codeOf(uri) })).text.match(/(\w{4}-){3}\w{4}/g)!;
    expect(renewed).toHaveLength(10);
    expect(renewed).not.toContain(codes[1]);
    expect((await one.account("/remove", { code: codes[1]! })).status).toBe(401);
    await one.account("/remove", { code: renewed[0]! });
    expect(await secondFactors(store.db, world, config).isOn("pia")).toBe(false);
    expect((await readAudit(store.db, { limit: 1 }))[0]).toMatchObject({ action: "secondFactor.off" });
  });

  test("without the key a second factor that is on still protects, and a recovery code still works", async () => {
    const { uri, codes } = await withFactor("sol");
    for (const other of [null, config]) {
      const lost = secondFactors(
        store.db,
        { ...world, variable: () => "another key of thirty-two letters" },
        other,
      );
      expect((await lost.check("sol", codeOf(uri))).verdict).toBe("unreadable");
    }
    const lost = secondFactors(store.db, world, null);
    expect(await lost.check("sol", codes[0]!)).toEqual({ verdict: "right", recoveryCode: true });
    // a secret that was moved to another account's row opens nothing
    const { uri: theirs } = await withFactor("ute");
    const { secret } = await store.db
      .selectFrom("second_factors")
      .select("secret")
      .where("account", "=", "ute")
      .executeTakeFirstOrThrow();
    await store.db.updateTable("second_factors").set({ secret }).where("account", "=", "sol").execute();
    const here = secondFactors(store.db, world, config);
    expect((await here.check("sol", codeOf(theirs))).verdict).toBe("unreadable");
  });

  test("a new account does not inherit the second factor of a removed one with its name", async () => {
    await withFactor("eva");
    await removeAccount(store.db, "eva");
    await addAccount(store.db, { name: "eva", role: "viewer", password }, now);
    expect(await browser(http.url).signIn("eva")).toMatchObject({ to: "/" });
    const left = await store.db.selectFrom("recovery_codes").select("account").execute();
    expect(left.map(({ account }) => account)).not.toContain("eva");
  });
});

describe("the configuration of the second factor", () => {
  test("a key of fewer than 32 characters is refused in words", () => {
    expect(() => secondFactors({} as Store["db"], worldOf({ variable: () => "short" }), config)).toThrow(
      "it needs 32 characters",
    );
  });
});
