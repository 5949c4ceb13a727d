import { expect, test } from "@jest/globals";
import { compilePolicy } from "c/slaEngine";
import { specialHoursFrom } from "../../src/cli/special-hours.ts";
import { policyFor, readCatalogue } from "../../src/orgs/contract.ts";
import { renewedPolicy } from "../../src/orgs/holiday-renewal.ts";
import { settingsSchema } from "../../src/orgs/org.ts";

const order = { orderedBy: "Ana Paz", orderedAt: "2026-11-30T12:00:00.000Z" };
const from = (text: string, open = true) => specialHoursFrom(text, open, order, "--open");
const now = Date.parse("2026-11-30T12:00:00Z");
const contract = (specialHours: object[]) =>
  settingsSchema.parse({
    contract: { plan: "Silver", timeZone: "America/Bogota", holidays: "CO", specialHours },
  }).contract!;

test("a weekend, whole dates and a part of each date are read", () => {
  expect(from("2026-12-04T18:00/2026-12-06T22:00=Go-live")).toEqual({
    ...{ open: true, from: "2026-12-04T18:00", to: "2026-12-06T22:00", name: "Go-live" },
    ...order,
  });
  expect(from("2026-12-14/2026-12-18 18:00-22:00=Evening guard").part).toEqual(["18:00", "22:00"]);
  expect(from("2026-12-28/2026-12-31=Cierre = de año", false)).toMatchObject({
    open: false,
    name: "Cierre = de año",
  });
});

test.each(["2026-12-04", "2026-12-04/2026-12-06", "tomorrow/2026-12-06=X", "2026-12-04T25:00/2026-12-06=X"])(
  "%s is refused with the option",
  (text) => {
    expect(() => from(text)).toThrow(/^--open: /);
  },
);

test("they are in the contract's policy, and stay in it when holidays are renewed", () => {
  const terms = contract([from("2026-12-04T18:00/2026-12-06T22:00=Go-live")]);
  const policy = policyFor(readCatalogue(), terms, now);
  const [key] = Object.keys(policy.calendars);
  const saturday = Date.parse("2026-12-05T15:00:00Z");
  expect(compilePolicy(policy).calendar(key!).isOpen(saturday)).toBe(true);
  expect(
    compilePolicy(policyFor(readCatalogue(), contract([]), now))
      .calendar(key!)
      .isOpen(saturday),
  ).toBe(false);
  const renewed = renewedPolicy(policy, terms, Date.parse("2027-01-02T12:00:00Z"))!.policy;
  expect(renewed.special).toEqual(policy.special);
  expect(renewed.formatVersion).toBe(2);
});

test("special hours that are empty are refused with their path", () => {
  expect(() => policyFor(readCatalogue(), contract([from("2026-12-06/2026-12-04=Go-live")]), now)).toThrow(
    /special\[0\] is empty/,
  );
});
