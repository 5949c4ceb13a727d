import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import Holidays from "date-holidays";
import { readPolicy } from "c/slaEngine";
import { readConfig } from "../../src/config.ts";
import { addedHolidays } from "../../src/cli/holiday-options.ts";
import { policyFor, readCatalogue } from "../../src/orgs/contract.ts";
import { holidaysEndSoon, renewedPolicy } from "../../src/orgs/holiday-renewal.ts";
import { holidaySchema, settingsSchema } from "../../src/orgs/org.ts";
import { enteredFaults } from "../../src/orgs/entered-settings.ts";
import { calendarNamed, holidaysFor, upstreamDays } from "../../src/orgs/holidays.ts";
import { readCorrections, shippedCorrections, useCorrections } from "../../src/orgs/holiday-corrections.ts";

const days = (calendar: string, year: number, options = {}) =>
  holidaysFor(calendar, year, year, options).map(
    ({ date, from, to }) => date.slice(5) + (from || to ? ` ${from ?? "00:00"}-${to ?? "24:00"}` : ""),
  );

/** By calendar and year: dates that the law closes, and dates that it leaves open. */
const law: [calendar: string, year: number, closed: string, open: string][] = [
  ["AR", 2026, "06-15 11-23 12-08", "06-17 11-20"],
  ["AR", 2027, "06-21 08-16 10-11 11-20", "11-22"],
  ["AO", 2026, "03-23 01-02 02-16 09-18", ""],
  ["AO", 2027, "02-05 03-22 03-23 11-01 11-12", ""],
  ["AO", 2028, "03-23 03-24 04-03 11-03", ""],
  ["BO", 2026, "01-23 06-05 06-22 08-07", "01-22"],
  ["BO", 2027, "01-22", "01-23"],
  ["BR", 2026, "11-20", "02-18 06-04"],
  ["BR-AM", 2026, "11-20", ""],
  ["BR-MT", 2027, "11-20", ""],
  ["BR-RJ", 2026, "02-17 04-23 11-20", ""],
  ["BR-RJ-RJ", 2026, "01-20 11-20", ""],
  ["BR-SP", 2026, "07-09 11-20", ""],
  ["BR-SP", 2028, "07-09 11-20", ""],
  ["BR-AC", 2026, "01-22 01-23", "01-12 01-20"],
  ["BR-AC", 2027, "01-20 01-23", "01-12"],
  ["BR-AL", 2026, "11-30", ""],
  ["BR-AL", 2027, "11-29", "11-30"],
  ["BR-AL", 2028, "12-01", "11-30"],
  ["BR-PB", 2026, "08-05", "07-26"],
  ["BR-PB", 2028, "08-05", "07-26"],
  ["BR-PR", 2026, "11-20", "12-19"],
  ["BR-PR-CU", 2027, "11-20", "12-19"],
  ["BR-PE", 2026, "03-06", "03-01"],
  ["BR-PE-RE", 2028, "03-06 06-24", "03-05"],
  ["CA-AB", 2026, "11-11", "09-30"],
  ["CA-BC", 2026, "09-30", ""],
  ["CA-MB", 2027, "09-30", ""],
  ["CA-NT", 2026, "09-30", "04-06 12-26"],
  ["CA-NU", 2027, "07-09 09-30", ""],
  ["CA-ON", 2026, "02-16 12-26", "04-06 09-30"],
  ["CA-PE", 2026, "09-30", "08-21"],
  ["CA-YT", 2028, "09-30", "04-17"],
  ["CV", 2026, "01-13 01-20 04-03 06-01", "02-17 02-18 09-12"],
  ["CV", 2027, "03-26", "02-09 02-10 09-12"],
  ["CV-S", 2028, "01-20", "02-29 03-01 09-12"],
  ["GQ", 2026, "06-04 06-05 08-03 10-12", ""],
  ["GQ", 2027, "08-15 08-16", ""],
  ["GW", 2026, "01-20 09-24", "03-08 08-03 11-14"],
  ["GW", 2028, "05-01", "03-08 08-03 11-14"],
  ["MZ", 2026, "02-03 10-05", "11-10"],
  ["ST", 2027, "01-04 09-30", ""],
  ["ST", 2028, "01-04", ""],
  ["CL", 2026, "04-04", ""],
  ["CL-AP", 2027, "03-27 06-07", ""],
  ["CL-NU-CH", 2026, "04-04 08-20", "06-07"],
  ["CL-NU", 2026, "", "08-20"],
  ["CO", 2026, "06-29 07-20", "04-05"],
  ["CR", 2026, "08-31 12-01", "10-09 10-12"],
  ["CR", 2027, "08-31 12-01", "10-12"],
  ["CU", 2026, "12-31", ""],
  ["DO", 2026, "11-09", "11-06"],
  ["DO", 2027, "11-06", "11-08"],
  ["EC", 2026, "05-25 08-10 10-09 11-02 11-03 12-25", "04-02 05-24 09-10"],
  ["EC", 2027, "04-30 05-24 08-09 10-08 11-01 11-02 12-24 12-31", "03-25 05-01 08-10 09-10 11-03"],
  ["EC", 2028, "05-01 05-26 08-11 10-09 11-02 11-03 12-25", "05-24 08-10 09-10"],
  ["EC-P-QU", 2026, "10-09 12-07", "09-10 12-06"],
  ["EC-P-QU", 2027, "12-06", ""],
  ["EC-P-QU", 2028, "12-08", "12-06"],
  ["EC-P", 2026, "10-09", "12-07"],
  ["ES-CB", 2026, "07-28 09-15", "06-28"],
  ["ES-CE", 2026, "05-27 08-05", "05-26"],
  ["ES-CM", 2026, "04-06 06-04", ""],
  ["ES-CN-EH", 2026, "05-30 09-24", ""],
  ["ES-CN-FU", 2026, "09-18", ""],
  ["ES-CN-GC", 2026, "09-08", ""],
  ["ES-CN-LA", 2026, "09-15", ""],
  ["ES-CN-LG", 2026, "10-05", ""],
  ["ES-CN-LP", 2026, "08-05", ""],
  ["ES-CN-TE", 2026, "02-02", "09-07"],
  ["ES-CN-TE", 2028, "02-02", "09-07"],
  ["ES-CT-B", 2026, "05-25 09-11 09-24", ""],
  ["ES-GA", 2026, "03-19 06-24 07-25", ""],
  ["ES-IB", 2026, "03-02 12-26", ""],
  ["ES-MC", 2026, "03-19 06-09 12-07", ""],
  ["ES-MD", 2027, "05-03", ""],
  ["ES-NC", 2026, "12-03", ""],
  ["ES-VC", 2026, "10-09", "04-02"],
  ["GT", 2026, "06-29 10-20", "06-30"],
  ["GT", 2027, "06-28", "07-02"],
  ["GT", 2028, "07-03", "06-30"],
  ["HN", 2026, "04-04 04-20 10-07 10-08 10-09", "04-14 10-12 10-21"],
  ["HN", 2027, "04-19 10-06 10-07 10-08", "04-14 10-12 10-21"],
  ["HN", 2028, "04-14 04-17 10-04 10-05 10-06", "10-03 10-12"],
  ["MA", 2026, "01-14 10-31", ""],
  ["MX", 2026, "02-02 03-16 11-16", "04-02 11-02 12-12"],
  ["MX", 2030, "10-01", ""],
  ["NI", 2026, "01-18 01-19 02-02 02-21 05-30 07-20 11-09", "06-01 10-12"],
  ["NI", 2027, "02-22 05-31", "06-01 10-12"],
  ["PA", 2027, "11-29", ""],
  ["PE", 2026, "06-07 07-23 08-06 12-09", "04-05"],
  ["PR", 2026, "03-02 04-03 07-25", "01-12 02-18 04-16 07-20 07-27"],
  ["PT", 2026, "04-05 06-10", "02-17"],
  ["SV", 2026, "01-01 06-17", "05-30"],
  ["SV", 2027, "05-10 06-17", ""],
  ["TR", 2026, "03-20 03-21 03-22 05-27 05-28 05-29 05-30", "03-23 05-31"],
  ["TR", 2027, "03-09 03-10 03-11 05-16 05-17 05-18 05-19", "03-12 05-20"],
  ["US", 2027, "12-31", ""],
  ["US", 2028, "11-10", ""],
  ["US-CA", 2026, "07-04 11-27", "07-03 10-12"],
  ["US-FL", 2026, "07-03", "02-15 06-19"],
  ["US-NY", 2026, "02-12 07-04", "02-15 07-03"],
  ["US-NY", 2027, "02-15", "12-24 12-31"],
  ["US-TX", 2026, "06-19", "10-12"],
  ["UY", 2026, "01-01 05-01 07-18 08-25 12-25", "04-02 04-03"],
  ["VE", 2026, "04-19 12-24 12-31", ""],
];

test.each(law)("%s %i: the law closes %s", (calendar, year, closed, open) => {
  const known = days(calendar, year);
  const dates = (text: string) => text.split(" ").filter(Boolean);
  expect(dates(closed).filter((date) => !known.includes(date))).toEqual([]);
  expect(dates(open).filter((date) => known.some((day) => day.startsWith(date)))).toEqual([]);
});

test("every correction changes its calendar: we take out those that upstream has mended", () => {
  const dates = (list: { date: string; from?: string; to?: string }[]) =>
    [...new Set(list.map(({ date, from, to }) => `${date} ${from} ${to}`))].sort();
  for (const { calendars } of shippedCorrections())
    for (const calendar of Object.keys(calendars)) {
      // BR holds for states that lose the day upstream; Mexico's next day is in 2030
      const probe = calendar === "BR" ? "BR-SP" : calendar;
      const [first, last] = calendar === "MX" ? [2030, 2030] : [2026, 2028];
      expect(dates(holidaysFor(probe, first, last))).not.toEqual(dates(upstreamDays(probe, first, last)));
    }
});

describe("parts of a day", () => {
  test("Brazil's Ash Wednesday closes until 14:00, Guatemala's eves from noon", () => {
    expect(days("BR", 2026, { optional: true })).toContain("02-18 00:00-14:00");
    expect(days("GT", 2026)).toEqual(expect.arrayContaining(["12-24 12:00-24:00", "12-31 12:00-24:00"]));
  });
  test("Turkey's holidays begin at 13:00 on the eve", () => {
    expect(days("TR", 2026)).toEqual(
      expect.arrayContaining(["03-19 13:00-24:00", "05-26 13:00-24:00", "10-28 13:00-24:00"]),
    );
  });
  test("every holiday of every country is whole days or a part that begins before it ends", () => {
    for (const country of Object.keys(new Holidays().getCountries()))
      for (const { date, from = "00:00", to = "24:00" } of holidaysFor(country, 2026, 2027, {
        optional: true,
        bank: true,
      })) {
        expect(from < to).toBe(true);
        expect(date).toMatch(/^202[67]-\d\d-\d\d$/);
      }
  });
});

test("a day that moves into the year before is closed, whichever years are asked for", () => {
  expect(days("US", 2027)).toContain("12-31");
  expect(holidaysFor("US", 2028, 2028).some(({ date }) => date < "2028")).toBe(false);
});

test.each([
  ["ES-XX", /There is no holiday calendar "ES-XX". Use ES, or one of its regions: .*ES-MC/],
  ["US-XX", /Use US, or one of its regions: US-AL, /],
  ["MX-CDMX", /MX has no regions with holidays of their own. Use MX, and add/],
  ["AR-B", /AR has no regions with holidays of their own. Use AR/],
  ["ES-CN-XX", /Use ES-CN, or one of its regions: ES-CN-EH/],
  ["XX", /There is no holiday calendar "XX". Use one of these countries: AD, /],
  ["ES-MC-XX", /ES-MC has no regions/],
])("%s is refused, with those that exist", (calendar, said) => {
  expect(() => holidaysFor(calendar, 2026, 2026)).toThrow(said);
});

test("small letters and slashes name the same calendar", () => {
  expect(calendarNamed("es/mc")).toBe("ES-MC");
  expect(calendarNamed("None")).toBe("none");
});

test("a file of corrections is refused with every fault and its path", () => {
  const folder = mkdtempSync(join(tmpdir(), "holidays-"));
  const refused = (content: object | string) => {
    writeFileSync(join(folder, "AR.json"), typeof content === "string" ? content : JSON.stringify(content));
    try {
      readCorrections(folder);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const rule = { close: "11-20", name: "X", law: "Ley 1" };
  const file = (...rules: object[]) => ({ country: "AR", calendars: { AR: rules } });
  expect(refused(file(rule))).toBe("");
  expect(refused("{")).toMatch(/AR.json cannot be used: .*JSON/);
  expect(refused(file({ ...rule, law: undefined }))).toMatch(/calendars.AR.0.law: /);
  expect(refused(file({ ...rule, closes: 1 }))).toMatch(
    /calendars.AR.0.closes: this key does not exist. Did you mean close\?/,
  );
  expect(refused(file({ ...rule, close: ["2026-02-30"] }))).toMatch(/calendars.AR.0.close/);
  expect(refused(file({ ...rule, close: "02-30" }))).toMatch(/there is no day 02-30/);
  expect(refused(file({ ...rule, close: "now and then" }))).toMatch(/cannot read the rule "now and then"/);
  expect(refused(file({ ...rule, from: "18:00", to: "13:00" }))).toMatch(/from must be before to/);
  expect(refused({ country: "AR", calendars: { BR: [rule] } })).toMatch(/calendars.BR: is no calendar of AR/);
  expect(() => readCorrections(join(folder, "gone"))).toThrow(/corrections cannot be read/);
});

describe("holidays do not run out", () => {
  const at = (iso: string) => Date.parse(iso);
  const contract = (more: object = {}) =>
    settingsSchema.parse({
      contract: { plan: "Silver", timeZone: "America/Bogota", holidays: "CO", ...more },
    }).contract!;
  const policy = policyFor(readCatalogue(), contract(), at("2026-11-30T12:00:00Z"));

  test("with the new year the next one is added, under another version, and nothing else moves", () => {
    expect(policy.holidaysKnown.to).toBe("2028-12-31");
    expect(renewedPolicy(policy, contract(), at("2026-12-31T12:00:00Z"))).toBeNull();
    const renewal = renewedPolicy(policy, contract(), at("2027-01-01T12:00:00Z"))!;
    expect(renewal.policy.holidaysKnown).toEqual({ from: "2026-01-01", to: "2029-12-31" });
    expect(renewal.closed).toContain("2029-07-20 Día de la Independencia");
    expect(renewal.opened).toEqual([]);
    const { holidays, holidaysKnown, version, ...rest } = renewal.policy;
    expect(policy).toMatchObject(rest);
    expect(version).not.toBe(policy.version);
    expect(version.slice(0, -15)).toBe(policy.version.slice(0, -15));
    expect(readPolicy(JSON.stringify(renewal.policy))).toEqual({ policy: renewal.policy });
    expect(policyFor(readCatalogue(), contract(), at("2027-01-01T12:00:00Z")).version).toBe(version);
    expect(holidays.length).toBeGreaterThan(60);
    expect(holidaysKnown.to > policy.holidaysKnown.to).toBe(true);
  });

  test("a day that is not a holiday any more is told as opened", () => {
    const renewal = renewedPolicy(
      policy,
      contract({ removeHolidays: ["2027-07-20"] }),
      at("2027-01-01T12:00:00Z"),
    )!;
    expect(renewal.opened).toEqual(["2027-07-20 Día de la Independencia"]);
  });

  test("a year before they end it is said, and not earlier", () => {
    expect(holidaysEndSoon(policy, at("2027-12-30T00:00:00Z"))).toBeNull();
    expect(holidaysEndSoon(policy, at("2028-01-02T00:00:00Z"))).toMatch(/\(CO\) end on 2028-12-31/);
    expect(holidaysEndSoon(policy, at("2029-01-02T00:00:00Z"))).toMatch(/ended on 2028-12-31/);
  });
});

describe("half days by hand", () => {
  const added = (...addHoliday: string[]) => addedHolidays({ addHoliday, removeHoliday: [] });
  test("a time closes until midnight, two times close between them, two dates close all days between", () => {
    expect(
      added("2026-12-24T13:00=Nochebuena", "2026-12-31T00:00/12:00", "2026-12-28/2026-12-29=Receso"),
    ).toEqual([
      { date: "2026-12-24", name: "Nochebuena", from: "13:00", to: "24:00" },
      { date: "2026-12-31", from: "00:00", to: "12:00" },
      { date: "2026-12-28", name: "Receso" },
      { date: "2026-12-29", name: "Receso" },
    ]);
  });
  test.each([
    ["2026-12-24T25:00", /time that does not exist/],
    ["2026-12-24T13:00/12:00", /closes nothing/],
    ["2026-12-24T13:00/2026-12-25", /mixes a time and a last date/],
    ["2026-12-24/2026-12-20", /must end on or after its first date/],
    ["2026-02-30T13:00", /not a date that exists/],
    ["Nochebuena", /not a date that exists/],
  ])("%s is refused", (text, said) => {
    expect(() => added(text)).toThrow(said);
  });
  test("a key that nothing reads is named with its path", () => {
    const contract = { plan: "Gold", timeZone: "UTC", holidays: "AR", holiday: "AR" };
    expect(enteredFaults({ dryrun: true, contract }).map(({ path }) => path)).toEqual([
      "contract.holiday",
      "dryrun",
    ]);
    const parts = (day: object) =>
      holidaySchema
        .safeParse({ date: "2026-12-24", ...day })
        .error?.issues.map(({ path, message }) => [path.join("."), message]);
    expect(parts({ from: "13:00", until: "14:00" })).toEqual([["", 'Unrecognized key: "until"']]);
    expect(parts({ from: "13:00", to: "12:00" })).toEqual([["to", expect.stringMatching(/later than from/)]]);
  });
});

describe("a key that does not exist is an error in every place where an operator enters days or zones", () => {
  const contract = { plan: "Gold", timeZone: "UTC", holidays: "AR" };
  const ordered = { name: "Go-live", orderedBy: "Ana", orderedAt: "2026-12-01T00:00:00Z" };
  const hours = { open: true, from: "2026-12-05", to: "2026-12-06", ...ordered };
  test.each<[place: string, settings: object, path: string]>([
    ["a zone", { timezone: "UTC" }, "contract.timezone"],
    ["a holiday calendar", { holidayCalendar: "AR" }, "contract.holidayCalendar"],
    ["a whole day", { addHolidays: [{ date: "2026-12-24", title: "x" }] }, "contract.addHolidays.0.title"],
    ["a half day", { addHolidays: [{ date: "2026-12-24", form: "13:00" }] }, "contract.addHolidays.0.form"],
    [
      "special hours",
      { specialHours: [{ ...hours, parts: ["18:00", "22:00"] }] },
      "contract.specialHours.0.parts",
    ],
  ])("%s of a contract", (_, more, path) => {
    expect(enteredFaults({ contract: { ...contract, ...more } }).map((fault) => fault.path)).toEqual([path]);
  });

  test("corrections, the plans' coverage and the service's configuration", () => {
    const folder = mkdtempSync(join(tmpdir(), "keys-"));
    const file = (name: string, content: object) => {
      writeFileSync(join(folder, name), JSON.stringify(content));
      return join(folder, name);
    };
    try {
      for (const [rule, key] of [
        [{ close: "12-24", form: "13:00", name: "x", law: "y" }, "form"],
        [{ open: "12-24", law: "y", nome: "x" }, "nome"],
      ] as const) {
        file("AR.json", { country: "AR", calendars: { AR: [rule] } });
        expect(() => readCorrections(folder)).toThrow(key);
      }
      const config = file("service.json", { zones: { folders: "x" } });
      expect(() => readConfig(config, {})).toThrow(/zones.*folders/);
      const catalogue = structuredClone(readCatalogue()) as { plans: { coverage: Record<string, object> }[] };
      Object.assign(Object.values(catalogue.plans[0]!.coverage)[0]!, { alwaysopen: true });
      expect(() => readCatalogue(file("plans.json", catalogue))).toThrow(/coverage\..*alwaysopen/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("an operator's own corrections apply after ours; a fault in them is a fault of the configuration", () => {
  const folder = mkdtempSync(join(tmpdir(), "own-"));
  mkdirSync(join(folder, "mine"));
  const write = (rule: object) => {
    writeFileSync(
      join(folder, "mine", "CR.json"),
      JSON.stringify({ country: "CR", calendars: { CR: [rule] } }),
    );
    writeFileSync(join(folder, "service.json"), JSON.stringify({ holidays: "mine" }));
    readConfig(join(folder, "service.json"), {});
  };
  try {
    expect(days("CR", 2026)).toContain("12-01");
    write({ open: "12-01", law: "Acuerdo 1" });
    expect(days("CR", 2026)).not.toContain("12-01");
    expect(() => write({ open: "12-32", law: "Acuerdo 1" })).toThrow(
      /holidays: .*CR.json cannot be used:\s+calendars.CR.0: there is no day 12-32/,
    );
  } finally {
    rmSync(join(folder, "mine", "CR.json"));
    useCorrections(join(folder, "mine"));
  }
});
