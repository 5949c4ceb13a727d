// The browser's own zone data are older than the law. Its pages show what the service computes all the same.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { ComponentSet, MetadataConverter } from "@salesforce/source-deploy-retrieve";
import { compilePolicy, computeClocks, type Policy } from "c/slaEngine";
import { deployZip, stopCompiler } from "@compromiso/local-org/metadata";
import type { Browser, Page } from "playwright-core";
import { openOrg, type Opened } from "./opened.ts";
import { policyFor, readCatalogue } from "@compromiso/sync-service/contract";
import { settingsSchema } from "@compromiso/sync-service/org";
import { fieldsOf } from "@compromiso/sync-service/sla-fields";
import { launchChromium } from "../../../scripts/browser/chromium.ts";

jest.setTimeout(180_000);
const root = join(import.meta.dirname, "../../..");
/** `SCREENSHOTS=docs/images` keeps a picture of each place. */
const pictures = process.env.SCREENSHOTS;

let opened: Opened;
let browser: Browser;
let contractId: string;
beforeAll(async () => {
  execFileSync(process.execPath, [join(root, "scripts/build/build.js")]);
  opened = await openOrg();
  const { org, userId, insert } = opened;
  const set = ComponentSet.fromSource(join(root, "force-app/main"));
  const { zipBuffer } = await new MetadataConverter().convert(set, "metadata", { type: "zip" });
  const options = { checkOnly: false, rollbackOnError: true, purgeOnDelete: false };
  const outcome = await deployZip(org, zipBuffer!, options, 66);
  if (!outcome.success) throw new Error(JSON.stringify(outcome.failures));
  for (const { Name, Id } of [...org.rows("PermissionSet")])
    if (Name === "Support_Consultant" || Name === "Support_Client")
      for (const name of ["ana", "beto"])
        insert("PermissionSetAssignment", {
          AssigneeId: userId(`${name}@lightning.test`),
          PermissionSetId: Id,
        });
  contractId = insert("Support_Contract__c", { Status__c: "Active", Starts_On__c: "2020-01-01" });
  browser = await launchChromium();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await opened?.host.close();
  await stopCompiler();
});

/** What a clock on the wall of the place shows, by an offset written down from the law: no library's word is taken for it. */
const onTheWall = (at: number, hours: number): string =>
  new Date(at + hours * 3_600_000).toISOString().slice(11, 16);

/** Runs in the page. */
const asTheBrowserSays = ([at, timeZone]: readonly [number, string]): string =>
  new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    at,
  );

/** The policy as the service writes it, in the contract that is in force. */
function put(timeZone: string, more: object = {}): Policy {
  const now = opened.org.now();
  const terms = { plan: "Platinum", timeZone, holidays: "none", startsOn: "2020-01-01", ...more };
  const { contract } = settingsSchema.parse({ contract: terms });
  const policy = policyFor(readCatalogue(), contract!, now);
  const caller = { userId: opened.userId("ana@lightning.test"), api: "test", system: true };
  const fields = {
    Plan__c: policy.plan,
    Time_Zone__c: policy.timeZone,
    Policy__c: JSON.stringify(policy),
    Policy_Version__c: policy.version,
    Synced_At__c: new Date(now).toISOString(),
  };
  const [result] = opened.org.execute(caller, [
    { op: "update", object: "Support_Contract__c", id: contractId, fields },
  ]);
  expect(result).toMatchObject({ success: true });
  return policy;
}

/** Writes into a case what the service writes of its clock: the deadline and the ledger. */
function writeClock(caseId: string, createdAt: number, policy: Policy): void {
  const created = {
    ...{
      id: "created",
      kind: "created" as const,
      at: createdAt,
      by: { userId: null, role: "requester" as const },
    },
    ...{ status: "New", closed: false, owner: "queue" as const, contractId },
    ...{ priority: "P1", category: null, channel: null },
  };
  const contract = { id: contractId, status: "Active" as const, startsOn: null, endsOn: null, policy };
  const [clock] = computeClocks([created], [contract], createdAt);
  const caller = { userId: opened.userId("ana@lightning.test"), api: "test", system: true };
  const fields = fieldsOf(clock!, null, null);
  const [result] = opened.org.execute(caller, [{ op: "update", object: "Case", id: caseId, fields }]);
  expect(result).toMatchObject({ success: true });
}

async function go(page: Page, who: "ana" | "beto", target: string): Promise<void> {
  const query = `sid=${encodeURIComponent(opened.tokens[who])}&retURL=${encodeURIComponent(target)}`;
  await page.goto(`${opened.org.instanceUrl}/secur/frontdoor.jsp?${query}`);
}

const ordered = { orderedBy: "Ana Prueba", orderedAt: "2026-11-02T12:00:00Z" };
const english = { who: "ana", width: 1280 } as const;
const spanish = { who: "beto", width: 390 } as const;

test.each([
  ["America/Winnipeg", "Winnipeg", -5, english],
  ["America/Vancouver", "Vancouver", -7, spanish],
  ["Africa/Casablanca", "Casablanca", 0, english],
  ["America/Havana", "La Habana", -4, spanish],
] as const)(
  "%s: timer, due time, ledger and coverage week go by the law",
  async (name, place, hours, { who, width }) => {
    const policy = put(name);
    const caseId = opened.insert("Case", {
      ...{
        Subject: `La operación está detenida: ${place}`,
        Support_Priority__c: "P1",
        Status: "New",
        Origin: "Portal",
      },
      Support_Contract__c: contractId,
    });
    const createdAt = Math.floor(Number(opened.org.row("Case", caseId)!.CreatedDate) / 1000) * 1000;
    const compiled = compilePolicy(policy);
    const { calendar, target } = compiled.commitment("P1", null);
    const due = compiled.due(createdAt, calendar, target);
    writeClock(caseId, createdAt, policy);

    const page = await browser.newPage({ viewport: { width, height: 900 } });
    // the first page of a fresh clone waits for the base components to be bundled
    page.setDefaultTimeout(110_000);
    await go(page, who, `/lightning/app/c__Support/r/Case/${caseId}/view`);
    const sla = page.locator("c-case-sla");
    // said before the test waits for it, so that a page which shows another time is told with its words
    await sla.locator(".lead").waitFor();
    const lead = await sla.locator(".lead").innerText();
    expect(lead).toContain(onTheWall(due, hours));
    expect(lead).toContain(place);
    // the browser from npm would itself show another hour; an installed one may be newer
    if (browser.version().startsWith("153."))
      expect(await page.evaluate(asTheBrowserSays, [due, name] as const)).not.toBe(onTheWall(due, hours));
    await sla.locator(".more [aria-expanded=false]").first().click();
    const ledger = page.locator("c-sla-ledger");
    for (const at of [createdAt, due]) await ledger.getByText(onTheWall(at, hours)).first().waitFor();
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      await sla.screenshot({ path: join(pictures, `law-${place.toLowerCase().replace(/\W/g, "-")}.png`) });
    }

    await go(page, who, "/lightning/n/Support_Home");
    const week = page.locator("c-coverage-week");
    await week.locator(".day_today .now").waitFor();
    // how far the hand of today's column has come, against the place's own clock
    const shown = await week.locator(".day_today .now").getAttribute("style");
    const minutes = (Number(/([\d.]+)%/.exec(shown!)![1]) / 100) * 24 * 60;
    const local = new Date(opened.org.now() + hours * 3_600_000);
    expect(Math.abs(minutes - (local.getUTCHours() * 60 + local.getUTCMinutes()))).toBeLessThan(5);
    if (pictures) {
      await week.screenshot({
        path: join(pictures, `law-${place.toLowerCase().replace(/\W/g, "-")}-week.png`),
      });
    }
    await page.close();
  },
  120_000,
);

test.each([english, spanish])(
  "special hours stand in the coverage week, the promise before sending, the due time and the ledger: %o",
  async ({ who, width }) => {
    const [name, hours] = ["America/Winnipeg", -5] as const;
    const day = (days: number) =>
      new Date(opened.org.now() + hours * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
    // so that time counts whenever this runs, and by nothing else
    const policy = put(name, {
      plan: "Silver",
      specialHours: [
        { open: false, from: day(-7), to: day(7), name: "Year-end freeze", ...ordered },
        { open: true, from: day(-1), to: day(1), name: "Go-live", ...ordered },
      ],
    });
    const compiled = compilePolicy(policy);
    const { calendar, target } = compiled.commitment("P1", null);
    const dueFrom = (at: number) =>
      onTheWall(compiled.due(Math.floor(at / 1000) * 1000, calendar, target), hours);

    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.setDefaultTimeout(110_000);
    await go(page, who, "/lightning/n/Support_Home");
    const week = page.locator("c-coverage-week");
    await week.locator(".day_today .now").waitFor();
    expect(await week.innerText()).toContain("Go-live");
    expect(await week.innerText()).toContain("Year-end freeze");
    const intake = page.locator("c-case-intake");
    const promise = intake.locator("li, tr, .promise").filter({ hasText: "P1" }).first();
    await promise.waitFor();
    // a minute may have passed since the page said it
    const [before, now] = [dueFrom(opened.org.now() - 60_000), dueFrom(opened.org.now())];
    expect(await promise.innerText()).toMatch(new RegExp(`${before}|${now}`));
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `special-hours-${who}.png`), fullPage: true });
    }

    const caseId = opened.insert("Case", {
      ...{
        Subject: "La puesta en marcha se detuvo",
        Support_Priority__c: "P1",
        Status: "New",
        Origin: "Portal",
      },
      Support_Contract__c: contractId,
    });
    const createdAt = Number(opened.org.row("Case", caseId)!.CreatedDate);
    await go(page, who, `/lightning/app/c__Support/r/Case/${caseId}/view`);
    const sla = page.locator("c-case-sla");
    await sla.locator(".lead").waitFor();
    expect(await sla.locator(".lead").innerText()).toContain(dueFrom(createdAt));
    await sla.locator(".more [aria-expanded=false]").first().click();
    const ledger = page.locator("c-sla-ledger");
    await ledger.getByText("Go-live").first().waitFor();
    if (pictures) await sla.screenshot({ path: join(pictures, `special-hours-ledger-${who}.png`) });
    await page.close();
  },
  120_000,
);
