// A client's whole life by the API and the page, against a real local org: check, add, live, another plan, suspension, end.
import { mkdtempSync, rmSync, copyFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Browser } from "playwright-core";
import { launchChromium } from "../../../scripts/browser/chromium.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { settingsOf } from "../../src/orgs/settings.ts";
import { refreshContracts } from "../../src/mirror/contracts.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";
import { startWorld, type TestOrg, type World } from "../orgs/org-world.ts";
import { clientId, people, secretApp } from "../orgs/people.ts";
import { factRow, createdFact } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { accessible, startFleet, type Fleet } from "./fleet-world.ts";

jest.setTimeout(180_000);

let world: World;
const keys = mkdtempSync(join(tmpdir(), "compromiso-keys-"));
beforeAll(async () => {
  world = await startWorld(["first", "second"]);
  writeFileSync(join(keys, "austral.secret"), `${secretApp.clientSecret}\n`);
  copyFileSync((world.orgs[0]!.entry.credentials as { keyFile: string }).keyFile, join(keys, "austral.key"));
}, 120_000);
afterAll(async () => {
  await world.close();
  rmSync(keys, { recursive: true, force: true });
});

describeStores("a client's life", (open, kind) => {
  let store: Store;
  let fleet: Fleet;
  let browser: Browser | undefined;
  /** Each store has an org of its own, because the contracts that a test writes stay there. */
  let org: TestOrg;
  const entry = (more: object = {}) => ({
    ...{ id: "austral", name: "Austral Retail", username: people.sync.username, clientId },
    ...{ instanceUrl: org.entry.instanceUrl, key: "austral.key", plaintext: true },
    pubsubEndpoint: org.entry.pubsubEndpoint,
    contract: { plan: "silver", timeZone: "America/Argentina/Buenos_Aires", holidays: "AR" },
    recipients: { lead: [{ name: "Lucía", email: "lucia@provider.example" }] },
    ...more,
  });
  beforeAll(async () => {
    store = await open();
    org = world.orgs[kind === "sqlite" ? 0 : 1]!;
    fleet = await startFleet(store, { accounts: {}, keys });
    if (kind === "sqlite") browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await fleet.stop();
  });
  const post = (path: string, body: unknown = {}) => fleet.ask("olga", path, body);
  const records = () => [...org.local.rows("Support_Contract__c")];
  /** What the running service does a little later. */
  const readContracts = async () => {
    const entry = (await new Registry(store.db).find("austral"))!;
    await refreshContracts(store, new OrgConnection(entry, systemClock), recomputeClocks, systemClock);
  };
  const trail = async () =>
    (await fleet.ask("vera", "/audit?orgId=austral")).body.entries as {
      actor: string;
      action: string;
      detail: Record<string, unknown>;
    }[];

  test("a wrong entry is refused with its path, in both languages, before the org is asked", async () => {
    const wrong = await post("/fleet/check-client", {
      ...entry({ id: "No good", instanceUrl: "http://foreign.example", nmae: "x" }),
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors).toContainEqual({
      path: "body.nmae",
      reason: "this key does not exist. Did you mean name?",
      es: "esta clave no existe. ¿Quisiste decir name?",
    });
    const { body } = await post(
      "/fleet/check-client",
      entry({
        ...{ id: "No good", instanceUrl: "http://foreign.example" },
        contract: { plan: "tin", timeZone: "Mars/Olympus", holidays: "ZZ" },
      }),
    );
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      "body.id",
      "body.instanceUrl",
      "body.contract.plan",
      "body.contract.timeZone",
      "body.contract.holidays",
    ]);
    expect(body.errors[2].es).toBe("No existe el plan “tin”. Están: Silver, Gold, Platinum");
    for (const key of ["../../etc/passwd", "other.key"])
      expect((await post("/fleet/check-client", entry({ key }))).body.errors[0].path).toBe("body.key");
  });

  test("the check says each finding in both languages and writes nothing; then the client is added, on a dry run", async () => {
    const before = JSON.stringify(records());
    const { status, body } = await post("/fleet/check-client", entry());
    expect([status, body.ready, body.install, body.contract.did]).toEqual([200, true, null, "nothing"]);
    expect(body.findings).toContainEqual({
      check: "permissions",
      is: "ok",
      says: "Support_Sync is assigned",
      es: "Support_Sync está asignado",
    });
    expect(JSON.stringify(records())).toBe(before);
    expect(await new Registry(store.db).all()).toEqual([]);
    // by the app's secret too: the org says which user that is
    const bySecret = { flow: "clientCredentials", clientId: secretApp.clientId };
    const checked = async (key: string) => {
      const { body } = await post("/fleet/check-client", entry({ ...bySecret, key }));
      const found = body.findings as { check: string; is: string; es: string }[];
      return [body.ready, found.find(({ check }) => check === "sign-in")?.is];
    };
    expect(await checked("austral.secret")).toEqual([true, "ok"]);
    expect(await checked("austral.key")).toEqual([false, "fault"]);
    const gone = await post("/fleet/add-client", entry({ pubsubEndpoint: "127.0.0.1:9" }));
    expect([gone.status, gone.body.errors[0].path]).toEqual([409, "events"]);
    expect(await new Registry(store.db).all()).toEqual([]);
    expect((await post("/fleet/add-client", entry())).status).toBe(200);
    const added = (await new Registry(store.db).find("austral"))!;
    expect(settingsOf(JSON.stringify(added.settings))).toMatchObject({ dryRun: true });
    expect((await trail())[0]).toMatchObject({
      actor: "olga",
      action: "orgs.add",
      detail: { org: "austral", plan: "Silver" },
    });
    await readContracts();
  });

  test("live, paused, resumed: each with who, before and after", async () => {
    expect((await post("/orgs/austral/go-live")).status).toBe(200);
    expect((await post("/orgs/austral/go-live")).body.errors[0].es).toBe("austral ya no está en ensayo");
    await post("/orgs/austral/pause");
    await post("/orgs/austral/resume");
    expect((await trail()).slice(0, 3)).toMatchObject([
      { action: "orgs.resume", detail: { before: "paused", after: "active" } },
      { action: "orgs.pause", detail: { before: "active", after: "paused" } },
      {
        action: "orgs.goLive",
        actor: "olga",
        detail: { changes: { "settings.dryRun": { before: true, after: false } } },
      },
    ]);
    expect((await post("/orgs/nobody/pause")).status).toBe(404);
    const { findings } = (await post("/orgs/austral/doctor")).body;
    expect(findings).toContainEqual(
      expect.objectContaining({ check: "contract", es: expect.stringMatching(/^Silver, vigente desde/) }),
    );
    // nobody has configured email: the test says so, and the trail counts it
    const { notices } = (await post("/orgs/austral/test-notice")).body;
    expect(notices).toMatchObject([{ channel: "email", arrived: false, reason: expect.any(String) }]);
    expect((await trail())[0]).toMatchObject({ action: "orgs.testNotice", detail: { sent: 0, failed: 1 } });
  });

  test("people and channels are changed, each fault at its path and in both languages; the trail says who was told before and after", async () => {
    const read = async () => (await fleet.ask("vera", "/orgs/austral/people")).body;
    const { revision, ...now } = await read();
    expect(now).toMatchObject({
      recipients: { lead: [{ name: "Lucía", email: "lucia@provider.example" }] },
      ...{ slackChannel: null, doors: null, monthReport: null },
    });
    const change = (body: object) => post("/orgs/austral/people", { revision, ...body });
    const { body: wrong } = await change({
      recipients: {
        lead: [{ email: "lucia" }, { slack: "general" }],
        "The team": [{ email: "a@b.example" }],
      },
      doors: { contacts: "", country: "Argentina" },
    });
    expect(wrong.errors).toEqual([
      {
        path: "body.recipients.lead.0.email",
        reason: expect.any(String),
        es: expect.stringMatching(/^una dirección/),
      },
      {
        path: "body.recipients.lead.1.slack",
        reason: expect.any(String),
        es: expect.stringMatching(/^un identificador/),
      },
      {
        path: "body.recipients.The team",
        reason: "not a name such as lead",
        es: expect.stringMatching(/^un nombre/),
      },
      { path: "body.doors.contacts", reason: expect.any(String), es: "no puede quedar vacío" },
      { path: "body.doors.country", reason: expect.any(String), es: "un código de país, como AR" },
    ]);
    const alone = await change({ recipients: { lead: [{ name: "Nadie" }] } });
    expect([alone.status, alone.body.errors[0].path]).toEqual([422, "body.recipients.lead.0"]);
    const unasked = await change({ doors: { contacts: "Nmae = 'x'" } });
    expect([unasked.status, unasked.body.errors[0]]).toEqual([
      422,
      {
        path: "body.doors.contacts",
        reason: expect.any(String),
        es: expect.stringMatching(/^la org no entiende esta condición «/),
      },
    ]);
    const before = JSON.stringify(records());
    const changed = await change({
      recipients: {
        lead: [{ name: "Lucía", email: "lucia@provider.example" }],
        manager: [{ name: "Gema", email: "gema@client.example", language: "en" }],
        director: [],
      },
      doors: { contacts: "Name != null" },
      slackChannel: "C0123456789",
    });
    expect([changed.status, changed.body.slackChannel]).toEqual([200, "C0123456789"]);
    expect(changed.body.findings.every(({ es }: { es: string }) => es.length > 0)).toBe(true);
    expect(JSON.stringify(records())).toBe(before);
    expect(await read()).toMatchObject({
      doors: { contacts: "Name != null", country: "AR", onCall: [] },
      recipients: { lead: [{ name: "Lucía" }], manager: [{ name: "Gema", language: "en" }] },
    });
    expect((await trail())[0]).toMatchObject({
      ...{ actor: "olga", action: "orgs.people" },
      detail: {
        org: "austral",
        changes: {
          "settings.recipients.manager": { before: null, after: [{ name: "Gema" }] },
          "settings.slackChannel": { before: null, after: "C0123456789" },
        },
      },
    });
    // somebody who read the form before that does not undo it
    const late = await change({ slackChannel: null });
    expect([late.status, late.body.es]).toEqual([409, expect.stringMatching(/^Alguien más cambió/)]);
    const { revision: latest } = await read();
    expect(
      (await post("/orgs/austral/people", { revision: latest, doors: null, slackChannel: null })).status,
    ).toBe(200);
    expect(await read()).toMatchObject({
      doors: null,
      slackChannel: null,
      recipients: { manager: [{ name: "Gema" }] },
    });
  });

  test("another plan is previewed by the engine: running clocks keep their promise; then it is written from its day", async () => {
    const { contracts } = (await fleet.ask("vera", "/orgs/austral")).body;
    const started = Date.now() - 60_000;
    const created = createdFact("austral", started, { contractId: contracts[0].id });
    await store.db
      .insertInto("facts")
      .values(factRow("austral", "500000000000009AAA", created))
      .execute();
    await store.db
      .transaction()
      .execute((tx) => recomputeClocks(tx, [{ orgId: "austral", caseId: "500000000000009AAA" }], started));
    const ask = (from: string) => ({ plan: "gold", from });
    const seen = await fleet.ask("vera", "/orgs/austral/plan-change/preview", ask("2099-01-15"));
    expect(seen.body).toMatchObject({
      plans: { before: { en: "Silver" }, after: { en: "Gold" } },
      ...{ from: "2099-01-15", runningCount: 1, movedCount: 0 },
      running: [{ caseId: "500000000000009AAA", moves: false }],
      months: [{ moves: false, before: expect.anything(), always: expect.anything() }],
    });
    expect(seen.body.promises[0].before).not.toEqual(seen.body.promises[0].after);
    const early = await post("/orgs/austral/plan-change", { ...ask("2020-01-01"), agreedBy: "Ana" });
    expect([early.status, early.body.errors[0].path]).toEqual([422, "body.from"]);
    const changed = await post("/orgs/austral/plan-change", {
      ...ask("2099-01-15"),
      ...{ agreedBy: "Ana Cliente", note: "Anexo 3" },
    });
    expect(changed.body).toEqual({ contract: { did: "replaced", startsOn: "2099-01-15" } });
    expect(records().map((row) => [row["Plan__c"], row["Starts_On__c"], row["Ends_On__c"]])).toEqual(
      expect.arrayContaining([
        ["Gold", "2099-01-15", null],
        ["Silver", expect.anything(), "2099-01-14"],
      ]),
    );
    expect((await trail())[0]).toMatchObject({
      action: "orgs.changePlan",
      detail: {
        ...{ agreedBy: "Ana Cliente", note: "Anexo 3" },
        changes: { "settings.contract.plan": { before: "Silver", after: "Gold" } },
      },
    });
    // the day is moved while it has not come: no second record is made
    const count = records().length;
    await post("/orgs/austral/plan-change", { plan: "silver", from: "2099-02-01", agreedBy: "Ana" });
    await readContracts();
    expect(records()).toHaveLength(count);
  });

  test("a suspension is written and taken back; a last day ends the contract; the export has it all, and forgetting asks for the name", async () => {
    const statuses = () => records().map((row) => row["Status__c"]);
    await post("/orgs/austral/suspend", { agreedBy: "Ana" });
    expect(statuses()).toContain("Suspended");
    await post("/orgs/austral/unsuspend", { agreedBy: "Ana" });
    expect(statuses()).not.toContain("Suspended");
    expect((await post("/orgs/austral/end", { endsOn: "2020-01-01", agreedBy: "Ana" })).status).toBe(422);
    await post("/orgs/austral/end", { endsOn: "2099-12-31", agreedBy: "Ana" });
    expect(records().map((row) => row["Ends_On__c"])).toContain("2099-12-31");
    const file = await fleet.get("olga", "/orgs/austral/export.jsonl.gz");
    const lines = gunzipSync(Buffer.from(await file.arrayBuffer()))
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { table?: string });
    expect(lines[0]).toMatchObject({ format: "compromiso-client", client: { id: "austral" } });
    expect(new Set(lines.map(({ table }) => table))).toEqual(
      new Set([undefined, "contracts", "contract_versions", "facts", "clocks", "outbox", "audit"]),
    );
    expect((await fleet.get("vera", "/orgs/austral/export.jsonl.gz")).status).toBe(403);
    if (kind === "sqlite") await inTheBrowser();
    const missed = await post("/orgs/austral/forget", { name: "austral" });
    expect([missed.status, missed.body.errors[0].es]).toEqual([422, "no es “Austral Retail”"]);
    expect((await post("/orgs/austral/forget", { name: "Austral Retail" })).status).toBe(200);
    expect(await new Registry(store.db).all()).toEqual([]);
    expect((await trail())[0]).toMatchObject({ action: "orgs.remove" });
  });

  async function inTheBrowser(): Promise<void> {
    const page = await fleet.signInAs(browser!, "olga");
    await page.goto(`${fleet.url}/#client/austral`);
    await page.getByRole("button", { name: "Revisar la org" }).click();
    await page.getByText("Support_Sync está asignado").waitFor();
    await accessible(page);
    await page.getByRole("button", { name: "Cancelar" }).click();
    await page.getByRole("button", { name: "Cambiar personas y canales" }).click();
    await page.getByRole("button", { name: "Agregar una persona" }).click();
    const third = page.getByRole("group", { name: "Persona 3" });
    await third.getByLabel("Correo").fill("nadie");
    await page.getByRole("button", { name: "Guardar" }).click();
    await third.getByText("una dirección de correo, como ana@empresa.com").waitFor();
    await accessible(page);
    await third.getByLabel("Correo").fill("tamara@provider.example");
    await third.getByLabel("Rol").selectOption("Equipo");
    await page.getByRole("button", { name: "Guardar" }).click();
    await page.getByRole("status").getByText("Quedó guardado. Esto falta todavía").waitFor();
    await accessible(page);
    await page.getByRole("button", { name: "Cerrar" }).click();
    await page.getByText("quién se entera (Equipo): — → correo: tamara@provider.example").waitFor();
    await page.getByRole("button", { name: "Cambiar de plan" }).click();
    await page.getByLabel("Plan nuevo").selectOption("Platinum");
    const change = page.getByRole("button", { name: "Cambiar el plan" });
    expect(await change.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Ver qué cambia" }).click();
    await page.getByText("Ninguno de los 1 relojes que corren se mueve").waitFor();
    expect(await change.isEnabled()).toBe(true);
    await accessible(page);
    await page.getByRole("button", { name: "Cancelar" }).click();
    await page.getByRole("button", { name: "Dar de baja" }).click();
    await page.getByRole("link", { name: "Descargar los datos" }).waitFor();
    await accessible(page);
    await page.goto(`${fleet.url}/#add`);
    await page.getByLabel("Nombre corto").fill("second");
    await page.getByLabel("Nombre del cliente").fill("Second S.A.");
    await page.getByLabel("Dirección de la org (My Domain)").fill(org.entry.instanceUrl);
    await page.getByLabel("Usuario del servicio").fill(people.sync.username);
    await page.getByLabel("Consumer key de la aplicación").fill(secretApp.clientId);
    await page.getByLabel("El servicio ingresa con").selectOption("el secreto de la aplicación");
    await page.getByLabel("Archivo del secreto").selectOption("austral.secret");
    await page.getByLabel("Zona horaria").fill("Mars/Olympus");
    await page.getByRole("button", { name: "Revisar", exact: true }).click();
    await page.getByText("No existe la zona horaria “Mars/Olympus”").waitFor();
    await page.getByLabel("Zona horaria").fill("America/Montevideo");
    await page.getByLabel("Dirección del Pub/Sub").fill(org.entry.pubsubEndpoint!);
    await page.getByLabel("Sin TLS").check();
    await page.getByRole("button", { name: "Revisar", exact: true }).click();
    await page.getByText("Todo en orden: el cliente se puede sumar.").waitFor();
    await accessible(page);
    await page.setViewportSize({ width: 390, height: 900 });
    await accessible(page);
    await page.context().close();
    const viewer = await fleet.signInAs(browser!, "vera", { width: 390 });
    await viewer.goto(`${fleet.url}/#client/austral`);
    await viewer.getByRole("heading", { name: "Contrato" }).waitFor();
    expect(await viewer.getByRole("button", { name: /Pausar|Cambiar de plan|Dar de baja/ }).count()).toBe(0);
    await viewer.goto(`${fleet.url}/#add`);
    await viewer.getByText("Tu usuario es de consulta").waitFor();
    await viewer.context().close();
  }
});
