// Follows the conversation on a case between a client and two consultants: who sees each part, and the cost of a
// broken connection, a second tab or a bad text.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect } from "@jest/globals";
import type { Connection } from "jsforce";
import type { Page } from "playwright-core";
import { queue } from "./cases.ts";
import { focused, tabTo } from "./keyboard.ts";
import { sideBySide } from "./side-by-side.ts";
import { until } from "./waiting.ts";
import { admin, bruno, consultant, martina, tom, type Visit, type World } from "./world.ts";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

const plan = "platinum";
const asClient = (id: string) => `/lightning/app/Support/r/Case/${id}/view`;
const asConsultant = (id: string) => `/lightning/app/Support_Console/r/Case/${id}/view`;
/** One person's act is on another's page within this, ms: a question every 4 s, and a busy machine. */
const SOON = 30_000;

const talk = (page: Page) => page.locator("c-support-conversation:visible");
const line = (page: Page, words: string | RegExp) =>
  talk(page).getByRole("listitem").filter({ hasText: words });
const field = (page: Page) => talk(page).getByRole("textbox");
const commitment = (page: Page) => page.locator("c-case-sla:visible");
const button = (page: Page, name: string | RegExp) => talk(page).getByRole("button", { name });
async function write(page: Page, words: string, send: string | RegExp): Promise<void> {
  await field(page).fill(words);
  await button(page, send).click();
}

export function aConversation(world: () => World): void {
  describe("a conversation", () => {
    let org: Connection;
    let contract: string;

    /** A test that opens windows of its own, and leaves them at its end. */
    type Open = (who: typeof martina, path: string, width?: number) => Promise<Page>;
    const alone = (body: (visit: Open) => Promise<void>) => async () => {
      const visits: Visit[] = [];
      try {
        await body(async (who, path, width = 1280) => {
          const opened = await world().visit(plan, who, path, { width });
          visits.push(opened);
          return opened.page;
        });
      } finally {
        for (const each of visits) await each.leave();
      }
    };
    const openCase = async (subject: string): Promise<string> => {
      const client = await world().connect(plan, martina);
      const { id } = await client.sobject("Case").create({
        ...{ Subject: subject, Description: "Desde las nueve.", Status: "New", Support_Priority__c: "P1" },
        ...{ Support_Contract__c: contract, Support_Channel__c: "Portal" },
        Service_Category__c: "Incident Resolution",
      });
      await until("its deadline", async () => (await caseOf(id!)).SLA_Ack_Due_At__c);
      return id!;
    };
    const caseOf = async (id: string): Promise<Record<string, unknown>> =>
      (
        await org.query<Record<string, unknown>>(
          `SELECT Status, SLA_Status__c, SLA_Cycle__c, SLA_Ack_Due_At__c, SLA_Acknowledged_By__c FROM Case WHERE Id = '${id}'`,
        )
      ).records[0]!;
    const comments = async (id: string): Promise<{ CommentBody: string; IsPublished: boolean }[]> =>
      (
        await org.query<{ CommentBody: string; IsPublished: boolean }>(
          `SELECT CommentBody, IsPublished FROM CaseComment WHERE ParentId = '${id}' ORDER BY CreatedDate`,
        )
      ).records;

    beforeAll(async () => {
      org = await world().connect(plan, admin);
      contract = (await org.query<{ Id: string }>("SELECT Id FROM Support_Contract__c")).records[0]!.Id;
    });
    afterAll(() => {
      // the browser logs refusals and broken connections, which this chapter asks for
      const { faults } = world();
      faults.splice(
        0,
        faults.length,
        ...faults.filter(
          (each) =>
            !/status of (400|403|404|412)|ERR_(EMPTY_RESPONSE|INTERNET_DISCONNECTED|CONNECTION)/.test(each),
        ),
      );
    });

    sideBySide({
      "reply, note, message, file and email are seen by those whom they concern, without a reload": alone(
        async (visit) => {
          const id = await openCase("Conversación entera");
          const client = await visit(martina, asClient(id));
          const camila = await visit(consultant, asConsultant(id));
          await line(client, "Lo abriste vos").or(line(client, "Lo abrió")).first().waitFor();
          await line(camila, "Desde las nueve.").waitFor();

          // the page says what a reply does before it is sent
          await talk(camila).getByText("Tu respuesta acusa recibo de este caso.").waitFor();
          await camila.keyboard.press("r");
          await until("the cursor in the reply", async () =>
            /respuesta al cliente/.test((await focused(camila)).text),
          );
          await camila.keyboard.type("Ya lo miramos.");
          await camila.keyboard.press("Control+Enter");
          await line(camila, "Ya lo miramos.").waitFor();
          await line(client, "Ya lo miramos.").waitFor({ timeout: SOON });
          await commitment(client).getByText("Acuse a tiempo").waitFor({ timeout: SOON });
          await until(
            "the service to agree",
            async () => (await caseOf(id)).SLA_Status__c === "Acknowledged",
          );
          await talk(camila)
            .getByText("Tu respuesta acusa recibo de este caso.")
            .waitFor({ state: "detached" });

          await talk(camila).getByText("Nota interna", { exact: true }).click();
          await talk(camila).getByText("Solo los consultores leen esta nota.").waitFor();
          await write(camila, "Es el trigger de octubre.", "Guardar nota");
          await line(camila, "Es el trigger de octubre.").getByText("el cliente no la ve").waitFor();

          await write(client, "Tenemos 40 pedidos frenados.", "Enviar mensaje");
          await line(camila, "Tenemos 40 pedidos frenados.").waitFor({ timeout: SOON });
          await talk(client)
            .locator("input[type=file]")
            .setInputFiles({ name: "error.txt", mimeType: "text/plain", buffer: Buffer.from("ORA-00600") });
          await line(client, "error.txt").waitFor();
          await line(camila, "error.txt").waitFor({ timeout: SOON });
          const file = await line(camila, "error.txt").getByRole("link").getAttribute("href");
          const bytes = await camila.request.get(world().product.org(plan) + file!);
          expect(await bytes.text()).toBe("ORA-00600");

          await button(camila, "Correo…").click();
          const composer = camila.getByRole("dialog", { name: "Correo electrónico" });
          await composer.getByLabel("Para").fill("martina@andes.example");
          await composer.getByLabel("Asunto").fill("Su caso");
          await composer.getByLabel("Cuerpo").fill("Quedó resuelto.");
          await composer.getByRole("button", { name: "Enviar" }).click();
          await line(camila, "Quedó resuelto.")
            .getByText("por correo a martina@andes.example")
            .waitFor({ timeout: SOON });
          await line(client, "Quedó resuelto.").waitFor({ timeout: SOON });

          // by now whatever the client may see has come
          expect(await client.getByText("Es el trigger de octubre.").count()).toBe(0);
          expect(await talk(client).getByText("Nota interna").count()).toBe(0);
        },
      ),

      "no client reads an internal note: by REST, search, GraphQL, UI API or page": alone(async (visit) => {
        const id = await openCase("Nota privada");
        const consultantOrg = await world().connect(plan, consultant);
        const secret = "Nadie más lo lee";
        const { id: note } = await consultantOrg
          .sobject("Support_Note__c")
          .create({ Case__c: id, Body__c: secret });
        const client = await world().connect(plan, martina);
        const ask = (method: "GET" | "POST", url: string, body?: object) =>
          client.request<unknown>({
            method,
            url,
            ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
          });
        const api = "/services/data/v66.0";
        const query = `query { uiapi { query { Support_Note__c(first: 10) { edges { node { Body__c { value } } } } } } }`;
        const answers = await Promise.allSettled([
          client.query("SELECT Body__c FROM Support_Note__c"),
          client.query(`SELECT Id, (SELECT Body__c FROM Support_Notes__r) FROM Case WHERE Id = '${id}'`),
          client.sobject("Support_Note__c").retrieve(note!),
          client.sobject("Support_Note__c").create({ Case__c: id, Body__c: "Mine" }),
          ask("GET", `${api}/ui-api/records/${note}?fields=Support_Note__c.Body__c`),
          ask("GET", `${api}/ui-api/object-info/Support_Note__c`),
          ask(
            "GET",
            `${api}/ui-api/related-list-records/${id}/Support_Notes__r?fields=Support_Note__c.Body__c`,
          ),
          ask("POST", `${api}/graphql`, { query }),
          ask("GET", `${api}/search/?q=${encodeURIComponent(`FIND {${secret}}`)}`),
        ]);
        const told = answers.map((each) =>
          each.status === "fulfilled" ? JSON.stringify(each.value) : "refused",
        );
        for (const each of told) expect(each).not.toContain(secret);
        // a request that is not refused says that there is no such thing, or finds nothing
        expect(told.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => "refused"));
        expect(told[7]).toMatch(/Support_Note__c/);
        expect(JSON.parse(told[7]!).errors).not.toEqual([]);

        for (const who of [martina, tom]) {
          const page = await visit(who, asClient(id));
          await line(page, "Desde las nueve.").waitFor();
          expect(await page.getByText(secret).count()).toBe(0);
          expect(await page.content()).not.toContain(secret);
        }
        const colleague = await visit(bruno, asConsultant(id));
        await line(colleague, secret).waitFor();
      }),

      "a reply whose answer is lost is in the org once; one that never left is sent once it can be": alone(
        async (visit) => {
          const id = await openCase("Sin conexión");
          const page = await visit(bruno, asConsultant(id));
          await line(page, "Desde las nueve.").waitFor();
          // the org is asked once, since a browser sends a request that breaks off early anew by itself
          await page.route(
            "**/ui-api/records",
            async (route) => {
              await route.fetch();
              await route.abort("connectionreset");
            },
            { times: 1 },
          );
          await write(page, "Carried out, unheard.", "Send reply");
          await talk(page).getByText("The connection was lost.").waitFor();
          expect(await button(page, "Send reply").isDisabled()).toBe(true);
          await line(page, "Carried out, unheard.").waitFor();
          await until("the field to be empty", async () => (await field(page).inputValue()) === "");
          expect((await comments(id)).map(({ CommentBody }) => CommentBody)).toEqual([
            "Carried out, unheard.",
          ]);

          const context = page.context();
          // the page asks in vain, and stays as it is
          const inVain = page.waitForEvent("requestfailed");
          await context.setOffline(true);
          await inVain;
          await write(page, "Written in a tunnel.", "Send reply");
          await talk(page).getByText("The connection was lost.").waitFor();
          await page.reload().catch(() => {});
          await context.setOffline(false);
          // the tab was closed meanwhile, and the draft is still there
          await page.goto(world().product.org(plan) + asConsultant(id));
          await talk(page).getByText("Your text was not sent. It is still here.").waitFor();
          expect(await field(page).inputValue()).toBe("Written in a tunnel.");
          await button(page, "Send reply").click();
          await line(page, "Written in a tunnel.").waitFor();
          expect((await comments(id)).map(({ CommentBody }) => CommentBody)).toEqual([
            "Carried out, unheard.",
            "Written in a tunnel.",
          ]);
        },
      ),

      "a queue whose connection breaks keeps its cases, says so, and goes on by itself": alone(
        async (visit) => {
          const subject = "Cola sin conexión";
          await openCase(subject);
          const page = await visit(bruno, queue);
          // a long queue shows only its first cases
          await page.getByRole("searchbox", { name: "Search by number or subject" }).fill(subject);
          const row = page.locator("c-sla-queue").getByText(subject).filter({ visible: true });
          const told = page.getByText("The org cannot be reached just now.").filter({ visible: true });
          await row.waitFor();
          await page.context().setOffline(true);
          await told.waitFor();
          expect(await row.isVisible()).toBe(true);
          await page.context().setOffline(false);
          await told.waitFor({ state: "hidden", timeout: SOON });
          expect(await row.isVisible()).toBe(true);
        },
      ),

      "two tabs of one person share a draft, and send it once": alone(async (visit) => {
        const id = await openCase("Dos pestañas");
        const one = await visit(bruno, asConsultant(id));
        await line(one, "Desde las nueve.").waitFor();
        await field(one).fill("From two tabs.");
        const two = await one.context().newPage();
        await two.goto(world().product.org(plan) + asConsultant(id));
        await until(
          "the draft in the other tab",
          async () => (await field(two).inputValue()) === "From two tabs.",
        );
        await button(one, "Send reply").click();
        await line(one, "From two tabs.").waitFor();
        await until("the other tab's field to be empty", async () => (await field(two).inputValue()) === "");
        await line(two, "From two tabs.").waitFor({ timeout: SOON });
        expect(await comments(id)).toHaveLength(1);
      }),

      "an empty text is not sent, 4,000 bytes are, and one more is refused before the org is asked": alone(
        async (visit) => {
          const id = await openCase("Textos malos");
          const page = await visit(bruno, asConsultant(id));
          await line(page, "Desde las nueve.").waitFor();
          const send = button(page, "Send reply");
          await field(page).fill(" \n ");
          expect(await send.isDisabled()).toBe(true);
          const most = `${"🙂".repeat(500)}${"ñ".repeat(1000)}`;
          await field(page).fill(`${most}!`);
          await talk(page).getByText("This text is 1 bytes too long.").waitFor();
          expect(await send.isDisabled()).toBe(true);
          await field(page).fill(most);
          await talk(page).getByText("4,000 of 4,000 bytes").waitFor();
          await send.click();
          await line(page, "🙂").waitFor();
          expect((await comments(id))[0]!.CommentBody).toBe(most);
        },
      ),

      "a client closes a case with a reason and opens it again: the new time is there at once, with the old one":
        alone(async (visit) => {
          const id = await openCase("Cerrar y reabrir");
          const client = await visit(martina, asClient(id));
          await line(client, "Desde las nueve.").waitFor();
          await button(client, "Cerrar el caso…").click();
          await talk(client).getByText("Si cerrás el caso, ya no te debemos una respuesta.").waitFor();
          await write(client, "Ya anda.", "Enviar y cerrar");
          await talk(client).getByText("Este caso está cerrado.").waitFor();
          await commitment(client).getByText("Cancelado").waitFor({ timeout: SOON });
          await until(
            "the service to cancel it",
            async () => (await caseOf(id)).SLA_Status__c === "Cancelled",
          );

          const camila = await visit(consultant, asConsultant(id));
          await line(camila, "Ya anda.").waitFor();
          await button(client, "Volver a abrirlo…").click();
          await talk(client)
            .getByText(/Si lo volvés a abrir ahora, te respondemos a más tardar /)
            .waitFor();
          const before = Date.now();
          await write(client, "Falla otra vez.", "Enviar y volver a abrir");
          await commitment(client).getByText("Reabierto: ciclo 2").first().waitFor();
          expect(Date.now() - before).toBeLessThan(15_000);
          await commitment(client).getByText("En curso", { exact: true }).waitFor();
          await line(client, "Falla otra vez.").waitFor();
          await until("the second cycle", async () => (await caseOf(id)).SLA_Cycle__c === 2);
          await line(camila, "ciclo 2").first().waitFor({ timeout: SOON });
          await commitment(camila)
            .getByText(/Ciclo 1/)
            .waitFor({ timeout: SOON });
          expect((await comments(id)).map(({ CommentBody }) => CommentBody)).toEqual([
            "Ya anda.",
            "Falla otra vez.",
          ]);
        }),

      "a case that is deleted, or may not be written to, says so and keeps the text": alone(async (visit) => {
        const id = await openCase("Se borra");
        const page = await visit(bruno, asConsultant(id));
        await line(page, "Desde las nueve.").waitFor();
        await page.route(
          "**/ui-api/records",
          (route) =>
            route.fulfill({
              status: 403,
              json: [{ errorCode: "INSUFFICIENT_ACCESS", message: "You do not have this permission." }],
            }),
          { times: 1 },
        );
        await write(page, "May I?", "Send reply");
        await talk(page).getByText("You do not have this permission.").waitFor();
        expect(await field(page).inputValue()).toBe("May I?");
        await org.sobject("Case").destroy(id);
        await page
          .getByText(/This case was deleted|This record was deleted/)
          .first()
          .waitFor({ timeout: SOON });
      }),

      "the case says who was told when it opened, and that it arrived": alone(async (visit) => {
        const { home, environment } = world().product;
        const { user_id: salesforceUserId } = await (await world().connect(plan, bruno)).identity();
        const settings = JSON.parse(readFileSync(join(home, "service/settings-platinum.json"), "utf8"));
        const file = join(home, "service/settings-told.json");
        writeFileSync(file, JSON.stringify({ ...settings, recipients: { team: [{ salesforceUserId }] } }));
        const command = ["orgs", "update", plan, "--settings", file];
        await run(
          process.execPath,
          [
            join(root, "sync-service/bin/sla-sync.js"),
            ...command,
            "--config",
            join(home, "service/config.json"),
          ],
          { env: environment },
        );
        const id = await openCase("A quién se avisó");
        const client = await visit(martina, asClient(id));
        await line(client, "Se avisó por Salesforce.").waitFor();
      }),

      "the keyboard alone is enough for a client's message": alone(async (visit) => {
        const id = await openCase("Sin mouse, conversando");
        const page = await visit(tom, asClient(id), 390);
        await line(page, "Desde las nueve.").waitFor();
        await tabTo(page, /Your message to the support team/, 80);
        await page.keyboard.type("By keyboard.");
        await tabTo(page, /Send message/, 4);
        await page.keyboard.press("Enter");
        await line(page, "By keyboard.").waitFor();
        await until("the cursor where one goes on", async () =>
          /Your message/.test((await focused(page)).text),
        );
      }),
    });
  });
}
