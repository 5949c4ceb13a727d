// A newcomer plays the client on the page of Slack, WhatsApp and mail: each opens a case and is answered there.
import { expect, test } from "@jest/globals";
import { until } from "./waiting.ts";
import { consultant, type World } from "./world.ts";

/** A message has its case, with its deadline, and the answer within this, ms. The machine is busy with all other tests. */
const SOON = 60_000;

export function theClientsChannels(world: () => World): void {
  test("a mention and its form, a WhatsApp message and a mail each open a case, and are answered where they were written", async () => {
    const { browser, product, connect, faults } = world();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(120_000);
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(`http://127.0.0.1:${product.port + 4}/?lang=es&client=gold`);
    const section = (channel: string) => page.locator(`section[data-channel=${channel}]`);
    const send = (channel: string) => section(channel).getByRole("button", { name: "Enviar" }).click();
    const opened = async (channel: string) => {
      const answer = section(channel).getByText(/abrimos el caso \d+.*a más tardar el/);
      await answer.waitFor({ timeout: SOON });
      return /caso (\d+)/.exec(await answer.innerText())![1]!;
    };

    await section("slack").getByRole("textbox").fill("No entran los pedidos");
    await send("slack");
    await section("slack").getByRole("button", { name: "Abrir un caso" }).click();
    const form = page.getByRole("dialog");
    expect(await form.getByLabel("Asunto").inputValue()).toBe("No entran los pedidos");
    await form.getByText("Una función clave está afectada").click();
    await form.getByText("Sugerimos P2").waitFor();
    expect(await form.getByText(/^Hasta el /).count()).toBe(4);
    await form.getByRole("button", { name: "Enviar" }).click();
    // until the form is gone, keys go to it
    await form.waitFor({ state: "hidden" });
    await section("whatsapp").getByRole("textbox").fill("Se cayó la tienda");
    await send("whatsapp");
    await section("mail").getByLabel("Asunto").fill("Sin facturas");
    await section("mail").getByLabel("Mensaje").fill("No sale ninguna desde las 9.");
    await send("mail");

    const org = await connect("gold", consultant);
    for (const channel of ["slack", "whatsapp", "mail"]) {
      const number = await opened(channel);
      const of = async () =>
        (
          await org.query<{ Id: string; Support_Channel__c: string }>(
            `SELECT Id, Support_Channel__c FROM Case WHERE CaseNumber = '${number}' AND SLA_Ack_Due_At__c != null`,
          )
        ).records[0];
      await until("the deadline in the org", of);
      const record = (await of())!;
      const plan = { slack: "Slack", whatsapp: "WhatsApp", mail: "Email" }[channel];
      expect(record.Support_Channel__c).toBe(plan);
      const text = `Lo vemos, ${plan}.`;
      const comment = { ParentId: record.Id, CommentBody: text, IsPublished: true };
      await org.sobject("CaseComment").create(comment);
      await section(channel).getByText(text).waitFor();
    }
    await context.close();
  });
}
