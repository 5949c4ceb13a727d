import { expect, test } from "@jest/globals";
import {
  categoryVerdict,
  channelVerdict,
  compilePolicy,
  floorToSecond,
  fromWallClock,
  promises,
  suggestPriority,
  wallClock,
} from "../slaEngine.ts";
import { at, BUENOS_AIRES, local, policyOf } from "./support/story.ts";

const silver = policyOf("Silver");
const platinum = policyOf("Platinum");

test("promises for each priority if sent now", () => {
  const promised = promises(compilePolicy(silver), at("2026-11-20 16:30"), null);
  expect(promised.map(({ priority, due }) => [priority, local(due)])).toEqual([
    ["P1", "2026-11-24 11:30"],
    ["P2", "2026-11-24 16:30"],
    ["P3", "2026-11-24 16:30"],
    ["P4", "2026-11-24 16:30"],
  ]);
  const quoted = promises(compilePolicy(platinum), at("2026-11-22 03:10"), "New Development");
  expect(new Set(quoted.map(({ due }) => local(due)))).toEqual(new Set(["2026-11-24 09:00"]));
});

test.each([
  [silver, "Portal", "P1", { allowed: true }],
  [silver, null, "P1", { allowed: true }],
  [silver, " ", "P1", { allowed: true }],
  [silver, "Slack", "P1", { allowed: false, reason: "notInPlan", plansWithIt: ["Gold", "Platinum"] }],
  [silver, "OnCall", "P4", { allowed: false, reason: "notInPlan", plansWithIt: ["Platinum"] }],
  [platinum, "OnCall", "P1", { allowed: true }],
  [platinum, "OnCall", "P2", { allowed: false, reason: "notForPriority", plansWithIt: [] }],
  [platinum, "Slack", "P4", { allowed: true }],
  [platinum, "Fax", "P1", { allowed: false, reason: "notInPlan", plansWithIt: [] }],
  // in the plan, but not in the catalogue of channels: no priority is asked for
  [{ ...silver, channels: ["Letter"] }, "Letter", "P4", { allowed: true }],
])("channels", (policy, channel, priority, verdict) => {
  expect(channelVerdict(policy, channel, priority)).toEqual(verdict);
});

test.each([
  ["Configuration", true],
  ["Integration", false],
  [null, true],
  ["Something else", true],
])("category %s covered: %s", (category, covered) => {
  expect(categoryVerdict(silver, category)).toEqual({ covered });
});

test.each([
  [{ operationStopped: true, question: true }, "P1"],
  [{ keyFunction: true }, "P2"],
  [{ keyFunction: true, workaround: true }, "P3"],
  [{ keyFunction: true, question: true }, "P2"],
  [{ question: true }, "P4"],
  [{ workaround: true }, "P3"],
  [{}, "P3"],
])("%j suggests %s", (answers, priority) => expect(suggestPriority(answers)).toBe(priority));

test("wall clock and instant convert both ways", () => {
  expect(wallClock(BUENOS_AIRES, at("2026-11-20 16:30:05"))).toEqual({
    date: "2026-11-20",
    time: "16:30:05",
    weekday: 5,
    offset: -3 * 3_600_000,
  });
  expect(wallClock("UTC", -1).weekday).toBe(3);
  const newYork = (when: string) => wallClock("America/New_York", at(when));
  expect(newYork("2026-03-08T06:59:59Z")).toMatchObject({ time: "01:59:59", offset: -5 * 3_600_000 });
  expect(newYork("2026-03-08T07:00:00Z")).toMatchObject({ time: "03:00:00", offset: -4 * 3_600_000 });
  expect(fromWallClock(BUENOS_AIRES, "2026-11-20", "16:30")).toBe(at("2026-11-20 16:30"));
  // in a year that is another one in UTC
  expect(fromWallClock("Pacific/Honolulu", "2025-12-31", "22:00")).toBe(at("2026-01-01T08:00Z"));
  expect(fromWallClock("Pacific/Auckland", "2026-01-01", "00:00")).toBe(at("2025-12-31T11:00Z"));
  // skipped: after the gap; twice: the first
  expect(fromWallClock("America/New_York", "2026-03-08", "02:30")).toBe(at("2026-03-08T07:00Z"));
  expect(fromWallClock("America/New_York", "2026-11-01", "01:30")).toBe(at("2026-11-01T05:30Z"));
  expect(() => fromWallClock(BUENOS_AIRES, "2026-02-29", "10:00")).toThrow(/"2026-02-29" is not a date/);
  expect(() => fromWallClock(BUENOS_AIRES, "2026-02-28", "24:00")).toThrow(/"24:00" is not a wall time/);
  expect(() => fromWallClock(BUENOS_AIRES, "2026-02-28", "9:00")).toThrow(/"9:00" is not a wall time/);
  expect(() => wallClock("UTC", NaN)).toThrow(/at must be finite/);
  expect(() => wallClock("Nowhere", 0)).toThrow(/timeZone "Nowhere"/);
  expect(floorToSecond(1999)).toBe(1000);
  expect(floorToSecond(-1)).toBe(-1000);
});
