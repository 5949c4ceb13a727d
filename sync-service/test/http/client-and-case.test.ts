// A client's page and a case's page: what they tell, by the API and in a browser, in both languages.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { audit } from "../../src/audit/audit.ts";
import type { Store } from "../../src/store/open.ts";
import { client, consultant, learn, openCase, outboxOf } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { accessible, startFleet, type Fleet } from "./fleet-world.ts";

jest.setTimeout(120_000);

const settings = {
  language: "es",
  dryRun: true,
  slackChannel: "C0123456789",
  recipients: { lead: [{ name: "Lucía Líder", slack: "C0123456789", email: "lucia@provider.example" }] },
  monthReport: { to: [{ name: "Gema", email: "gema@client.example" }] },
  contract: { plan: "Platinum", timeZone: "America/Argentina/Buenos_Aires", holidays: "AR" },
};

describeStores("a client's page and a case's page", (open, kind) => {
  let store: Store;
  let fleet: Fleet;
  let caseId: string;
  let browser: Browser | undefined;
  const started = Date.now() - 3_600_000;
  beforeAll(async () => {
    store = await open();
    const { db } = store;
    await client(db, { plan: "Platinum", settings });
    await client(db, { id: "other" });
    caseId = await openCase(db, "acme", 1, started);
    await openCase(db, "acme", 2, started);
    await learn(
      db,
      "acme",
      caseId,
      [{ id: "ack", at: started + 600_000, by: consultant, kind: "acknowledgement", via: "slack" }],
      started + 600_000,
    );
    const news = { stepLabel: { es: "Faltan 30 minutos", en: "30 minutes left" }, about: "step", cycle: 1 };
    const item = { org_id: "acme", case_id: caseId, created_at: started, not_before: started, attempts: 1 };
    await db
      .insertInto("outbox")
      .values([
        {
          ...item,
          key: `step/acme/${caseId}/1/warning/whatsapp/+5491155550000`,
          destination: "whatsapp:acme",
          kind: "notice.whatsapp",
          payload: JSON.stringify({ ...news, name: "Rita", address: "+5491155550000" }),
          state: "delivered",
          delivered_at: started + 1000,
        },
        {
          ...item,
          key: `step/acme/${caseId}/1/warning/email/lucia`,
          destination: "email:acme",
          kind: "notice.email",
          payload: JSON.stringify({ ...news, name: "Lucía Líder", address: "lucia@provider.example" }),
          state: "dead",
          attempts: 12,
          last_error: "550 no such mailbox",
        },
      ])
      .execute();
    await db
      .insertInto("said")
      .values({
        channel: "whatsapp",
        message_id: "wamid.1",
        outbox_key: `step/acme/${caseId}/1/warning/whatsapp/+5491155550000`,
        status: "read",
        at: started + 60_000,
        reason: null,
      })
      .execute();
    const by = { at: started, actor: "olga" };
    await audit(db, {
      ...by,
      action: "orgs.pause",
      detail: { org: "acme", before: "active", after: "paused" },
    });
    await audit(db, {
      ...by,
      action: "orgs.pause",
      detail: { org: "other", before: "active", after: "paused" },
    });
    fleet = await startFleet(store);
    if (kind === "sqlite") browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await fleet.stop();
  });

  test("a client's contract, promises, people, channels and trail are read; another client's are not among them", async () => {
    const { body } = await fleet.ask("vera", "/orgs/acme");
    expect(body).toMatchObject({
      name: "acme S.A.",
      dryRun: true,
      contracts: [{ plan: { en: "Platinum" }, holds: "now", startsOn: "2026-01-01", endsOn: null }],
      consultants: [{ name: "Carla Consultora", email: "carla@provider.example", until: null }],
      recipients: [
        {
          role: "lead",
          name: "Lucía Líder",
          by: [
            { channel: { en: "Email" }, address: "lucia@provider.example" },
            { channel: { en: "Slack" }, address: "C0123456789" },
          ],
        },
      ],
      monthReport: ["Gema (gema@client.example)"],
      doors: null,
    });
    expect(body.contracts[0].promises[0]).toEqual({
      priority: { es: "P1 – Crítico", en: "P1 – Critical" },
      target: { es: expect.stringMatching(/de cobertura$/), en: expect.stringMatching(/of coverage$/) },
      hours: { es: "todos los días, las 24 horas", en: "every day, around the clock" },
    });
    expect(body.channels).toContainEqual({
      name: { es: "Slack", en: "Slack" },
      configured: true,
      place: "C0123456789",
      recipients: 1,
    });
    const { entries } = (await fleet.ask("vera", "/audit?orgId=acme")).body;
    expect(entries.map(({ detail }: { detail: { org: string } }) => detail.org)).toEqual(["acme"]);
    expect((await fleet.ask("vera", "/orgs/nobody")).status).toBe(404);
  });

  test("a case tells its facts in words, its cycle with steps and ledger, and whether each notice arrived", async () => {
    const { body } = await fleet.ask("vera", `/orgs/acme/cases/${caseId}`);
    expect(body).toMatchObject({
      caseNumber: "00000001",
      client: "acme S.A.",
      priority: { es: "P1 – Crítico" },
      place: { es: "Buenos Aires" },
      cycles: [
        {
          cycle: 1,
          status: expect.stringMatching(/^Acknowledged/),
          acknowledgedBy: "Carla Consultora",
          evidence: "explicit",
          running: null,
          why: { es: [expect.anything(), expect.stringMatching(/^Total contado/), expect.anything()] },
        },
      ],
      facts: [
        { said: { es: "Acuse de recibo por Slack", en: "Acknowledged by Slack" }, by: "Carla Consultora" },
        { said: { en: "The case was opened (P1 – Critical, Portal)" }, role: { es: "quien pidió" } },
      ],
    });
    const told = body.items.filter(({ tells }: { tells: boolean }) => tells);
    expect(told).toMatchObject([
      { name: "Lucía Líder", state: "dead", reason: "550 no such mailbox", arrival: null },
      { name: "Rita", state: "delivered", step: { en: "30 minutes left" }, arrival: { status: "read" } },
    ]);
    const other = body.facts[0].at;
    expect(other).toEqual({ at: expect.any(Number), offset: -3 * 3_600_000 });
    expect((await fleet.ask("vera", `/orgs/other/cases/${caseId}`)).status).toBe(404);
    expect((await outboxOf(store.db)).length).toBeGreaterThan(2);
  });

  if (kind === "sqlite")
    test("in a browser both pages are read and left by links, in both languages and on a phone; nothing for axe to say", async () => {
      const page = await fleet.signInAs(browser!, "vera");
      await page.getByRole("link", { name: /No se puede facturar \(2\)/ }).click();
      await page.getByRole("heading", { level: 1, name: "No se puede facturar (2)" }).waitFor();
      await page.getByRole("timer").first().waitFor();
      await accessible(page);
      await page.goto(`${fleet.url}/#case/acme/${caseId}`);
      await page.getByText("Texto original").click();
      await page.getByText("550 no such mailbox").waitFor();
      await page.getByText("Texto original").click();
      expect(await page.locator("#view").innerText()).toMatch(/Leído|leído/);
      await page.getByText("Tramo por tramo").click();
      await accessible(page);
      await page.getByRole("link", { name: "acme S.A." }).click();
      await page.getByRole("heading", { level: 1, name: "acme S.A." }).waitFor();
      await page.getByText(/Mensajes retenidos: \d+\./).waitFor();
      // nothing of a client's page stands in English on the Spanish page
      expect(await page.locator("#view").innerText()).not.toMatch(/\b(In force|Holidays|undefined|null)\b/);
      await accessible(page);
      await page.setViewportSize({ width: 390, height: 900 });
      await accessible(page);
      await page.getByRole("link", { name: "English" }).click();
      await page.getByRole("heading", { level: 2, name: "Contract" }).waitFor();
      expect(new URL(page.url()).hash).toBe("#client/acme");
      await page.context().close();
    });
});
