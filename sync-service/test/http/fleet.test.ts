// The fleet page as a browser has it: signing in, the most urgent case of 5,000, a dead letter tried again; and what is refused.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Kysely } from "kysely";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { until } from "../../../scripts/browser/waiting.ts";
import { addAccount, removeAccount, setPassword } from "../../src/http/fleet/accounts.ts";
import { Registry } from "../../src/orgs/registry.ts";
import type { Store } from "../../src/store/open.ts";
import type { Database } from "../../src/store/schema.ts";
import { client, consultant, contractOf, learn, openCase, openCases, outboxOf } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { accessible, password, startFleet, type Any, type Fleet } from "./fleet-world.ts";

jest.setTimeout(120_000);

/** Gives an org the cases of another one, so that not every clock is reckoned again. */
async function likewise(db: Kysely<Database>, from: string, to: string): Promise<void> {
  for (const table of ["facts", "clocks"] as const) {
    const rows = await db.selectFrom(table).selectAll().where("org_id", "=", from).execute();
    const text = JSON.stringify(rows.map((row) => ({ ...row, org_id: to })));
    const copies = JSON.parse(text.replaceAll(contractOf(from), contractOf(to))) as never[];
    await db.insertInto(table).values(copies).execute();
  }
}

describeStores("the fleet page", (open, kind) => {
  let store: Store;
  let http: Fleet;
  let browser: Browser;
  beforeAll(async () => {
    store = await open();
    const { db } = store;
    const now = Date.now();
    const hour = 3_600_000;
    for (let n = 0; n < 50; n++) {
      const org = await client(db, { id: `org${n}`, plan: "Platinum" });
      if (n === 0) await openCases(db, org, 99, now);
      else await likewise(db, "org0", org);
    }
    for (let n = 0; n < 50; n++) {
      await openCase(db, `org${n}`, 5000 + n, now - (n === 17 ? 40 : 20) * hour);
    }
    const answered = await openCase(db, "org3", 7000, now - 50 * 60_000);
    const acknowledged = now - 30 * 60_000;
    await learn(
      db,
      "org3",
      answered,
      [{ id: "ack", at: acknowledged, by: consultant, kind: "acknowledgement", via: "field" }],
      acknowledged,
    );
    // before the contract began
    await openCase(db, "org3", 7001, Date.parse("2025-12-01T15:00:00Z"));
    await db.deleteFrom("outbox").execute();
    await db
      .insertInto("outbox")
      .values(
        [1, 2].map((n) => ({
          key: `k${n}`,
          org_id: "org3",
          case_id: null,
          destination: "email:org3",
          kind: "notice.email",
          payload: "{}",
          created_at: now,
          not_before: now,
          attempts: 12,
          state: "dead",
          last_error: "email is not configured. <b>not markup</b>",
        })),
      )
      .execute();
    http = await startFleet(store);
    if (kind === "sqlite") browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await http.stop();
  });

  const signIn = async (name: string, secret = password, headers: Record<string, string> = {}) => {
    const response = await fetch(`${http.url}/signin`, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: new URLSearchParams({ name, password: secret }),
    });
    return { status: response.status, cookie: response.headers.get("set-cookie") ?? "" };
  };
  const pairOf = (cookie: string) => cookie.split(";")[0]!;
  const csrfOf = async (cookie: string) => {
    const page = await (await fetch(http.url, { headers: { cookie } })).text();
    return /"csrf":"([\w-]+)"/.exec(page)![1]!;
  };
  const retry = (cookie: string, headers: Record<string, string>) =>
    fetch(`${http.url}/api/v1/dead-letters/retry`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json", ...headers },
      body: '{"ids":[999999]}',
    });

  test("nobody gets in without a session; a wrong password, another site's form and a changed password are refused", async () => {
    const away = await fetch(http.url, { redirect: "manual" });
    expect([away.status, away.headers.get("location")]).toEqual([303, "/signin"]);
    expect((await fetch(`${http.url}/api/v1/fleet`)).status).toBe(401);
    expect((await signIn("olga", "wrong password here")).status).toBe(401);
    expect((await signIn("nobody")).status).toBe(401);
    expect((await signIn("olga", password, { origin: "https://evil.example" })).status).toBe(403);
    const { status, cookie } = await signIn("vera");
    expect(status).toBe(303);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const kept = JSON.stringify([
      await store.db.selectFrom("sessions").selectAll().execute(),
      await store.db.selectFrom("accounts").selectAll().execute(),
    ]);
    expect(kept).toContain("$argon2id$");
    expect(kept).not.toContain(password);
    expect(kept).not.toContain(/=([\w-]+)/.exec(cookie)![1]!);
    await expect(setPassword(store.db, "vera", "short", 0)).rejects.toThrow("at least 12 characters");
    await setPassword(store.db, "vera", password, Date.now());
    expect((await fetch(`${http.url}/api/v1/fleet`, { headers: { cookie: pairOf(cookie) } })).status).toBe(
      401,
    );
    const idle = pairOf((await signIn("vera")).cookie);
    const asIdle = () => fetch(`${http.url}/api/v1/fleet`, { headers: { cookie: idle } });
    expect((await asIdle()).status).toBe(200);
    await store.db
      .updateTable("sessions")
      .set({ used_at: Date.now() - 8 * 3_600_000 })
      .execute();
    expect((await asIdle()).status).toBe(401);
    // PostgreSQL takes no text with a NUL
    expect((await signIn("ve\0ra")).status).toBe(401);
    await addAccount(store.db, { name: "gone", role: "viewer", password }, 0);
    const gone = pairOf((await signIn("gone")).cookie);
    expect((await fetch(`${http.url}/api/v1/fleet`, { headers: { cookie: gone } })).status).toBe(200);
    await removeAccount(store.db, "gone");
    expect((await fetch(`${http.url}/api/v1/fleet`, { headers: { cookie: gone } })).status).toBe(401);
  });

  test("a session changes something only with the page's own word and an operator's role; the trail says who did", async () => {
    const vera = pairOf((await signIn("vera")).cookie);
    const olga = pairOf((await signIn("olga")).cookie);
    const forVera = await csrfOf(vera);
    const forOlga = await csrfOf(olga);
    expect((await retry(olga, {})).status).toBe(401);
    expect((await retry(olga, { "x-csrf-token": forVera })).status).toBe(401);
    expect((await retry(vera, { "x-csrf-token": forVera })).status).toBe(403);
    expect((await retry(olga, { "x-csrf-token": forOlga })).status).toBe(200);
    const { entries } = (await (
      await fetch(`${http.url}/api/v1/audit`, { headers: { cookie: olga } })
    ).json()) as { entries: { actor: string; action: string }[] };
    expect(entries[0]).toMatchObject({
      actor: "olga",
      action: "retryDeadLetters",
      detail: { body: { ids: [999999] } },
    });
    expect(entries.some(({ actor, action }) => actor === "vera" && action === "retryDeadLetters")).toBe(
      false,
    );
    await fetch(`${http.url}/signout`, {
      ...{ method: "POST", redirect: "manual", body: new URLSearchParams({ csrf: forVera }) },
      headers: { cookie: vera },
    });
    const last = await store.db.selectFrom("audit").selectAll().orderBy("id", "desc").executeTakeFirst();
    expect(last).toMatchObject({ actor: "vera", action: "signOut" });
  });

  test("every address of the API that changes something refuses a viewer, a stranger, and an operator without the page's own word", async () => {
    const vera = pairOf((await signIn("vera")).cookie);
    const olga = pairOf((await signIn("olga")).cookie);
    const csrf = { vera: await csrfOf(vera), olga: await csrfOf(olga) };
    const state = async () =>
      JSON.stringify(
        await Promise.all(
          (["audit", "orgs", "outbox", "clocks", "accounts"] as const).map((table) =>
            store.db.selectFrom(table).selectAll().execute(),
          ),
        ),
      );
    const before = await state();
    const looks: string[] = [];
    for (const { method, path, scope } of http.routes) {
      const ask = async (headers: Record<string, string>) => {
        const { status } = await fetch(`${http.url}/api/v1${path.replace(/\{\w+\}/g, "org3")}`, {
          ...{ method, headers: { "content-type": "application/json", ...headers } },
          ...(method === "get" ? {} : { body: "{}" }),
        });
        return status;
      };
      const called = `${method} ${path}`;
      expect([called, await ask({})]).toEqual([called, 401]);
      if (method !== "get") expect([called, await ask({ cookie: olga })]).toEqual([called, 401]);
      const asViewer = await ask({ cookie: vera, "x-csrf-token": csrf.vera });
      if (scope === "operate") expect([called, asViewer]).toEqual([called, 403]);
      else {
        expect([called, asViewer]).not.toEqual([called, 403]);
        if (method !== "get") looks.push(path);
      }
    }
    // these take a body and only compute
    expect(looks).toEqual(["/orgs/{orgId}/what-if", "/orgs/{orgId}/plan-change/preview"]);
    const data = await fetch(`${http.url}/orgs/org3/export.jsonl.gz`, { headers: { cookie: vera } });
    expect(data.status).toBe(403);
    expect(await state()).toBe(before);
  });

  test("fifty orgs with 5,000 open cases: the most urgent first, filtered and by pages; a month's report; CSV", async () => {
    const cookie = pairOf((await signIn("vera")).cookie);
    const ask = async (path: string) =>
      (await fetch(http.url + path, { headers: { cookie } })).json() as Promise<Any>;
    const first = await ask("/api/v1/fleet/cases");
    expect(first.total).toBe(5000);
    expect(first.cases[0]).toMatchObject({
      orgId: "org17",
      subject: "No se puede facturar (5017)",
      status: "Breached",
    });
    const due = first.cases.map((one: { dueAt: number }) => one.dueAt);
    expect(due).toEqual([...due].sort((a, b) => a - b));
    expect((await ask("/api/v1/fleet/cases?offset=4990")).cases).toHaveLength(10);
    expect((await ask("/api/v1/fleet/cases?text=FACTURAR%20(5004")).cases).toHaveLength(1);
    expect((await ask("/api/v1/fleet/cases?text=100%25")).total).toBe(0);
    expect((await ask("/api/v1/fleet/cases?orgId=org4&state=overdue")).cases[0].orgId).toBe("org4");
    // a search finds what was acknowledged too, and by whom
    const ended = await ask("/api/v1/fleet/ended-cases?text=facturar%20(7000");
    expect(ended).toMatchObject({
      total: 1,
      cases: [{ caseNumber: "00007000", status: "Acknowledged", acknowledgedBy: "Carla Consultora" }],
    });
    expect((await ask("/api/v1/fleet/ended-cases?orgId=org4")).total).toBe(0);
    // and a case without coverage, which no clock counts
    expect(await ask("/api/v1/fleet/ended-cases?text=(7001&state=notCovered")).toMatchObject({
      total: 1,
      cases: [{ caseNumber: "00007001", status: "Not Covered", dueAt: null }],
    });
    const fleet = await ask("/api/v1/fleet");
    expect(fleet.orgs).toHaveLength(50);
    expect(fleet.orgs.find(({ id }: { id: string }) => id === "org3")).toMatchObject({
      waiting: 100,
      dead: 2,
    });
    // rows of several places stand side by side: each says whose time it tells
    const places = await fetch(`${http.url}/api/v1/fleet/cases?limit=1&offset=0`, { headers: { cookie } });
    expect(((await places.json()) as { cases: { place: unknown }[] }).cases[0]!.place).toEqual({
      es: "Buenos Aires",
      en: "Buenos Aires",
    });
    const month = new Date().toISOString().slice(0, 7);
    const page = await fetch(`${http.url}/reports/org17/${month}?lang=en`, { headers: { cookie } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("org17 S.A.")]);
    expect((await fetch(`${http.url}/reports/nobody/${month}`, { headers: { cookie } })).status).toBe(404);
    const wrong = await fetch(`${http.url}/reports/org17/2026-13`, {
      headers: { cookie, accept: "text/html", "accept-language": "es" },
    });
    expect([wrong.status, await wrong.text()]).toEqual([
      422,
      expect.stringContaining("<h1>A esta dirección le falta algo o le sobra.</h1>"),
    ]);
    const pdf = await fetch(`${http.url}/reports/org17/${month}.pdf?lang=es`, { headers: { cookie } });
    expect([pdf.status, pdf.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    expect((await pdf.text()).slice(0, 5)).toBe("%PDF-");
    // on the first of a month the cases can have started in the one before
    const before = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 7);
    const csv = await fetch(`${http.url}/reports/mtta.csv?from=${before}&to=${month}`, {
      headers: { cookie },
    });
    expect((await csv.text()).split("\r\n")[0]).toMatch(/^org,plan,priority,month,count,/);
    expect((await fetch(`${http.url}/api/docs`, { headers: { cookie } })).status).toBe(200);
  });

  if (kind === "sqlite")
    test("in a browser: sign in, the most urgent case, a dead letter tried again; a viewer cannot; nothing for axe to say", async () => {
      const signInAs = async (
        name: string,
        width: number,
      ): Promise<{ page: Page; close(): Promise<void> }> => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, locale: "es-AR" });
        const page = await context.newPage();
        await page.goto(http.url);
        await page.getByLabel("Usuario").fill(name);
        await page.getByLabel("Contraseña").fill(password);
        await page.getByRole("button", { name: "Ingresar" }).click();
        await page.locator(".queue li").first().waitFor();
        return { page, close: () => context.close() };
      };
      const { page, close } = await signInAs("olga", 1440);
      const focused = () => page.evaluate("document.activeElement.textContent.trim()");
      await page.keyboard.press("Tab");
      expect(await focused()).toBe("Ir al contenido");
      const urgent = page.locator(".queue li").first();
      expect(await urgent.innerText()).toMatch(
        /No se puede facturar \(5017\)[\s\S]*\+\d+:\d\d:\d\d[\s\S]*Vencido/,
      );
      const timer = urgent.getByRole("timer");
      const before = await timer.innerText();
      await until("the timer to run", async () => (await timer.innerText()) !== before);
      await accessible(page);
      await page.getByLabel("Buscar caso, asunto o cliente").fill("(7000)");
      await page
        .getByText(
          /00007000No se puede facturar \(7000\)P1 · org3 S\.A\. · Platinum · acuse de Carla Consultora/,
        )
        .first()
        .waitFor();
      await accessible(page);
      // a tile leads to the cases that it counts
      await page.locator("#tiles a", { hasText: "Vencidos" }).click();
      await until(
        "the overdue ones alone",
        async () => (await page.getByLabel("Estado").inputValue()) === "overdue",
      );
      await page
        .getByRole("navigation")
        .getByRole("link", { name: /Envíos fallidos/ })
        .click();
      await page.getByText("Texto original").first().click();
      await page.getByText("<b>not markup</b>").first().waitFor();
      await page.getByText("Texto original").first().click();
      await page.getByRole("button", { name: "Reintentar", exact: true }).first().click();
      await page.getByText("Vuelven a la cola: 1.").waitFor();
      expect((await outboxOf(store.db)).map(({ state }) => state)).toEqual(["pending", "dead"]);
      await page.getByRole("link", { name: "¿Qué pasaría?" }).click();
      await page.getByLabel("Zona horaria").fill("Buenos Aires");
      await page.getByRole("button", { name: "Comparar" }).click();
      await page.getByText("No existe la zona horaria “Buenos Aires”. Elegí una de la lista").waitFor();
      for (const tab of ["Clientes", "MTTA", "¿Qué pasaría?", "Auditoría"]) {
        await page.getByRole("link", { name: tab }).click();
        await page.locator("#view .card h1", { hasText: /.+/ }).first().waitFor();
        await accessible(page);
      }
      // a stopped org is said in the reader's language; what the service itself said is folded, and marked as English
      await new Registry(store.db).setStatus("org9", "stopped", {
        kind: "signIn",
        message: "login.example does not let sync@org9.example in.",
      });
      await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
      const alert = page.locator("#alerts .error");
      await alert.getByText("La org no deja entrar al servicio. Revisá la aplicación externa").waitFor();
      expect(await alert.locator("[lang=en]").isVisible()).toBe(false);
      expect(await alert.locator("[lang=en]").textContent()).toBe(
        "login.example does not let sync@org9.example in.",
      );
      // new data leave the focus on the user's link
      await page.getByRole("link", { name: "Clientes" }).click();
      const client = page.locator("#view tbody a").nth(7);
      await client.focus();
      const name = await client.innerText();
      await client.evaluate((link: Any) => link.setAttribute("data-before", ""));
      await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
      await page.locator("[data-before]").waitFor({ state: "detached" });
      expect(await focused()).toBe(name);
      await close();

      const viewer = await signInAs("vera", 400);
      await accessible(viewer.page);
      await viewer.page
        .getByRole("navigation")
        .getByRole("link", { name: /Envíos fallidos/ })
        .click();
      await viewer.page.getByText("Tu usuario es de consulta").waitFor();
      expect(await viewer.page.getByRole("button", { name: "Reintentar" }).count()).toBe(0);
      await accessible(viewer.page);
      await viewer.close();
    });
});
