/** The three readings of one business day. Silver is covered 09:00–18:00; Monday 2026-11-23 is a holiday. */
import { expect, test } from "@jest/globals";
import { compilePolicy, type BusinessDayReading, type Weekly } from "../slaEngine.ts";
import { at, local, policyOf } from "./support/story.ts";

function due(reading: BusinessDayReading, opened: string, days = 1, weekly?: Weekly): string | null {
  const policy = policyOf("Silver", { businessDay: reading });
  const calendars = weekly ? { business: { weekly, alwaysOpen: false } } : policy.calendars;
  return local(compilePolicy({ ...policy, calendars }).due(at(opened), "business", { businessDays: days }));
}

test.each<[BusinessDayReading, string, number, string]>([
  ["dayLength", "2026-11-20 16:00", 1, "2026-11-24 16:00"],
  ["dayLength", "2026-11-20 09:00", 1, "2026-11-20 18:00"],
  ["dayLength", "2026-11-21 12:00", 0.5, "2026-11-24 13:30"],
  ["dayLength", "2026-11-21 12:00", 2, "2026-11-25 18:00"],
  ["sameTimeNextBusinessDay", "2026-11-19 16:00", 1, "2026-11-20 16:00"],
  ["sameTimeNextBusinessDay", "2026-11-20 16:00", 1, "2026-11-24 16:00"],
  ["sameTimeNextBusinessDay", "2026-11-20 16:00:07", 1, "2026-11-24 16:00:07"],
  ["sameTimeNextBusinessDay", "2026-11-19 16:00", 2, "2026-11-24 16:00"],
  ["sameTimeNextBusinessDay", "2026-11-19 09:00", 1, "2026-11-20 09:00"],
  // outside coverage it counts as opened at the next opening
  ["sameTimeNextBusinessDay", "2026-11-20 18:00", 1, "2026-11-25 09:00"],
  ["sameTimeNextBusinessDay", "2026-11-21 12:00", 1, "2026-11-25 09:00"],
  ["sameTimeNextBusinessDay", "2026-11-24 07:00", 1, "2026-11-25 09:00"],
  ["endOfNextBusinessDay", "2026-11-19 16:00", 1, "2026-11-20 18:00"],
  ["endOfNextBusinessDay", "2026-11-20 09:00", 1, "2026-11-24 18:00"],
  ["endOfNextBusinessDay", "2026-11-20 18:00", 1, "2026-11-25 18:00"],
  ["endOfNextBusinessDay", "2026-11-19 16:00", 3, "2026-11-25 18:00"],
])("%s: opened %s, %d day(s): %s", (reading, opened, days, expected) => {
  expect(due(reading, opened, days)).toBe(expected);
});

const UNEQUAL: Weekly = {
  thu: [["09:00", "18:00"]],
  fri: [
    ["08:00", "12:00"],
    ["14:00", "16:00"],
  ],
  tue: [["10:00", "24:00"]],
};

test.each<[string, string, string]>([
  ["a closed wall time moves to that day's next opening", "2026-11-19 13:00", "2026-11-20 14:00"],
  ["past the last one, to its last close", "2026-11-19 17:00", "2026-11-20 16:00"],
  ["before the first one, to the first", "2026-11-20 08:30", "2026-11-24 10:00"],
])("days of unequal length: %s", (_what, opened, expected) => {
  expect(due("sameTimeNextBusinessDay", opened, 1, UNEQUAL)).toBe(expected);
});

test("past the last one, to its last close, also where the next date opens with its first instant", () => {
  const weekly: Weekly = { thu: [["09:00", "18:00"]], fri: [["09:00", "12:00"]], sat: [["00:00", "06:00"]] };
  expect(due("sameTimeNextBusinessDay", "2026-11-19 17:00", 1, weekly)).toBe("2026-11-20 12:00");
});

test("dates are those of the contract's zone", () => {
  const tokyo = (opened: string, businessDay: BusinessDayReading) => {
    const policy = policyOf("Silver", { timeZone: "Asia/Tokyo", businessDay });
    return local(compilePolicy(policy).due(at(opened), "business", { businessDays: 1 }), "Asia/Tokyo");
  };
  expect(tokyo("2026-11-20T09:30+09:00", "sameTimeNextBusinessDay")).toBe("2026-11-24 09:30");
  expect(tokyo("2026-11-20T09:30+09:00", "endOfNextBusinessDay")).toBe("2026-11-24 18:00");
});

test("a day's length counts windows that overlap once", () => {
  const windows: [string, string][] = [
    ["09:00", "18:00"],
    ["10:00", "11:00"],
    ["12:00", "13:00"],
  ];
  expect(due("dayLength", "2026-11-19 16:00", 1, { thu: windows, fri: windows })).toBe("2026-11-20 16:00");
});

test("the last close is that of the date's last window, 24:00 included", () => {
  expect(due("endOfNextBusinessDay", "2026-11-19 13:00", 1, UNEQUAL)).toBe("2026-11-20 16:00");
  expect(due("endOfNextBusinessDay", "2026-11-20 13:00", 1, UNEQUAL)).toBe("2026-11-25 00:00");
  expect(() => due("dayLength", "2026-11-20 13:00", 1, UNEQUAL)).toThrow(RangeError);
});

test("hours and minutes are coverage", () => {
  const compiled = compilePolicy(policyOf("Silver"));
  expect(local(compiled.due(at("2026-11-20 17:00"), "business", { hours: 1.5 }))).toBe("2026-11-24 09:30");
  expect(local(compiled.due(at("2026-11-20 17:00"), "business", { minutes: 45 }))).toBe("2026-11-20 17:45");
});
