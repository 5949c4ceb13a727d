import { expect, test } from "@jest/globals";
import { policyFor, readCatalogue, type ContractTerms } from "../../src/orgs/contract.ts";
import { holidaysFor } from "../../src/orgs/holidays.ts";
import { settingsSchema } from "../../src/orgs/org.ts";

const now = Date.parse("2026-11-20T12:00:00Z");
const terms = (more: Partial<ContractTerms> = {}) =>
  settingsSchema.parse({
    contract: { plan: "Silver", timeZone: "America/Argentina/Buenos_Aires", holidays: "AR", ...more },
  }).contract!;
const closed = (more: Partial<ContractTerms> = {}) =>
  policyFor(readCatalogue(), terms(more), now)
    .holidays.filter(({ date }) => date.startsWith("2026"))
    .map(({ date }) => date);

test("a contract's own dates are closed, and those it takes out are open", () => {
  expect(closed()).toContain("2026-11-23");
  expect(closed()).not.toContain("2026-11-24");
  const own = closed({
    addHolidays: [{ date: "2026-11-24", name: "Inventario" }],
    removeHolidays: ["2026-11-23"],
  });
  expect(own).toContain("2026-11-24");
  expect(own).not.toContain("2026-11-23");
});

test("bridge days and bank holidays only when the contract asks for them", () => {
  expect(closed({ optionalHolidays: true }).length).toBeGreaterThan(closed().length);
  // Argentina has no holidays that only banks keep
  const german = closed({ holidays: "DE" });
  expect(german).not.toContain("2026-12-24");
  expect(closed({ holidays: "DE", bankHolidays: true })).toContain("2026-12-24");
});

test("other dates make another version of the policy, so that the org's contract is written anew", () => {
  const version = (more?: Partial<ContractTerms>) => policyFor(readCatalogue(), terms(more), now).version;
  expect(version({ addHolidays: [{ date: "2026-11-24" }] })).not.toBe(version());
});

test("a date that does not exist, or a part of a day that is no time, is refused with its path", () => {
  const paths = (contract: object) =>
    settingsSchema
      .safeParse({ contract: { ...terms(), ...contract } })
      .error?.issues.map(({ path }) => path.join("."));
  expect(paths({ removeHolidays: ["2026-02-30"] })).toEqual(["contract.removeHolidays.0"]);
  expect(paths({ addHolidays: [{ date: "2026-12-24", from: "25:00" }] })).toEqual([
    "contract.addHolidays.0.from",
  ]);
});

test("two parts of one day are both closed; a whole day stands for its parts", () => {
  const morning = { date: "2026-12-24", to: "10:00" };
  const evening = { date: "2026-12-24", from: "15:00" };
  expect(holidaysFor("none", 2026, 2026, { add: [evening, morning, evening] })).toEqual([morning, evening]);
  const whole = { date: "2026-12-24", name: "Nochebuena" };
  expect(holidaysFor("none", 2026, 2026, { add: [morning, whole, evening] })).toEqual([whole]);
});
