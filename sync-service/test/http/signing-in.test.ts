// Signing in as people do it, in a browser: through the company's provider, and with a second factor.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { URI, type TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { createApp } from "../../src/http/app.ts";
import { addAccount } from "../../src/http/fleet/accounts.ts";
import { callbackPath, companyConfig, companySignIn } from "../../src/http/fleet/company.ts";
import { fleetRouter } from "../../src/http/fleet/router.ts";
import { secondFactorConfig } from "../../src/http/fleet/second-factor.ts";
import { bySession } from "../../src/http/fleet/sessions.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { deadLetterRoutes } from "../../src/http/routes/dead-letters.ts";
import { fleetRoutes } from "../../src/http/routes/fleet.ts";
import { ReportThread } from "../../src/reports/thread.ts";
import { silentLog, systemClock } from "../../src/runtime.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { worldOf } from "../../src/world.ts";
import { client } from "../clocks/world.ts";
import { newPlace } from "../stores.ts";
import { companyProvider, type CompanyProvider } from "./company-provider.mjs";

jest.setTimeout(120_000);
const password = "correct horse battery staple";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A folder for pictures; the test looks the same without it. */
const pictures = process.env["SIGN_IN_PICTURES"];

let store: Store;
let forget: () => Promise<void>;
let reports: ReportThread;
let provider: CompanyProvider;
let browser: Browser;
let url: string;
let later = 0;
const server = createServer();
beforeAll(async () => {
  const made = await newPlace("sqlite");
  ({ forget } = made);
  store = await openStore(made.place);
  const { db } = store;
  await client(db, { id: "austral", plan: "Gold" });
  await db
    .insertInto("outbox")
    .values({
      ...{ key: "k1", org_id: "austral", case_id: null, destination: "email:austral", kind: "notice.email" },
      ...{ payload: "{}", created_at: 1, not_before: 1, attempts: 12, state: "dead", last_error: "refused" },
    })
    .execute();
  reports = new ReportThread(store.place);
  provider = await companyProvider();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider.register({
    clientId: "fleet",
    clientSecret: "a secret of a test",
    redirectUri: url + callbackPath,
  });
  provider.as("vera", ["consultants"]);
  provider.as("olga", ["consultants", "support-leads"]);
  provider.ask();
  const clock = { ...systemClock, now: () => Date.now() + later };
  const world = worldOf({
    clock,
    log: silentLog,
    variable: (name) => ({ COMPANY: "a secret of a test", KEY: "k".repeat(32) })[name],
  });
  const company = companyConfig.parse({
    ...{ issuer: provider.issuer, publicUrl: url, clientId: "fleet", clientSecret: { env: "COMPANY" } },
    ...{ label: "Acme", operators: ["support-leads"], viewers: ["consultants"] },
  });
  const secondFactor = secondFactorConfig.parse({ key: { env: "KEY" } });
  server.on(
    "request",
    createApp({
      ...{ db, runtime: world, version: "1.2.3", perMinute: 100_000 },
      metrics: createMetrics({ reports, clock }),
      routes: [
        ...deadLetterRoutes(db, clock, () => {}),
        ...fleetRoutes(db, reports, clock, {
          health: () => new Map(),
          apiUse: () => null,
          troubled: () => [],
          clockOffset: () => 0,
        }),
      ],
      mounts: [
        {
          path: "/",
          router: fleetRouter(db, reports, world, {
            ...{ signInsPerMinute: 100, secondFactor, company: companySignIn(db, world, company) },
          }),
        },
      ],
      alsoAuthenticate: [bySession(db, clock)],
    }),
  );
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await provider.close();
  await reports.stop();
  await store.close();
  await forget();
});

/** What axe finds, what is wider than the window, and a picture for people to look at. */
async function looksRight(page: Page, name: string): Promise<void> {
  const found = await page.evaluate(
    `${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
      .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
  );
  expect(found).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  if (pictures !== undefined)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true });
    }
}

test("a viewer and an operator of the company sign in; what the viewer cannot do, by page and by API", async () => {
  const through = async (person: string, locale: string, width: number, dead: RegExp) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, locale });
    const page = await context.newPage();
    await page.goto(url);
    await looksRight(page, `sign-in-${locale}-${width}`);
    await page.getByRole("link", { name: /Acme/ }).click();
    await page.getByRole("heading", { name: "Who are you?" }).waitFor();
    await page.getByRole("button", { name: person }).click();
    await page.getByText(`${person}@company.example`).waitFor();
    await page.getByRole("navigation").getByRole("link", { name: dead }).click();
    // on the Spanish page, another system's words are folded away, and an open fold holds the page still
    const folded = locale.startsWith("es");
    const unfold = () => page.getByText("Texto original").first().click();
    if (folded) await unfold();
    await page.getByText("refused", { exact: true }).first().waitFor();
    if (folded) await unfold();
    // the page refreshes by itself, and stays whole
    const refreshed = page.waitForResponse(/dead-letters/);
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await refreshed;
    expect(await page.getByRole("navigation").count()).toBe(1);
    await looksRight(page, `dead-letters-${person}-${locale}-${width}`);
    const retry = () =>
      page.evaluate(`fetch("/api/v1/dead-letters/retry", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-csrf-token": JSON.parse(document.querySelector("#setup").textContent).csrf,
        },
        body: '{"ids":[424242]}',
      }).then(({ status }) => status)`);
    return { page, retry, close: () => context.close() };
  };
  const viewer = await through("vera", "es-AR", 390, /Envíos fallidos/);
  await viewer.page.getByText("Tu usuario es de consulta").waitFor();
  expect(await viewer.page.getByRole("button", { name: /Reintentar|Descartar/ }).count()).toBe(0);
  expect(await viewer.retry()).toBe(403);
  await viewer.close();

  const operator = await through("olga", "en-GB", 1440, /Dead letters/);
  expect(await operator.retry()).toBe(200);
  await operator.page.getByRole("button", { name: "Try again", exact: true }).first().click();
  await operator.page.getByText("Back in the queue: 1.").waitFor();
  await operator.page.goto(`${url}/account`);
  await operator.page.getByText("Your company sets up the second factor").waitFor();
  await operator.close();
});

test("somebody sets up the second factor with their app, and signs in with it", async () => {
  await addAccount(store.db, { name: "luz", role: "operator", password }, 0);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "es-AR" });
  const page = await context.newPage();
  const signIn = async () => {
    await page.goto(url);
    await page.getByLabel("Usuario").fill("luz");
    await page.getByLabel("Contraseña").fill(password);
    await page.getByRole("button", { name: "Ingresar", exact: true }).click();
  };
  await signIn();
  await page.getByRole("link", { name: /luz/ }).click();
  await looksRight(page, "second-factor-off-es-390");
  await page.getByRole("button", { name: "Activar el segundo factor" }).click();
  await page.getByRole("img", { name: "Código QR para la aplicación" }).waitFor();
  await looksRight(page, "second-factor-setup-es-390");
  const key = (await page.locator(".key").innerText()).replaceAll(" ", "");
  const code = () =>
    (URI.parse(`otpauth://totp/x?secret=${key}`) as TOTP).generate({ timestamp: Date.now() + later });
  await page.getByLabel("Código", { exact: true }).fill(code());
  await page.getByRole("button", { name: "Activar" }).click();
  await page.getByRole("heading", { name: "Guardá estos códigos de recuperación" }).waitFor();
  await looksRight(page, "second-factor-codes-es-390");
  await page.getByRole("link", { name: "Ya los guardé" }).click();
  await page.getByRole("button", { name: "Salir" }).click();
  later += 60_000;
  await signIn();
  await page.getByRole("heading", { name: "Segundo factor" }).waitFor();
  await looksRight(page, "second-factor-code-es-390");
  await page.getByLabel("Código").fill("000000");
  await page.getByRole("button", { name: "Continuar" }).click();
  await page.getByRole("alert").getByText("El código no es correcto").waitFor();
  await page.getByLabel("Código").fill(code());
  await page.getByRole("button", { name: "Continuar" }).click();
  await page.getByRole("link", { name: /luz/ }).waitFor();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${url}/account?lang=en`);
  await page.getByText("10 recovery codes are left").waitFor();
  await looksRight(page, "second-factor-on-en-1440");
  await context.close();
});
