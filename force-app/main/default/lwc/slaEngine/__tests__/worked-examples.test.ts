/** Every worked example of the rules; the explanation of each adds up to its target. */
import { expect, test } from "@jest/globals";
import type { SlaClock } from "../slaEngine.ts";
import { at, clockOf, contractOf, created, local, prioritised } from "./support/story.ts";

const counted = (clock: SlaClock) =>
  clock.explanation!.entries.reduce((sum, entry) => sum + entry.counted, 0);

const NEW_YORK = { timeZone: "America/New_York", holidays: [] as [] };

test.each<[string, string, string, string, { timeZone?: string; holidays?: [] }]>([
  ["Silver", "P1", "2026-11-20 16:30", "2026-11-24 11:30", {}],
  ["Silver", "P3", "2026-11-20 16:00", "2026-11-24 16:00", {}],
  ["Silver", "P1", "2026-11-25 14:00", "2026-11-25 18:00", {}],
  ["Gold", "P1", "2026-11-20 19:00", "2026-11-24 09:00", {}],
  ["Gold", "P2", "2026-11-21 10:00", "2026-11-24 12:00", {}],
  ["Platinum", "P1", "2026-11-22 03:10", "2026-11-22 04:10", {}],
  ["Platinum", "P3", "2026-11-22 03:10", "2026-11-24 09:00", {}],
  ["Silver", "P1", "2026-03-06T16:00-05:00", "2026-03-09 11:00", NEW_YORK],
  ["Platinum", "P1", "2026-03-08T01:30-05:00", "2026-03-08 03:30", NEW_YORK],
])("%s %s opened %s is due %s", (plan, priority, opened, due, terms) => {
  const clock = clockOf([created(opened, priority)], contractOf(plan, {}, terms), opened);
  expect(local(clock.dueAt, terms.timeZone)).toBe(due);
  expect(counted(clock)).toBe(clock.target);
  expect(clock.explanation!.entries[0]!.start).toBe(at(opened));
  expect(clock.explanation!.entries.at(-1)!.end).toBe(clock.dueAt);
});

test("Silver P3 raised to P1 an hour in is due four hours later", () => {
  const facts = [created("2026-11-25 10:00", "P3"), prioritised("2026-11-25 11:00", "P1")];
  const before = clockOf(facts.slice(0, 1), contractOf("Silver"), "2026-11-25 10:00");
  expect(local(before.dueAt)).toBe("2026-11-26 10:00");
  const clock = clockOf(facts, contractOf("Silver"), "2026-11-25 11:00");
  expect(local(clock.dueAt)).toBe("2026-11-25 15:00");
  expect(clock.target).toBe(5 * 3_600_000);
  expect(counted(clock)).toBe(clock.target);
  expect(clock.effectivePriority).toBe("P1");
  expect(clock.explanation!.changes).toEqual([
    {
      at: at("2026-11-25 11:00"),
      from: { priority: "P3", target: { businessDays: 1 }, calendar: "business" },
      to: { priority: "P1", target: { hours: 4 }, calendar: "business" },
      dueBefore: at("2026-11-26 10:00"),
      dueAfter: at("2026-11-25 15:00"),
    },
  ]);
});

test("Platinum P2 on a Saturday raised to P1 is due an hour after the raise", () => {
  const facts = [created("2026-11-28 12:00", "P2"), prioritised("2026-11-28 15:00", "P1")];
  const clock = clockOf(facts, contractOf("Platinum"), "2026-11-28 15:00");
  expect(local(clock.dueAt)).toBe("2026-11-28 16:00");
  // the closed calendar counted nothing, round the clock counted the hour
  expect(clock.target).toBe(3_600_000);
  expect(counted(clock)).toBe(clock.target);
  expect(clock.explanation!.entries.map(({ calendar, why }) => [calendar, why])).toEqual([
    ["extended", "outsideHours"],
    ["roundTheClock", "alwaysOpen"],
  ]);
});
