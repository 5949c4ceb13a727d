import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { wordsIn } from "../../src/http/fleet/words.ts";
import { reportPage } from "../../src/http/fleet/report-page.ts";
import { monthPdf } from "../../src/messages/month/pdf.ts";
import type { MonthReport, MonthRow } from "../../src/messages/month/report.ts";

const now = Date.parse("2026-12-05T12:00:00Z");

const row = (budgetMinutes: number, inTime: number): MonthRow => ({
  ...{ name: { es: "P1 – Crítico", en: "P1 – Critical" }, count: 10, inTime, waiting: 0, budgetMinutes },
  ...{ meanMinutes: 100, targetMinutes: 240, medianMinutes: 90, p90Minutes: 300, resolveMeanMinutes: null },
});

/** A month of ten cases. */
const month = (budgetMinutes: number, inTime: number, more: Partial<MonthReport> = {}): MonthReport => ({
  ...{ asOf: now, month: "2026-11", running: false, client: "Austral <Retail>", law: "2026f" },
  ...{ plans: [{ es: "Gold", en: "Gold" }], timeZone: "America/Argentina/Buenos_Aires" },
  all: row(budgetMinutes, inTime),
  trend: ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"].map((name, at) => ({
    ...{ month: name, count: at === 2 ? 0 : 10, inTime: 9, targetMinutes: 100 },
    meanMinutes: at === 4 ? 150 : 60,
  })),
  ...{ priorities: [row(budgetMinutes, inTime)], categories: [], channels: [] },
  ...{ worst: { caseNumber: "00001006", minutes: 150 }, late: [], lateCount: 10 - inTime },
  ...more,
});
const page = (report: MonthReport, language: "es" | "en" = "en") =>
  reportPage(report, { orgId: "austral", provider: { name: "Su Consultora" }, language });
const headline = (budget: number, inTime: number, language: "es" | "en" = "en"): string =>
  /<p class="verdict[^>]*>[^<]*/.exec(page(month(budget, inTime), language))![0];

test("a mean within the target praises no month in which half was late", () => {
  expect(headline(1400, 5)).toBe(
    '<p class="verdict mixed">The mean time was within what was promised. In time: 5 of 10 cases (50%).',
  );
  expect(headline(1400, 5, "es")).toContain(
    "El tiempo medio quedó dentro de lo prometido. En término: 5 de 10 casos (50",
  );
});

test("a month is good only when every case was in time too, and bad when the mean was over", () => {
  expect(headline(1400, 10)).toBe(
    '<p class="verdict good">The mean time was within what was promised. Every case was acknowledged in time.',
  );
  expect(headline(-20, 9)).toContain('class="verdict bad">The mean time was over');
});

test("the trend says each month in words, and a month over the promise rises above the line", () => {
  const html = page(month(1400, 10));
  expect(html).toContain("<li>August 2026: no cases.</li>");
  expect(html).toContain("<li>October 2026: mean 2 h 30 min, promised 1 h 40 min; in time 9 of 10.</li>");
  const line = Number(/class="trend-promise"[^>]*y1="(\d+)"/.exec(html)![1]);
  const tops = [...html.matchAll(/<rect class="(trend-(?:kept|over))"[^>]* y="(\d+)"/g)];
  expect(tops.map(([, kind]) => kind)).toEqual([
    "trend-kept",
    "trend-kept",
    "trend-kept",
    "trend-over",
    "trend-kept",
  ]);
  for (const [, kind, top] of tops) expect(Number(top) < line).toBe(kind === "trend-over");
});

test("a late case tells its reasons from its own record, in the reader's language and the place's time", () => {
  const late = month(100, 9, {
    late: [
      {
        ...{
          caseNumber: "00001006",
          caseId: "500000000000001AAA",
          subject: "Reportes <lentos>",
          priority: "P1",
        },
        ...{ startedAt: Date.parse("2026-11-27T20:49:00Z"), minutes: 257, targetMinutes: 240 },
        reasons: [
          { is: "nearClosing", minutes: 11 },
          { is: "reprioritised", from: "P3", to: "P1", at: Date.parse("2026-11-30T13:40:00Z") },
          { is: "acknowledged", minutesLate: 17 },
        ],
      },
    ],
  });
  expect(page(late, "es")).toContain(
    "Llegó 11 min antes del cierre; pasó de P3 a P1 el lun 30/11 10:40; el acuse llegó 17 min de cobertura tarde.",
  );
  expect(page(late)).toContain("It arrived 11 min before closing; it went from P3 to P1 on Mon 30 Nov 10:40");
  expect(page(late)).toContain("P1 · Reportes &lt;lentos&gt;");
  expect(page(late)).toContain("Austral &lt;Retail&gt;");
  expect(page(late, "es")).toContain(
    "Datos al sáb 5/12/2026 09:00, hora de Buenos Aires · ley horaria tz 2026f.",
  );
});

test("the PDF is the same file for the same report, and a month without cases has one too", async () => {
  const empty = month(0, 0, { all: null, priorities: [], plans: [], worst: null, lateCount: 0 });
  for (const report of [month(1400, 9), empty])
    for (const language of ["es", "en"] as const) {
      const made = await monthPdf(report, { provider: { name: "Su Consultora" }, language });
      expect(Buffer.from(made.subarray(0, 5)).toString()).toBe("%PDF-");
      expect(await monthPdf(report, { provider: { name: "Su Consultora" }, language })).toEqual(made);
    }
});

test("the audit trail has words in both languages for every action that the service records", () => {
  const source = new URL("../../src/", import.meta.url);
  const actions = new Set<string>();
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" }))
    if (file.endsWith(".ts"))
      for (const [, noted, audited] of readFileSync(new URL(file, source), "utf8").matchAll(
        /noted\(store, "([\w.]+)"|actor: [^\n]*action: "([\w.]+)"/g,
      ))
        actions.add(noted ?? audited!);
  expect(actions.size).toBeGreaterThan(10);
  for (const language of ["es", "en"] as const)
    expect([...actions].filter((action) => wordsIn(language).actions[action] === undefined)).toEqual([]);
});
