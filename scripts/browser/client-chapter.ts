// Follows a client through the package: the plan, a case from its first word to its running timer, and the refusals.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { choose } from "./combobox.ts";
import { focused, tabTo } from "./keyboard.ts";
import { until } from "./waiting.ts";
import type { DemoClient, Person } from "../start/clients.ts";
import { admin, martina, tom, type Plan, type Visit, type World } from "./world.ts";

const home = "/lightning/app/Support/n/Support_Home";
const myCases = "/lightning/app/Support/n/Support_My_Cases";

interface CaseRow {
  Id: string;
  CreatedDate: string;
  Support_Priority__c: string;
  SLA_Status__c: string | null;
  SLA_Ack_Due_At__c: string | null;
  SLA_Needs_Quote__c: boolean;
}
const columns = "Id, CreatedDate, Support_Priority__c, SLA_Status__c, SLA_Ack_Due_At__c, SLA_Needs_Quote__c";

async function caseOf({ org }: Visit, subject: string): Promise<CaseRow | undefined> {
  const { records } = await org.query<CaseRow>(`SELECT ${columns} FROM Case WHERE Subject = '${subject}'`);
  return records[0];
}

const fault = (world: World, plan: Plan, action: string, input: object) =>
  fetch(`${world.product.org(plan)}/_local/faults/actions/${action}`, {
    method: "POST",
    body: JSON.stringify(input),
  });

/** Counts and removes the refusals with this status, because a browser logs each one as an error. */
function refusals({ faults }: World, status: number): number {
  const others = faults.filter((words) => !words.includes(`status of ${status}`));
  return faults.splice(0, faults.length, ...others).length - others.length;
}

/** The due instant with seconds, from the title of the timer. */
const dueSaid = (page: Page): Promise<string | null> => page.getByRole("timer").first().getAttribute("title");

export function aClientsWay(world: () => World): void {
  describe("a client", () => {
    let visit: Visit;
    afterAll(async () => {
      await visit?.leave();
    });

    test("opens a case with the keyboard alone while the service is off: promised, provisional, then the same to the second", async () => {
      const subject = `Sin mouse ${Date.now()}`;
      visit = await world().visit("platinum", martina, home);
      const { page } = visit;
      await page.getByRole("button", { name: "Abrir caso P3" }).waitFor();
      await world().product.signalService("SIGSTOP");
      try {
        await tabTo(page, /¿Qué pasa\?/);
        await page.keyboard.type(subject);
        await page.keyboard.press("Tab");
        expect((await focused(page)).text).toContain("Categoría");
        await page.keyboard.press("Enter");
        await page.getByRole("option", { name: "Resolución de incidentes y depuración" }).waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.getByText("Incluido en tu plan").waitFor();
        await tabTo(page, /Contanos más/, 3);
        await page.keyboard.type("Nadie puede facturar desde las nueve.");
        await tabTo(page, /Se frenó toda la operación/, 3);
        await page.keyboard.press("Space");
        await page.getByText(/Sugerimos P1 – Crítico/).waitFor();
        expect(await page.getByRole("radio", { name: /P1 – Crítico/ }).isChecked()).toBe(true);
        await tabTo(page, /P1 – Crítico/, 6);
        await page.keyboard.press("ArrowDown");
        expect(await page.getByRole("radio", { name: /P2 – Alto/ }).isChecked()).toBe(true);
        await page.keyboard.press("ArrowUp");
        await tabTo(page, /Abrir caso P1/, 3);
        await page.keyboard.press("Enter");

        await page.getByText(/El caso \d+ está abierto/).waitFor();
        await until("the focus on what was created", async () =>
          /está abierto/.test((await focused(page)).text),
        );
        expect(await page.getByText(/^Provisorio/).count()).toBe(1);
        const provisional = await dueSaid(page);
        const row = (await caseOf(visit, subject))!;
        expect(row.SLA_Ack_Due_At__c).toBeNull();

        await world().product.signalService("SIGCONT");
        const written = await until("the deadline that the service writes", async () => {
          const found = await caseOf(visit, subject);
          return found?.SLA_Ack_Due_At__c && found;
        });
        // Platinum, P1: one hour, around the clock
        expect(Date.parse(written.SLA_Ack_Due_At__c!) - Date.parse(written.CreatedDate)).toBe(3_600_000);
        await page.getByText(/^Provisorio/).waitFor({ state: "detached" });
        expect(await dueSaid(page)).toBe(provisional);
        const said = new Intl.DateTimeFormat("es-AR", {
          dateStyle: "full",
          timeStyle: "medium",
          hourCycle: "h23",
          timeZone: "America/Argentina/Buenos_Aires",
        });
        expect(provisional).toContain(said.format(Date.parse(written.SLA_Ack_Due_At__c!)));
      } finally {
        await world().product.signalService("SIGCONT");
      }

      await tabTo(page, /Ver el caso/, 3);
      await page.keyboard.press("Enter");
      await page.getByText("Compromiso de respuesta").waitFor();
      await page.goto(world().product.org("platinum") + myCases);
      const item = page.getByRole("listitem").filter({ hasText: subject });
      await item.getByRole("timer").waitFor();
      // a list counts minutes until the last half hour
      expect(await item.getByRole("timer").textContent()).toMatch(/^5\d min$/);
    });

    test("is told what is missing, what the plan does not have and what is quoted, and loses no word when sending fails", async () => {
      const subject = `A portal for dealers ${Date.now()}`;
      await visit?.leave();
      visit = await world().visit("silver", tom, home);
      const { page } = visit;
      const send = page.getByRole("button", { name: /^Open case P\d$/ });
      await send.click();
      await page.getByText("Say in a few words what is happening.").waitFor();
      await until("the focus on the first field to mend", async () =>
        /What is happening\?/.test((await focused(page)).text),
      );
      expect(
        await page.getByRole("textbox", { name: "What is happening?" }).getAttribute("aria-invalid"),
      ).toBe("true");

      await page.getByRole("textbox", { name: "What is happening?" }).fill(subject);
      await page.getByRole("textbox", { name: "Tell us more" }).fill("With a catalogue and orders.");
      await choose(page, "Category", "New development or bespoke project");
      await page.getByText(/we will quote it as an additional service/).waitFor();
      await page.getByText(/answered as P4 – Low/).waitFor();

      await choose(page, "Channel", "Slack (not in your plan)");
      await page.getByText("Slack is not part of Silver. It is included in Gold and Platinum.").waitFor();
      await send.click();
      expect(await caseOf(visit, subject)).toBeUndefined();
      await choose(page, "Channel", "WhatsApp");

      await fault(world(), "silver", "fail-calls", {
        match: "/ui-api/records",
        message: "The org is being moved.",
      });
      await send.click();
      await page.getByText("The org is being moved.").waitFor();
      expect(refusals(world(), 503)).toBe(1);
      expect(await page.getByRole("textbox", { name: "What is happening?" }).inputValue()).toBe(subject);
      await page.reload();
      await page.getByText("We kept your draft").waitFor();
      expect(await page.getByRole("textbox", { name: "What is happening?" }).inputValue()).toBe(subject);
      await send.click();
      await page.getByText(/Case \d+ is open/).waitFor();
      const row = await until("the deadline", async () => {
        const found = await caseOf(visit, subject);
        return found?.SLA_Ack_Due_At__c && found;
      });
      expect(row.SLA_Needs_Quote__c).toBe(true);
      await page.getByRole("button", { name: "View the case" }).click();
      await page
        .getByText(/^To quote/)
        .first()
        .waitFor();
    });

    test("cannot acknowledge or write what is the service's, by page or by API", async () => {
      await visit?.leave();
      const [found] = (
        await (
          await world().connect("platinum", admin)
        ).query<CaseRow>("SELECT Id FROM Case WHERE Subject = 'Ajustar la regla de asignación de leads'")
      ).records;
      visit = await world().visit("platinum", martina, `/lightning/app/Support/r/Case/${found!.Id}/view`);
      const { page, org } = visit;
      await page.getByRole("timer").first().waitFor();
      expect(await page.getByRole("button", { name: /Acusar recibo/ }).count()).toBe(0);

      const { fields } = await org.sobject("Case").describe();
      const theirs = fields.filter(({ name }) => name.startsWith("SLA_"));
      expect(theirs).toHaveLength(14);
      const me = (await org.identity()).user_id;
      const value: Record<string, unknown> = {
        reference: me,
        datetime: new Date().toISOString(),
        double: 1,
        boolean: true,
      };
      const before = await org.query(`SELECT FIELDS(ALL) FROM Case WHERE Id = '${found!.Id}' LIMIT 1`);
      for (const { name, type } of theirs) {
        const fieldsToWrite = { [name]: value[type] ?? "Acknowledged" };
        const answers = await Promise.allSettled([
          org.sobject("Case").update({ Id: found!.Id, ...fieldsToWrite }),
          org.request({
            method: "PATCH",
            url: `/services/data/v66.0/ui-api/records/${found!.Id}`,
            body: JSON.stringify({ fields: fieldsToWrite }),
            headers: { "content-type": "application/json" },
          }),
        ]);
        expect([name, answers.map(({ status }) => status)]).toEqual([name, ["rejected", "rejected"]]);
      }
      const after = await org.query(`SELECT FIELDS(ALL) FROM Case WHERE Id = '${found!.Id}' LIMIT 1`);
      expect(after.records).toEqual(before.records);
    });
  });

  describe("somebody new", () => {
    const username = `nadia.${Date.now()}@austral.example`;
    const nadia = (client: DemoClient): Person => ({ ...client.clients[0], username });
    let id: string;

    beforeAll(async () => {
      const org = await world().connect("silver", admin);
      const { records } = await org.query<{ Id: string }>(
        "SELECT Id FROM Profile WHERE Name = 'Minimum Access - Salesforce'",
      );
      const created = await org.sobject("User").create({
        Username: username,
        LastName: "Nadie",
        FirstName: "Nadia",
        Alias: "nadia",
        Email: username,
        ProfileId: records[0]!.Id,
        LanguageLocaleKey: "en_US",
        LocaleSidKey: "en_US",
        TimeZoneSidKey: "America/Argentina/Buenos_Aires",
        EmailEncodingKey: "UTF-8",
      });
      id = created.id!;
    });

    test.each([
      ["Support_Home", "Support: Client or Support: Consultant", 2],
      ["Support_My_Cases", "Support: Client or Support: Consultant", 1],
      ["Support_Queue", "Support: Client or Support: Consultant", 1],
      ["Support_MTTA", "Support: Client or Support: Consultant", 1],
      ["Support_Setup", "Support: Admin", 1],
    ])("without any permission set is told on %s which one is missing", async (tab, sets, times) => {
      const { page, leave } = await world().visit("silver", nadia, `/lightning/n/${tab}`);
      const notices = page.getByText(new RegExp(`You cannot see the support .*${sets}`));
      await until(`the notice of ${sets}`, async () => (await notices.count()) === times);
      refusals(world(), 400);
      await leave();
    });

    test("with Support: Client alone, on a profile that may do nothing, opens a case", async () => {
      const org = await world().connect("silver", admin);
      const { records } = await org.query<{ Id: string }>(
        "SELECT Id FROM PermissionSet WHERE Name = 'Support_Client'",
      );
      await org
        .sobject("PermissionSetAssignment")
        .create({ AssigneeId: id, PermissionSetId: records[0]!.Id });
      const subject = `Nadia was here ${Date.now()}`;
      const visit = await world().visit("silver", nadia, home);
      const { page } = visit;
      await page.getByRole("textbox", { name: "What is happening?" }).fill(subject);
      await page.getByRole("textbox", { name: "Tell us more" }).fill("It is slow.");
      await choose(page, "Category", "Performance optimisation");
      await page.getByRole("button", { name: "Open case P3" }).click();
      await page.getByText(/Case \d+ is open/).waitFor();
      await page.getByRole("button", { name: "View the case" }).click();
      await page.getByRole("timer").first().waitFor();
      await page.getByText(subject).first().waitFor();
      await visit.leave();
    });
  });
}
