// npm run hub-case: a client opens a case, and a consultant takes, answers and closes it in the hub, in a real browser.
// It says how long each way took, and keeps pictures of both sides in both languages, wide and on a phone.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Command } from "commander";
import type { Page } from "playwright-core";
import { overflow, seriousFaults } from "../browser/accessible.ts";
import { launchChromium } from "../browser/chromium.ts";
import { newProduct, runningProduct } from "../browser/product.ts";

const root = join(import.meta.dirname, "../..");
const options = new Command("hub-case")
  .description(
    "One case through the hub, in a real browser: how long each way took, and pictures of both sides.",
  )
  .option("--out <folder>", "where the pictures go", join(root, ".local/hub-case"))
  .option("--crowd <n>", "as many open cases of thirty more clients, and how fast their queue is", Number, 0)
  .option("--home <folder>", "the home of a product that runs with --hub")
  .option("--port <n>", "its first port", Number)
  .parse()
  .opts<{ out: string; home?: string; port?: number; crowd: number }>();
const running = options.home !== undefined && options.port !== undefined;
const product = running ? runningProduct(options.home!, options.port!) : await newProduct("--hub");
process.env.COMPROMISO_PORT = String(product.port);
const { demoClients, hub } = await import("../start/clients.ts");
const { signIn } = await import("../start/signin.ts");
if (!running) await product.start();
mkdirSync(options.out, { recursive: true });
const browser = await launchChromium();
const faults: string[] = [];
const key = join(product.home, "keys/jwt.key");
const client = demoClients.find(({ id }) => id === "gold")!;

async function open(org: typeof hub, person: typeof hub.admin, path: string, width = 1440): Promise<Page> {
  const { accessToken, instanceUrl } = await signIn(org, person, key);
  const context = await browser.newContext({ viewport: { width, height: 1100 } });
  context.setDefaultTimeout(120_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.goto(
    `${instanceUrl}/secur/frontdoor.jsp?sid=${encodeURIComponent(accessToken!)}&retURL=${encodeURIComponent(path)}`,
  );
  return page;
}
async function picture(page: Page, name: string): Promise<void> {
  if ((await overflow(page)) > 0) faults.push(`${name}: wider than the window`);
  for (const fault of await seriousFaults(page)) faults.push(`${name}: ${fault}`);
  await page.screenshot({ path: join(options.out, `${name}.png`) });
}
/** How long it took until it was so, ms. */
async function until(is: () => Promise<boolean>, what: string): Promise<number> {
  const began = performance.now();
  while (!(await is())) {
    if (performance.now() - began > 120_000) throw new Error(`${what} did not come`);
    await wait(50);
  }
  return Math.round(performance.now() - began);
}

/** Thirty more clients with open cases, as the service would have copied them, and the queue of all of them. */
async function crowd(count: number): Promise<void> {
  const service = await signIn(hub, hub.sync, key);
  const [known] = (
    await service.query<Record<string, string>>(
      "SELECT Policy__c, Policy_Version__c, Status__c, Starts_On__c FROM Client_Org__c WHERE Plan__c != null LIMIT 1",
    )
  ).records;
  const { attributes: _, ...policy } = known as never as { attributes: unknown };
  const synced = new Date().toISOString();
  const many = async (object: string, rows: Record<string, unknown>[]) => {
    const ids: string[] = [];
    for (let from = 0; from < rows.length; from += 200)
      for (const made of await service.sobject(object).create(rows.slice(from, from + 200)))
        if (made.success) ids.push(made.id);
        else throw new Error(JSON.stringify(made.errors));
    return ids;
  };
  const stem = `00D0${Date.now().toString(36).toUpperCase().slice(-6)}`;
  const clients = await many(
    "Client_Org__c",
    Array.from({ length: 30 }, (_, n) => ({
      ...{
        Name: `Cliente ${n + 1}`,
        Org_Id__c: `${stem}${String(n).padStart(5, "0")}EAA`,
        Link_State__c: "Linked",
      },
      ...{ ...policy, Synced_At__c: synced },
    })),
  );
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  await many(
    "Client_Case__c",
    Array.from({ length: count }, (_, n) => ({
      ...{ Client_Org__c: clients[n % 30], Key__c: `${stem}-${n}`, Case_Id__c: `500${n}`, Name: `C-${n}` },
      ...{
        Subject__c: `Caso ${n}`,
        Status__c: "New",
        Closed__c: false,
        State__c: "Live",
        Opened_At__c: at(-n - 60),
      },
      ...{ Support_Priority__c: `P${(n % 4) + 1}`, SLA_Status__c: "Running", SLA_Started_At__c: at(-60) },
      ...{
        SLA_Ack_Due_At__c: at(n - 30),
        SLA_Target_Minutes__c: 240,
        SLA_Elapsed_Minutes__c: 60,
        SLA_Cycle__c: 1,
      },
    })),
  );
  const began = performance.now();
  const page = await open(hub, hub.consultants[1]!, "/lightning/app/Hub_Console/n/Hub_Queue");
  await page.locator("c-support-case-row").first().waitFor();
  console.log(
    `the queue of ${count} more cases: first rows after ${Math.round(performance.now() - began)} ms`,
  );
  const search = page
    .locator("c-sla-queue")
    .getByRole("searchbox")
    .or(page.locator("c-sla-queue input[type=search]"));
  const filtering = performance.now();
  await search.first().fill("Caso 2999");
  await page.getByText("Caso 2999").first().waitFor();
  console.log(`searching in it: ${Math.round(performance.now() - filtering)} ms`);
  await picture(page, "queue-crowd-en-1440");
}

try {
  const martina = await signIn(client, client.clients[0]!, key);
  const inHub = await signIn(hub, hub.consultants[0]!, key);
  const [camila] = hub.consultants;
  const queue = await open(hub, camila!, "/lightning/app/Hub_Console/n/Hub_Queue");
  await queue.locator("c-sla-queue").first().waitFor();
  const [contract] = (await martina.query<{ Id: string }>("SELECT Id FROM Support_Contract__c LIMIT 1"))
    .records;
  const subject = `Nadie puede facturar ${Date.now() % 10_000}`;
  const { id: caseId } = await martina.sobject("Case").create({
    ...{ Subject: subject, Status: "New", Origin: "Web", Support_Contract__c: contract!.Id },
    ...{
      Support_Priority__c: "P1",
      Support_Channel__c: "Portal",
      Description: "Desde las nueve no sale ninguna.",
    },
  });
  const copies = async (soql: string) =>
    (await inHub.query<{ Id: string; Version__c: string }>(soql)).records;
  const copy = `SELECT Id FROM Client_Case__c WHERE Case_Id__c = '${caseId}'`;
  const record = await until(async () => (await copies(copy)).length > 0, "the case in the hub");
  const shown = await until(
    () => queue.getByText(subject).first().isVisible(),
    "the case in the queue's page",
  );
  console.log(
    `the client's commit → the hub's record: ${record} ms; → the open page of the queue: ${record + shown} ms more or less`,
  );
  await picture(queue, "queue-es-1440");
  const [{ Id: hubId } = { Id: "" }] = await copies(copy);
  const page = `/lightning/r/Client_Case__c/${hubId}/view`;
  const one = await open(hub, camila!, `/lightning/app/Hub_Console${page.replace("/lightning", "")}`);
  await one.locator("c-hub-case").waitFor();
  await one.locator("c-hub-case .take").click();
  await one
    .getByText("Tomado por Camila Rossi")
    .or(one.getByText(/Camila Rossi.*(Hecho|Cumplida)/))
    .first()
    .waitFor();
  const talk = one.locator("c-support-conversation");
  await talk.getByRole("textbox").first().fill("Ya lo estamos mirando: reiniciamos el servicio de facturas.");
  await talk.locator(".send").click();
  const comment = async () =>
    (await martina.query(`SELECT Id FROM CaseComment WHERE ParentId = '${caseId}'`)).records.length > 0;
  console.log(`a click on send → the comment in the client's org: ${await until(comment, "the answer")} ms`);
  await talk.getByText("reiniciamos el servicio").first().waitFor();
  await picture(one, "case-es-1440");
  await one.locator("c-hub-case .close").click();
  const closed = async () =>
    (await martina.query<{ IsClosed: boolean }>(`SELECT IsClosed FROM Case WHERE Id = '${caseId}'`))
      .records[0]!.IsClosed;
  console.log(`a click on close → closed in the client's org: ${await until(closed, "the closing")} ms`);
  const name = `Camila Rossi (${hub.label})`;
  const named = async () =>
    (
      await martina.query<{ SLA_Acknowledged_By_Name__c: string | null }>(
        `SELECT SLA_Acknowledged_By_Name__c FROM Case WHERE Id = '${caseId}'`,
      )
    ).records[0]!.SLA_Acknowledged_By_Name__c === name;
  console.log(`the name in the client's org: ${await until(named, "the name")} ms later`);
  for (const [who, language] of [
    [client.clients[0]!, "es"],
    [client.clients[1]!, "en"],
  ] as const)
    for (const width of [1440, 390]) {
      const theirs = await open(client, who, `/lightning/app/Support/r/Case/${caseId}/view`, width);
      await theirs.getByText("reiniciamos el servicio").first().waitFor();
      if (!(await theirs.getByText(name).first().isVisible())) faults.push(`${language} ${width}: no name`);
      await picture(theirs, `client-${language}-${width}`);
      await theirs.context().close();
    }
  for (const [who, language] of [
    [hub.consultants[0]!, "es"],
    [hub.consultants[1]!, "en"],
  ] as const)
    for (const width of [1440, 390]) {
      const ours = await open(hub, who, `/lightning/app/Hub_Console${page.replace("/lightning", "")}`, width);
      await ours.getByText("reiniciamos el servicio").first().waitFor();
      await picture(ours, `case-closed-${language}-${width}`);
      await ours.goto(new URL("/lightning/app/Hub_Console/n/Hub_Queue", ours.url()).href);
      await ours.locator("c-sla-queue").first().waitFor();
      await ours.getByRole("link").first().waitFor();
      await picture(ours, `queue-${language}-${width}`);
      await ours.context().close();
    }
  if (options.crowd > 0) await crowd(options.crowd);
  console.log(`pictures: ${options.out}`);
} finally {
  await browser.close();
  if (!running) await product.remove();
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
