// Runs the whole way with real parts. A client opens a case, a deadline appears, and the timer runs in the browser.
// One case gets no answer and breaches. Another gets an answer and is met.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Connection } from "jsforce";
import type { Browser } from "playwright-core";
import { casePage } from "./cases.ts";
import { launchChromium } from "./chromium.ts";
import { aClientsWay } from "./client-chapter.ts";
import { aConsultantsDay } from "./consultant-chapter.ts";
import { aConversation } from "./conversation-chapter.ts";
import { theClientsChannels } from "./doors-chapter.ts";
import { whatWentWrong } from "./faults-chapter.ts";
import { everyPage } from "./pages-chapter.ts";
import { newProduct, type Product } from "./product.ts";
import { sideBySide } from "./side-by-side.ts";
import { until } from "./waiting.ts";
import { admin, consultant, worldOf, type Plan, type World } from "./world.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

interface CaseRow {
  Id: string;
  Subject: string;
  CreatedDate: string;
  SLA_Status__c: string | null;
  SLA_Ack_Due_At__c: string | null;
  SLA_Acknowledged_At__c: string | null;
  SLA_Last_Step__c: string | null;
}
const columns =
  "Id, Subject, CreatedDate, SLA_Status__c, SLA_Ack_Due_At__c, SLA_Acknowledged_At__c, SLA_Last_Step__c";

let product: Product;
let browser: Browser;
let world: World;
const orgs = new Map<Plan, Connection>();

async function sf(...args: string[]): Promise<unknown> {
  const { stdout } = await run(
    process.execPath,
    [join(root, "scripts/start/sf-here.ts"), ...args, "--json"],
    {
      env: product.environment,
    },
  );
  return JSON.parse(stdout).result;
}

const caseOf = async (plan: Plan, where: string): Promise<CaseRow | undefined> =>
  (await orgs.get(plan)!.query<CaseRow>(`SELECT ${columns} FROM Case WHERE ${where}`)).records[0];

beforeAll(async () => {
  product = await newProduct();
  await product.start();
  browser = await launchChromium();
  world = worldOf(product, browser);
  for (const plan of ["silver", "gold", "platinum"] as const)
    orgs.set(plan, await world.connect(plan, admin));
}, 400_000);

afterAll(async () => {
  await browser?.close();
  await product?.remove();
}, 60_000);

describe("a case on its way", () => {
  test("npm start says where to look", () => {
    expect(product.output()).toContain(product.org("silver"));
    expect(product.output()).toContain(`http://127.0.0.1:${product.port}`);
  });

  test("a case opened with the sf CLI gets its deadline by its plan's rules", async () => {
    const { records } = await orgs
      .get("platinum")!
      .query<{ Id: string }>("SELECT Id FROM Support_Contract__c");
    const created = (await sf(
      ...["data", "create", "record", "-o", "platinum", "-s", "Case"],
      ...["-v", `Subject='Opened with sf' Support_Priority__c=P1 Support_Contract__c=${records[0]!.Id}`],
    )) as { id: string };
    const row = await until("its deadline", async () => {
      const found = await caseOf("platinum", `Id = '${created.id}'`);
      return found?.SLA_Ack_Due_At__c && found;
    });
    expect(row.SLA_Status__c).toBe("Running");
    // Platinum, P1: one hour, around the clock
    expect(Date.parse(row.SLA_Ack_Due_At__c!) - Date.parse(row.CreatedDate)).toBe(3_600_000);
  });

  sideBySide(
    Object.fromEntries(
      (["silver", "gold", "platinum"] as const).map((plan) => [
        `a consultant acknowledges on the ${plan} case page`,
        async () => {
          const { Id } = (await caseOf(plan, "Subject = 'Usuarios de depósito no pueden ingresar'"))!;
          await until("its deadline", async () => (await caseOf(plan, `Id = '${Id}'`))?.SLA_Ack_Due_At__c);
          const { page, leave } = await world.visit(plan, consultant, casePage(Id));
          const button = page.getByRole("button", { name: /Acusar recibo|Acknowledge/ });
          await button.waitFor();
          await button.click();
          const row = await until("the acknowledgement", async () => {
            const found = await caseOf(plan, `Id = '${Id}'`);
            return found?.SLA_Status__c?.startsWith("Acknowledged") && found;
          });
          expect(row.SLA_Status__c).toBe("Acknowledged");
          expect(row.SLA_Acknowledged_At__c).not.toBeNull();
          await button.waitFor({ state: "detached" });
          await leave();
        },
      ]),
    ),
  );
});

aClientsWay(() => world);

aConsultantsDay(() => world);

aConversation(() => world);
theClientsChannels(() => world);

whatWentWrong(() => world);

everyPage(() => world);

// this test comes last, because the breach comes more than a minute after the start
describe("a case that nobody answers", () => {
  test("a case without an answer becomes Breached at its instant, and the page says so", async () => {
    const { Id } = (await caseOf("platinum", "Subject = 'Pedidos duplicados desde la tienda'"))!;
    const { page, leave } = await world.visit("platinum", consultant, casePage(Id));
    const row = await until("the breach", async () => {
      const found = await caseOf("platinum", `Id = '${Id}'`);
      return found?.SLA_Status__c === "Breached" && found;
    });
    expect(row.SLA_Last_Step__c).toBe("breach");
    await page
      .getByText(/Vencido|Breached/)
      .first()
      .waitFor();
    await leave();
  });

  test("the page tells acknowledgements before and after their instant apart", async () => {
    for (const [subject, status] of [
      ["Error al cerrar oportunidades", "Acknowledged"],
      ["Reportes de ventas muy lentos", "Acknowledged Late"],
    ])
      expect((await caseOf("platinum", `Subject = '${subject}'`))?.SLA_Status__c).toBe(status);
  });
});

test("killing the service loses nothing: it catches up when it is back", async () => {
  await product.signalService("SIGKILL");
  const org = orgs.get("platinum")!;
  const created = await org.sobject("Case").create(
    ["one", "two", "three"].map((n) => ({
      Subject: `While it was away: ${n}`,
      Origin: "Email",
      Support_Priority__c: "P1",
    })),
  );
  for (const { id } of created)
    await until(
      "the deadline of a case opened meanwhile",
      async () => (await caseOf("platinum", `Id = '${id}'`))?.SLA_Ack_Due_At__c,
    );
});

test("no page had an error in its console", () => {
  expect(world.faults).toEqual([]);
});

test("Ctrl-C ends everything, and a second start keeps its data", async () => {
  const before = (await orgs.get("silver")!.query("SELECT COUNT() FROM Case")).totalSize;
  expect(await product.stop()).toBe(0);
  await expect(run("pgrep", ["-f", product.home])).rejects.toMatchObject({ code: 1 });
  await product.start();
  const silver = await world.connect("silver", admin);
  expect((await silver.query("SELECT COUNT() FROM Case")).totalSize).toBe(before);
  expect(readFileSync(join(product.home, "seeded.json"), "utf8")).toContain("silver");
}, 180_000);
