import { expect, test } from "@jest/globals";
import { UTC, zoneBy } from "c/slaPolicy";
import {
  budgetSteps,
  figures,
  forecast,
  median,
  mttaGroups,
  percentile,
  type GroupedClock,
} from "c/slaReporting";

const MINUTE = 60_000;
const asOf = Date.parse("2026-11-30T12:00Z");
const past = asOf - 1;
const ahead = asOf + 1;

type Shape = Partial<GroupedClock> & { used: number };
const buenosAires = zoneBy("America/Argentina/Buenos_Aires", {
  version: "2026f",
  offset: -10_800,
  changes: [],
});

const clock = ({ used, ...over }: Shape): GroupedClock => ({
  org: "silver",
  plan: "Silver",
  zone: buenosAires,
  effectivePriority: "P1",
  startedAt: Date.parse("2026-11-10T12:00Z"),
  status: "Acknowledged",
  dueAt: past,
  target: 240 * MINUTE,
  elapsed: used * MINUTE,
  endedAt: past,
  endReason: "acknowledged",
  ...over,
});
const met = (used: number) => clock({ used });
const late = (used: number) => clock({ used, status: "Acknowledged Late" });
const waiting = (used: number) =>
  clock({ used, status: "Running", dueAt: ahead, endedAt: null, endReason: null });
const overdue = (used: number) =>
  clock({ used, status: "Breached", dueAt: past, endedAt: null, endReason: null });
const cancelled = (endReason: "closed" | "closedByAutomation") =>
  clock({ used: 9, status: "Cancelled", endReason });

test("computes mean, median, p90, share and budget", () => {
  expect(figures([met(60), met(120), late(300), met(20)], asOf)).toEqual({
    asOf,
    count: 4,
    meanMinutes: 125,
    medianMinutes: 90,
    p90Minutes: 300,
    shareWithinTarget: 0.75,
    targetMinutes: 240,
    budgetMinutes: 460,
    budgetShare: 460 / 960,
    waiting: 0,
    overdue: 0,
    cancelled: 0,
    closedByAutomation: 0,
  });
});

test("one that waits counts once its due instant has passed, at what has elapsed; cancelled ones never", () => {
  const all = [met(60), waiting(200), overdue(500), cancelled("closed"), cancelled("closedByAutomation")];
  expect(figures(all, asOf)).toMatchObject({
    count: 2,
    meanMinutes: 280,
    shareWithinTarget: 0.5,
    waiting: 1,
    overdue: 1,
    cancelled: 2,
    closedByAutomation: 1,
    budgetMinutes: -80,
  });
  // due at this very instant, it has passed
  expect(figures([{ ...waiting(240), dueAt: asOf }], asOf)).toMatchObject({ count: 1, waiting: 0 });
  // ended as breached: counted at what had elapsed
  expect(figures([clock({ used: 250, status: "Breached", endReason: "closed" })], asOf)).toMatchObject({
    count: 1,
    meanMinutes: 250,
    shareWithinTarget: 0,
  });
  expect(figures([clock({ used: 0, status: "Not Covered", dueAt: null })], asOf).count).toBe(0);
});

test("computes no figures without clocks", () => {
  expect(figures([], asOf)).toMatchObject({
    count: 0,
    meanMinutes: null,
    medianMinutes: null,
    p90Minutes: null,
    shareWithinTarget: null,
    targetMinutes: null,
    budgetMinutes: 0,
    budgetShare: null,
  });
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110], 90)).toBe(100);
  expect(percentile([7], 90)).toBe(7);
});

test("takes the budget's steps from five cases on", () => {
  const used = (minutes: number, cases = 5) => budgetSteps(figures(Array(cases).fill(met(minutes)), asOf));
  expect(used(180)).toEqual([]);
  expect(used(181)).toEqual(["budgetLow"]);
  expect(used(240)).toEqual(["budgetLow", "budgetSpent"]);
  expect(used(240, 4)).toEqual([]);
  expect(budgetSteps(figures([], asOf))).toEqual([]);
});

test("computes the forecast", () => {
  expect(forecast([met(100), waiting(50)], asOf)).toEqual({
    verdict: "kept",
    worstBudgetMinutes: 140,
    bestBudgetMinutes: 330,
    minutesPerOpenCase: 330,
  });
  expect(forecast([late(340), waiting(50)], asOf)).toMatchObject({
    verdict: "possible",
    minutesPerOpenCase: 90,
  });
  expect(forecast([late(540), waiting(50)], asOf)).toMatchObject({ verdict: "lost", minutesPerOpenCase: 0 });
  expect(forecast([], asOf)).toMatchObject({ verdict: "kept", minutesPerOpenCase: null });
});

test("groups by org, plan, effective priority and the contract's calendar month", () => {
  const start = Date.parse("2026-12-01T02:00Z");
  const groups = mttaGroups(
    [
      met(10),
      clock({ used: 20, startedAt: start }),
      clock({ used: 30, startedAt: start, zone: UTC }),
      clock({ used: 40, effectivePriority: "P3" }),
      clock({ used: 50, org: "gold", plan: "Gold" }),
      clock({ used: 0, status: "Not Covered", dueAt: null }),
    ],
    asOf,
  );
  expect(groups.map(({ org, priority, month, figures: f }) => [org, priority, month, f.count])).toEqual([
    ["gold", "P1", "2026-11", 1],
    ["silver", "P1", "2026-11", 2],
    ["silver", "P1", "2026-12", 1],
    ["silver", "P3", "2026-11", 1],
  ]);
});
