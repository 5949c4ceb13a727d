import { expect, test } from "@jest/globals";
import { reportPage } from "../../src/http/fleet/report-page.ts";
import { wordsIn } from "../../src/http/fleet/words.ts";
import type { ClientMonth } from "../../src/reports/client-month.ts";
import type { MttaRow } from "../../src/reports/mtta.ts";

const now = Date.parse("2026-12-05T12:00:00Z");

/** A month of ten cases. */
function month(budgetMinutes: number, shareWithinTarget: number): ClientMonth {
  const figures = {
    ...{ asOf: now, count: 10, waiting: 0, overdue: 0, cancelled: 0, meanMinutes: 100, targetMinutes: 240 },
    ...{ medianMinutes: 90, p90Minutes: 300, shareWithinTarget, budgetMinutes, budgetShare: 0.5 },
  };
  const all = { by: {}, figures, resolution: { meanMinutes: null } } as unknown as MttaRow;
  return {
    ...{ asOf: now, client: "Austral Retail", timeZone: "America/Argentina/Buenos_Aires" },
    ...{ all, rows: [], late: [], lateCount: 0 },
  } as unknown as ClientMonth;
}
const headline = (budget: number, share: number, language: "es" | "en" = "en"): string =>
  /<p class="verdict[^>]*>[^<]*/.exec(
    reportPage(month(budget, share), "2026-11", language, wordsIn(language)),
  )![0];

test("a mean within the target praises no month in which half was late", () => {
  expect(headline(1400, 0.5)).toBe(
    '<p class="verdict mixed">The mean time was within what was promised. In time: 5 of 10 cases (50%).',
  );
  expect(headline(1400, 0.5, "es")).toContain(
    "El tiempo medio quedó dentro de lo prometido. En término: 5 de 10 casos (50",
  );
});

test("a month is good only when every case was in time too, and bad when the mean was over", () => {
  expect(headline(1400, 1)).toBe(
    '<p class="verdict good">The mean time was within what was promised. Every case was acknowledged in time.',
  );
  expect(headline(-20, 0.9)).toContain('class="verdict bad">The mean time was over');
});
