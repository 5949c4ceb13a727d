// Follows a consultant's day: a queue of three hundred cases, acknowledged in the queue and on the case page.
// It also covers a stopped service, a bad policy, a broken network and a wrong machine clock.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Connection } from "jsforce";
import { seriousFaults } from "./accessible.ts";
import {
  MINUTE,
  caseOf,
  casePage,
  cases,
  columns,
  commitment,
  counted,
  hold,
  open,
  queue,
  row,
  whoseCases,
  written,
  type CaseRow,
  type Whose,
} from "./cases.ts";
import { choose, pick } from "./combobox.ts";
import { focused, tabTo } from "./keyboard.ts";
import { until } from "./waiting.ts";
import { admin, bruno, consultant, martina, type Visit, type World } from "./world.ts";
import type { DemoClient, Person } from "../start/clients.ts";

const mtta = "/lightning/app/Support_Console/n/Support_MTTA";
const HOUR = 60 * MINUTE;

const sync = (client: DemoClient): Person => client.sync;

const fault = (world: World, path: string, method: string, input: object) =>
  fetch(`${world.product.org("platinum")}/_local/faults${path}`, { method, body: JSON.stringify(input) });
/** Makes the org refuse the next save of a case, with these words. */
const refuse = (world: World, id: string, message: string) =>
  fault(world, "/actions/fail-calls", "POST", {
    match: `PATCH /services/data/v68.0/ui-api/records/${id}`,
    status: 400,
    errorCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    message,
  });

export function aConsultantsDay(world: () => World): void {
  describe("a consultant", () => {
    let org: Connection;
    let visit: Visit;
    let whose: Whose;

    beforeAll(async () => {
      org = await world().connect("platinum", admin);
      whose = await whoseCases(world(), "platinum");
      for (const half of ["Cola A", "Cola B"])
        await open(
          org,
          whose,
          Array.from({ length: 150 }, (_, i) => ({
            subject: `${half} ${i}`,
            priority: `P${(i % 4) + 1}`,
            ago: (i % 50) * MINUTE,
          })),
        );
    }, 120_000);
    afterAll(async () => {
      await visit?.leave();
      // the browser logs every status above 399, including the refusals that this test asks for
      const { faults } = world();
      faults.splice(0, faults.length, ...faults.filter((each) => !/status of (400|404|412)/.test(each)));
    });

    test("works a queue of three hundred: filters, acknowledges in place and several at once, what is refused goes back", async () => {
      const ids = await open(
        org,
        whose,
        [1, 2, 3, 4].map((n) => ({ subject: `Pronto ${n}`, priority: "P1", ago: 55 * MINUTE + n })),
      );
      const rows = [];
      for (const id of ids) rows.push(await written(org, id));
      const [one, two, three, locked] = rows as [CaseRow, CaseRow, CaseRow, CaseRow];
      visit = await world().visit("platinum", consultant, queue);
      const { page } = visit;
      await counted(page).waitFor();
      const [, size] = /(\d+) casos abiertos/.exec(await counted(page).innerText())!;
      expect(Number(size)).toBeGreaterThanOrEqual(300);
      // the page adds rows while you scroll, up to the last one
      await until("the last row", async () => {
        const last = cases(page).last();
        await last.scrollIntoViewIfNeeded();
        return (await last.getAttribute("aria-posinset")) === size;
      });

      const fold = page.getByRole("button", { name: /^Filtros y orden/ });
      await fold.click();
      await choose(page, "Estado", "Vencido");
      // an element out of sight has no inner text
      const states = await cases(page).locator("c-sla-badge .word").allTextContents();
      expect(new Set(states.map((each) => each.trim()))).toEqual(new Set(["Vencido"]));
      await choose(page, "Estado", "Todos");
      await choose(page, "Prioridad", "P2 – Alto");
      expect(await row(page, "P1 ·").count()).toBe(0);
      await choose(page, "Prioridad", "P1 – Crítico");
      await choose(page, "Plan", "Platinum");
      await fold.click();
      await page.getByRole("button", { name: "Filtros y orden (2)" }).waitFor();
      await page.getByRole("searchbox", { name: "Buscar por número o asunto" }).fill("Pronto");
      await row(page, one.CaseNumber).waitFor();
      expect(await row(page, "Cola A").count()).toBe(0);

      await page.getByRole("button", { name: `Acusar recibo del caso ${one.CaseNumber}` }).click();
      await row(page, one.CaseNumber).getByText("Acuse a tiempo").waitFor();
      await page.getByText("Acuse de recibo registrado: 1.").waitFor({ state: "attached" });

      await refuse(world(), locked.Id, "Primero hay que completar la cuenta.");
      for (const { CaseNumber } of [two, three])
        await page.getByRole("checkbox", { name: `Seleccionar el caso ${CaseNumber}` }).check();
      await page.getByRole("button", { name: "Acusar recibo (2)" }).click();
      await page.getByText("Acuse de recibo registrado: 2.").waitFor();
      const lockedTick = page.getByRole("button", { name: `Acusar recibo del caso ${locked.CaseNumber}` });
      await hold(page, () => lockedTick.click());
      await page.getByText(`Sin acuse de recibo: ${locked.CaseNumber}.`).first().waitFor();
      await page.getByText("Primero hay que completar la cuenta.").waitFor();
      await row(page, locked.CaseNumber).getByText("En riesgo").waitFor();
      for (const { Id } of [one, two, three])
        await until("the service to confirm it", async () => {
          const { SLA_Status__c: status } = await caseOf(org, `Id = '${Id}'`);
          return status === "Acknowledged";
        });
      expect((await caseOf(org, `Id = '${locked.Id}'`)).SLA_Acknowledged_By__c).toBeNull();
    });

    test("works the queue by the keyboard alone: filters it, acknowledges several and one, opens one in a tab", async () => {
      const { page } = visit;
      const here = async () => (await focused(page)).text;
      const numberHere = async () => /\d{8}/.exec(await here())?.[0] ?? "";
      const said = (words: string) =>
        page.locator("c-sla-queue [aria-live=polite]").getByText(words).waitFor({ state: "attached" });

      await tabTo(page, /Buscar por número o asunto/, 60);
      await page.keyboard.press("Control+A");
      await page.keyboard.type("Cola B 4");
      await tabTo(page, /Filtros y orden/, 3);
      await page.keyboard.press("Enter");
      await tabTo(page, /Estado/, 2);
      await pick(page, "Esperan acuse de recibo");
      await page.getByRole("combobox", { name: "Estado" }).getByText("Esperan acuse de recibo").waitFor();
      // the filter shows only P1 cases: 4, 40, 44 and 48
      await until("the four that match", async () => (await cases(page).count()) === 4);

      await tabTo(page, /^Seleccionar el caso/, 6);
      const first = await numberHere();
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowDown");
      const second = await numberHere();
      expect(second).not.toBe(first);
      await page.keyboard.press("Space");
      await tabTo(page, /Acusar recibo \(2\)/, 12, "Shift+Tab");
      await page.keyboard.press("Enter");
      await said("Acuse de recibo registrado: 2.");
      await until("both to be gone", async () => (await cases(page).count()) === 2);

      const third = await numberHere();
      expect([first, second, ""]).not.toContain(third);
      await tabTo(page, new RegExp(`Acusar recibo del caso ${third}`), 1);
      await page.keyboard.press("Enter");
      await said("Acuse de recibo registrado: 1.");
      await until("the focus on the one that is left", async () => ![third, ""].includes(await numberHere()));
      const last = await numberHere();
      // the first press shows it beside the queue, the second opens it in a tab
      await page.keyboard.press("Enter");
      await commitment(page).getByRole("timer").waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: new RegExp(`^${last} · P1 · `) }).waitFor();
      await commitment(page).getByRole("timer").waitFor();

      const { records } = await org.query<CaseRow>(
        `SELECT ${columns} FROM Case WHERE Subject IN ('Cola B 4', 'Cola B 40', 'Cola B 44', 'Cola B 48')`,
      );
      const acknowledged = records.filter((each) => each.SLA_Acknowledged_By__c !== null);
      expect(acknowledged.map((each) => each.CaseNumber).sort()).toEqual([first, second, third].sort());
    });

    test("does a whole act by the keyboard alone: finds, looks at one case after the other, takes one, undoes, acknowledges the next", async () => {
      const ids = await open(
        org,
        whose,
        [1, 2, 3].map((n) => ({ subject: `Acto ${n}`, priority: "P1", ago: (10 - n) * MINUTE })),
      );
      const [first, second] = [await written(org, ids[0]!), await written(org, ids[1]!)];
      await written(org, ids[2]!);
      await visit?.leave();
      visit = await world().visit("platinum", consultant, queue);
      const { page } = visit;
      await counted(page).waitFor();
      const shows = (subject: string) =>
        page.locator("c-support-desk").getByRole("heading", { name: subject, level: 1 }).waitFor();

      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Teclas" }).getByText("Caso siguiente").waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await page.keyboard.press("/");
      await page.keyboard.type("Acto");
      await until("the three that match", async () => (await cases(page).count()) === 3);
      await page.keyboard.press("Enter");
      await page.keyboard.press("j");
      await shows("Acto 1");
      await commitment(page).getByRole("timer").waitFor();
      await page.keyboard.press("k");
      await shows("Acto 1");

      await page.keyboard.press("t");
      await row(page, first.CaseNumber)
        .getByText(/Deshacer/)
        .waitFor();
      await page.keyboard.press("u");
      await page.getByText("No se guardó nada.").waitFor();
      await page.keyboard.press("t");
      await page.keyboard.press("j");
      await shows("Acto 2");
      await page.keyboard.press("a");
      await row(page, second.CaseNumber)
        .getByText(/Deshacer/)
        .waitFor();
      await page.keyboard.press("j");
      await shows("Acto 3");
      expect(await seriousFaults(page)).toEqual([]);

      const me = (await visit.org.identity()).user_id;
      const saved = async () =>
        (
          await org.query<{ Subject: string; OwnerId: string; SLA_Acknowledged_By__c: string | null }>(
            "SELECT Subject, OwnerId, SLA_Acknowledged_By__c FROM Case WHERE Subject LIKE 'Acto%' ORDER BY Subject",
          )
        ).records.map((each) => [each.Subject, each.OwnerId === me, each.SLA_Acknowledged_By__c === me]);
      await until("both acts in the org", async () => {
        const rows = JSON.stringify(await saved());
        return (
          rows ===
          JSON.stringify([
            ["Acto 1", true, true],
            ["Acto 2", false, true],
            ["Acto 3", false, false],
          ])
        );
      });
    });

    test("is named the colleague who took a case without acknowledging it", async () => {
      const [id] = await open(org, whose, [{ subject: "Lo quiero yo", priority: "P1" }]);
      const { CaseNumber: number } = await written(org, id!);
      const { page } = visit;
      await page.getByRole("searchbox", { name: "Buscar por número o asunto" }).fill("Lo quiero");
      await row(page, number).waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.press("j");
      await commitment(page).getByRole("timer").waitFor();
      const asBruno = await world().connect("platinum", bruno);
      const { user_id: other } = await asBruno.identity();
      await page.keyboard.press("t");
      await row(page, number)
        .getByText(/Deshacer/)
        .waitFor();
      await asBruno.sobject("Case").update({ Id: id!, OwnerId: other });
      // making oneself the owner acknowledges: which is told depends on who is faster, the page or the service
      await page
        .getByText(new RegExp(`${number}: Bruno Díaz ya (lo había tomado|había acusado recibo)`))
        .waitFor();
      expect(
        (await org.query<{ OwnerId: string }>(`SELECT OwnerId FROM Case WHERE Id = '${id}'`)).records,
      ).toEqual([expect.objectContaining({ OwnerId: other })]);
      expect((await caseOf(org, `Id = '${id}'`)).SLA_Acknowledged_By__c).not.toBe(
        (await visit.org.identity()).user_id,
      );
    });

    test("is told of a crossing, sees it in the utility bar's count, and opens the case in a tab", async () => {
      const [id] = await open(org, whose, [{ subject: "Por cruzar", priority: "P1", ago: 30 * MINUTE }]);
      const { CaseNumber: number } = await written(org, id!);
      await visit?.leave();
      visit = await world().visit("platinum", consultant, queue, { clock: {} });
      const { page } = visit;
      await counted(page).waitFor();
      await page.getByRole("searchbox", { name: "Buscar por número o asunto" }).fill(number);
      await row(page, number).getByText("En curso").waitFor();
      const urgent = async () =>
        Number(/\((\d+)\)/.exec(await page.getByRole("button", { name: /^SLA/ }).innerText())?.[1]);
      const before = await urgent();

      // a case of one hour is at risk from 75 %, which is minute 45
      await page.clock.fastForward(16 * MINUTE);
      await row(page, number).getByText("En riesgo").waitFor();
      await until("the crossing to be said", async () =>
        (await page.locator("c-sla-queue [aria-live=polite]").allInnerTexts()).some((said) =>
          /Por cruzar: En riesgo|en riesgo/.test(said),
        ),
      );
      expect(await urgent()).toBeGreaterThan(before);

      await page.getByRole("link", { name: `${number} Por cruzar` }).click();
      await commitment(page).getByRole("timer").waitFor();
      await page.keyboard.press("o");
      await page.getByRole("link", { name: new RegExp(`^${number} · P1 · Por cruzar`) }).waitFor();
      await commitment(page).getByRole("timer").waitFor();
    });

    test("acknowledges a case by the keyboard alone: shown at once, taken back when it is refused, then saved", async () => {
      const [id] = await open(org, whose, [{ subject: "Con el teclado", priority: "P1" }]);
      await written(org, id!);
      await visit?.leave();
      visit = await world().visit("platinum", consultant, casePage(id!));
      const { page } = visit;
      const card = commitment(page);
      await card.getByText("En curso", { exact: true }).waitFor();

      await refuse(world(), id!, "Falta el motivo.");
      await fault(world(), "", "PATCH", { latency: 2000 });
      await page.keyboard.press("Alt+Shift+A");
      await card.getByText("Acuse a tiempo").waitFor();
      await fault(world(), "", "PATCH", { latency: 0 });
      await card.getByText("El acuse de recibo no se guardó; no cambió nada.").first().waitFor();
      await card.getByText("Falta el motivo.").waitFor();
      await card.getByText("En curso", { exact: true }).waitFor();

      await tabTo(page, /¿Por qué esta hora\?/);
      await page.keyboard.press("Enter");
      await card.getByText("Platinum · P1 – Crítico").waitFor();
      await tabTo(page, /Cambiar prioridad/, 3);
      await page.keyboard.press("Enter");
      // the menu takes the focus a moment later, to its first choice
      await until("the menu to have the focus", async () => /^P1 – /.test((await focused(page)).text));
      await until("its second choice", async () => {
        await page.keyboard.press("ArrowDown");
        return /^P2 – Alto · vence/.test((await focused(page)).text);
      });
      await page.keyboard.press("Enter");
      await until("its new priority", async () => {
        const { records } = await org.query<{ Support_Priority__c: string }>(
          `SELECT Support_Priority__c FROM Case WHERE Id = '${id}'`,
        );
        return records[0]!.Support_Priority__c === "P2";
      });
      await card.getByText("P2 – Alto").first().waitFor();
      // the ledger shows the change after the service has written it
      await card.getByText(/de P1 a P2|de P1 – Crítico a P2 – Alto/).waitFor();

      await page.keyboard.press("Alt+Shift+A");
      await card.getByText(/Acusaste recibo, /).waitFor();
      await until("the service to confirm it", async () => {
        const { SLA_Status__c: status } = await caseOf(org, `Id = '${id}'`);
        return status === "Acknowledged";
      });
    });

    test("sees the steps, the plan's coverage, and what happens to the case meanwhile", async () => {
      const [id] = await open(org, whose, [{ subject: "Cambia solo", priority: "P1", ago: 47 * MINUTE }]);
      await written(org, id!);
      await visit?.leave();
      visit = await world().visit("platinum", consultant, casePage(id!), { clock: {} });
      const { page } = visit;
      const steps = commitment(page).getByRole("list", { name: "Pasos" }).getByRole("listitem");
      await steps.first().waitFor();
      const said = await steps.allInnerTexts();
      expect(said.map((each) => each.replace(/\s+/g, " ").trim())).toEqual([
        "Pasado Apertura 0%",
        "Pasado Aviso 50%",
        "Pasado Advertencia 75%",
        expect.stringMatching(/^Momento crítico 90.* \d\d:\d\d$/),
        expect.stringMatching(/^Incumplimiento 100.* \d\d:\d\d$/),
      ]);
      await page.getByText("Plan: Platinum", { exact: true }).waitFor();

      const asClient = await world().connect("platinum", martina);
      await asClient.sobject("Case").update({ Id: id!, Status: "Closed" });
      await until("the service to cancel it", async () => {
        const { SLA_Status__c: status } = await caseOf(org, `Id = '${id}'`);
        return status === "Cancelled";
      });
      await page.clock.fastForward(61_000);
      await commitment(page).getByText("Cancelado").waitFor();
      // a cancelled clock shows the used time and no countdown
      expect(await commitment(page).getByRole("timer").textContent()).toMatch(/^\d+ min$/);
      await org.sobject("Case").destroy(id!);
      await page.clock.fastForward(61_000);
      await page.getByText("Este registro se eliminó").waitFor();
    });

    test("with the service off gets the same deadline to the second, marked; the page names an unreadable policy and does not guess", async () => {
      const contract = (await world().connect("platinum", sync)).sobject("Support_Contract__c");
      const { Policy__c: policy } = await contract.retrieve(whose.contract);
      await world().product.signalService("SIGSTOP");
      try {
        const [id] = await open(org, whose, [{ subject: "Sin servicio", priority: "P1", ago: 20 * MINUTE }]);
        await visit?.leave();
        visit = await world().visit("platinum", consultant, casePage(id!), { clock: {} });
        const { page } = visit;
        const card = commitment(page);
        await card.getByText(/^Provisorio/).waitFor();
        const due = () => card.getByRole("timer").getAttribute("title");
        const provisional = await due();

        for (const [unreadable, words] of [
          ["{ damaged", /La política del contrato no se puede leer/],
          [JSON.stringify({ ...JSON.parse(policy), formatVersion: 99 }), /tiene un formato más nuevo/],
          [null, /todavía no tiene su política/],
        ] as const) {
          await contract.update({ Id: whose.contract, Policy__c: unreadable as string });
          await page.clock.fastForward(61_000);
          await card.getByText(words).waitFor();
          expect(await card.getByRole("timer").count()).toBe(0);
        }
        await contract.update({ Id: whose.contract, Policy__c: policy });
        await page.clock.fastForward(61_000);
        await card.getByText(/^Provisorio/).waitFor();
        expect(await due()).toBe(provisional);

        await world().product.signalService("SIGCONT");
        const confirmed = await written(org, id!);
        expect(Date.parse(confirmed.SLA_Ack_Due_At__c!) - Date.parse(confirmed.CreatedDate)).toBe(HOUR);
        await page.clock.fastForward(61_000);
        await card.getByText(/^Provisorio/).waitFor({ state: "detached" });
        expect(await due()).toBe(provisional);
        await page.clock.fastForward(16 * MINUTE);
        await card.getByText(/Hace más de 15 minutos que no hay señales/).waitFor();
      } finally {
        await world().product.signalService("SIGCONT");
        await contract.update({ Id: whose.contract, Policy__c: policy });
      }
    });

    test("counts right on a machine whose clock is seven minutes ahead", async () => {
      const [id] = await open(org, whose, [{ subject: "Otro reloj", priority: "P1", ago: 5 * MINUTE }]);
      const { SLA_Ack_Due_At__c: due } = await written(org, id!);
      await visit?.leave();
      const clock = { time: Date.now() + 7 * MINUTE };
      visit = await world().visit("platinum", consultant, casePage(id!), { clock });
      const { page } = visit;
      const timer = commitment(page).getByRole("timer");
      await until("what is really left", async () => {
        const [hours, minutes, seconds] = ((await timer.textContent()) ?? "").split(":").map(Number);
        const left = ((hours! * 60 + minutes!) * 60 + seconds!) * 1000;
        return Math.abs(Date.parse(due!) - Date.now() - left) < 4000;
      });
    });

    test("reads the figures that the service wrote", async () => {
      await visit?.leave();
      visit = await world().visit("silver", consultant, mtta);
      const { page, org: asConsultant } = visit;
      await page.getByRole("table").waitFor();
      const minutes = (words: string): number | null => {
        const [, hours = "0"] = /(\d+) h/.exec(words) ?? [];
        const [, rest = "0"] = /(\d+) min/.exec(words) ?? [];
        return words === "—" ? null : (words.startsWith("−") ? -1 : 1) * (Number(hours) * 60 + Number(rest));
      };
      await until("the table to say what the records hold", async () => {
        const { records } = await asConsultant.query<Record<string, number | string | null>>(
          "SELECT Priority__c, Count__c, Mean_Minutes__c, Target_Minutes__c, Median_Minutes__c, P90_Minutes__c, " +
            "Budget_Minutes__c FROM Support_Summary__c ORDER BY Month__c DESC, Priority__c",
        );
        await page.reload();
        await page.getByRole("table").waitFor();
        const shown = await page
          .getByRole("table")
          .locator("tbody tr")
          .evaluateAll((lines) =>
            (lines as HTMLTableRowElement[]).map((line) => [...line.cells].map((cell) => cell.innerText)),
          );
        const round = (value: unknown) => (typeof value === "number" ? Math.round(value) : null);
        const kept = records.map((each) => [
          String(each.Priority__c),
          each.Count__c,
          round(each.Mean_Minutes__c),
          round(each.Target_Minutes__c),
          round(each.Median_Minutes__c),
          round(each.P90_Minutes__c),
          each.Count__c === 0 ? null : round(each.Budget_Minutes__c),
        ]);
        const read = shown.map(([, priority, count, mean, target, median, p90, , budget]) => [
          priority!.slice(0, 2),
          Number(count),
          minutes(mean!),
          minutes(target!),
          minutes(median!),
          minutes(p90!),
          minutes(budget!),
        ]);
        return kept.length > 0 && JSON.stringify(read) === JSON.stringify(kept);
      });
      expect(await page.getByRole("img", { name: /tiempo medio de respuesta por mes/ }).count()).toBe(1);
    });
  });
}
