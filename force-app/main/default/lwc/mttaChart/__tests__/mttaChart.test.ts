import MttaChart from "c/mttaChart";
import type { Summary } from "c/supportContract";
import { all, read, settle } from "../../__tests__/support/org.ts";
import { expectAccessible, onAPage, put } from "../../__tests__/support/page.ts";

onAPage();

const summary = (month: string, mean: number | null, target: number | null): Summary => ({
  month,
  priority: "P1",
  count: 1,
  mean,
  median: mean,
  p90: mean,
  withinTarget: 1,
  target,
  budget: 0,
  waiting: 0,
  asOf: null,
});
async function show(summaries: Summary[]) {
  const element = put("c-mtta-chart", MttaChart, { summaries, heading: "P1 by month" });
  await settle();
  return element;
}
const heights = (element: Element) => all(element, ".bar").map(({ style }) => parseFloat(style.blockSize));
const targets = (element: Element) =>
  all(element, ".target").map(({ style }) => parseFloat(style.insetBlockEnd));

test("a month over its target is marked by a sign, and stands above the target's line", async () => {
  const element = await show([summary("2026-09-01", 120, 240), summary("2026-10-01", 300, 240)]);
  const [kept, missed] = heights(element);
  const [line] = targets(element);
  expect(kept).toBeCloseTo(line! / 2, 1);
  expect(missed).toBeGreaterThan(line!);
  expect(all(element, ".mark").map(({ textContent }) => textContent)).toEqual(["", "!"]);
  expect(read(element)).toContain("5 h");
  await expectAccessible(element);
});

test("says in words what it draws; a month without figures has no bar and no sentence", async () => {
  const element = await show([summary("2026-09-01", null, null), summary("2026-10-01", 100, 240)]);
  expect(heights(element)).toHaveLength(1);
  expect(all(element, "[role='img']")[0]!.getAttribute("aria-label")).toBe(
    "P1 by month. October 2026: 1 h 40 min of 4 h.",
  );
});
