import { takePolicy } from "c/slaPolicy";
import { describe, expect, test } from "@jest/globals";
import {
  CatalogueError,
  compilePolicy,
  parseCatalogue,
  readPolicy,
  resolvePolicy,
  underPlan,
  validateCatalogue,
  type Catalogue,
  type ContractTerms,
  type Policy,
} from "../slaEngine.ts";
import { at, BUENOS_AIRES, catalogue, local, policyOf, SOVEREIGNTY } from "./support/story.ts";

const codes = catalogue.plans.map(({ code }) => code);
/** The plans on sale but this one. */
const allBut = (plan: string) => codes.filter((code) => code !== plan);
const copy = (): Catalogue => structuredClone(catalogue);
/** The shipped catalogue with one thing changed. */
function faults(change: (wrong: any) => void): string[] {
  const wrong = copy();
  change(wrong);
  return validateCatalogue(wrong).map(({ path, reason }) => `${path}: ${reason}`);
}

describe("the catalogue", () => {
  test("that ships is fine", () => {
    expect(validateCatalogue(catalogue)).toEqual([]);
    expect(codes).toEqual(expect.arrayContaining(["Silver", "Gold", "Platinum"]));
    expect(catalogue.categories.filter(({ covered }) => covered)).toHaveLength(4);
    expect(catalogue.categories).toHaveLength(8);
  });

  test.each<[string, (wrong: any) => void, string]>([
    ["format", (c) => (c.formatVersion = 2), "formatVersion: must be 1, not 2"],
    ["version", (c) => (c.version = " "), "version: must be a text that names this version of the catalogue"],
    [
      "default",
      (c) => (c.defaultPriority = "P7"),
      'defaultPriority: "P7" is not one of the priorities (P1, P2, P3, P4)',
    ],
    [
      "quoted",
      (c) => delete c.quotedPriority,
      "quotedPriority: undefined is not one of the priorities (P1, P2, P3, P4)",
    ],
    ["no plans", (c) => (c.plans = []), "plans: must be a list with at least one entry"],
    ["no categories", (c) => (c.categories = {}), "categories: must be a list with at least one entry"],
    ["entry", (c) => (c.channels[1] = "Email"), "channels[1]: must be an object"],
    ["code", (c) => (c.categories[0].code = 7), "categories[0].code: must be a text"],
    ["twice", (c) => (c.plans[1].code = "Silver"), 'plans[1].code: "Silver" is there twice'],
    ["label", (c) => delete c.plans[0].label.es, "plans[0].label.es: must be a text"],
    ["labels", (c) => delete c.priorities[0].when, "priorities[0].when.en: must be a text"],
    [
      "channel for",
      (c) => (c.channels[4].priorities = ["P0"]),
      'channels[4].priorities[0]: "P0" is not a known priority',
    ],
    [
      "channel without a list",
      (c) => (c.channels[4].priorities = "P1"),
      "channels[4].priorities: must be a list",
    ],
    ["covered", (c) => (c.categories[2].covered = "yes"), "categories[2].covered: must be true or false"],
    ["steps", (c) => (c.steps = null), "steps: must be a list"],
    ["step", (c) => (c.steps[0] = 1), "steps[0]: must be an object"],
    ["step name", (c) => (c.steps[0].name = ""), "steps[0].name: must be a text"],
    ["step twice", (c) => (c.steps[1].name = "opened"), 'steps[1].name: "opened" is there twice'],
    [
      "step at",
      (c) => (c.steps[2].at = "soon"),
      'steps[2].at: "soon" is not a share such as "75%" or an offset such as "-15m" or "+1h"',
    ],
    ["step label", (c) => (c.steps[2].label = "x"), "steps[2].label.es: must be a text"],
    ["step do", (c) => delete c.steps[0].do, "steps[0].do: must be a list of actions"],
    ["step action", (c) => (c.steps[0].do = [{}]), "steps[0].do[0].type: must be a text"],
    ["plan steps", (c) => (c.plans[0].steps = [1]), "plans[0].steps[0]: must be an object"],
    [
      "plan channel",
      (c) => c.plans[0].channels.push("Fax"),
      'plans[0].channels[3]: "Fax" is not a known channel',
    ],
    [
      "reading",
      (c) => (c.plans[0].businessDay = "week"),
      'plans[0].businessDay: "week" is not one of dayLength, sameTimeNextBusinessDay, endOfNextBusinessDay',
    ],
    ["coverage", (c) => (c.plans[0].coverage = {}), "plans[0].coverage: must hold at least one coverage"],
    [
      "coverage entry",
      (c) => (c.plans[0].coverage.business = 1),
      "plans[0].coverage.business: must be an object",
    ],
    [
      "no window",
      (c) => (c.plans[0].coverage.business.weekly = {}),
      "plans[0].coverage.business: weekly has no window: no coverage at all",
    ],
    [
      "opening",
      (c) => (c.plans[0].coverage.business.weekly.mon = [["24:00", "25:00"]]),
      'plans[0].coverage.business: weekly.mon[0] opens at "24:00", which can only be a closing',
    ],
    ["commitments", (c) => (c.plans[0].commitments = 1), "plans[0].commitments: must be a list"],
    ["commitment", (c) => (c.plans[0].commitments[0] = null), "plans[0].commitments[0]: must be an object"],
    [
      "without a priority",
      (c) => c.plans[0].commitments.shift(),
      'plans[0].commitments: plan "Silver" promises nothing for P1',
    ],
    [
      "promised twice",
      (c) => c.plans[0].commitments[0].priorities.push("P2"),
      'plans[0].commitments[1].priorities: "P2" is promised twice',
    ],
    [
      "unknown priority",
      (c) => (c.plans[0].commitments[0].priorities = ["P1", "X"]),
      'plans[0].commitments[0].priorities[1]: "X" is not a known priority',
    ],
    [
      "coverage key",
      (c) => (c.plans[0].commitments[0].coverage = "night"),
      'plans[0].commitments[0].coverage: "night" is not a coverage of this plan',
    ],
    [
      "two units",
      (c) => (c.plans[0].commitments[0].target = { hours: 1, minutes: 5 }),
      "plans[0].commitments[0].target: must give exactly one of hours, minutes and businessDays",
    ],
    [
      "unknown unit",
      (c) => (c.plans[0].commitments[0].target = { days: 1 }),
      "plans[0].commitments[0].target: must give exactly one of hours, minutes and businessDays",
    ],
    [
      "target that is not one",
      (c) => (c.plans[0].commitments[0].target = null),
      "plans[0].commitments[0].target: must give exactly one of hours, minutes and businessDays",
    ],
    [
      "infinity",
      (c) => (c.plans[0].commitments[0].target = { hours: Infinity }),
      "plans[0].commitments[0].target: hours must be a number above 0, not Infinity",
    ],
    [
      "zero",
      (c) => (c.plans[0].commitments[0].target = { hours: 0 }),
      "plans[0].commitments[0].target: hours must be a number above 0, not 0",
    ],
    [
      "a text",
      (c) => (c.plans[0].commitments[0].target = { minutes: "5" }),
      'plans[0].commitments[0].target: minutes must be a number above 0, not "5"',
    ],
    [
      "unequal days",
      (c) => (c.plans[0].coverage.business.weekly.fri = [["09:00", "17:00"]]),
      "plans[0].commitments[1].target: counts business days on days of unequal length: name the reading (sameTimeNextBusinessDay or endOfNextBusinessDay)",
    ],
  ])("refuses a wrong %s with its path and a reason", (_what, change, fault) => {
    expect(faults(change)).toContain(fault);
  });

  test("unequal days are fine once the reading is named, in whole days", () => {
    const unequal = (c: Catalogue) => {
      (c.plans[0]!.coverage.business as { weekly: any }).weekly.fri = [["09:00", "17:00"]];
      c.plans[0]!.businessDay = "endOfNextBusinessDay";
    };
    expect(faults(unequal)).toEqual([]);
    const halfDays = (c: any) => {
      unequal(c);
      c.plans[0].commitments[1].target = { businessDays: 1.5 };
    };
    expect(faults(halfDays)).toEqual([
      "plans[0].commitments[1].target: endOfNextBusinessDay counts whole business days, not 1.5",
    ]);
  });

  test.each(["75%", "12.5%", "33.333%", "150%", "-15m", "+30m", "-1h", "+90m"])(
    "a step may come at %s",
    (when) => expect(faults((c) => (c.steps[2].at = when))).toEqual([]),
  );

  test.each([
    ...[
      "about 75%",
      "75% or so",
      "12.3456%",
      "12.%",
      "12.x%",
      "75",
      "%",
      "15m",
      "at +1h",
      "+1h later",
      "+1d",
    ],
    ["75%"],
    75,
  ])("a step cannot come at %j", (when) =>
    expect(faults((c) => (c.steps[2].at = when))).toEqual([
      `steps[2].at: ${typeof when === "string" ? `"${when}"` : JSON.stringify(when)} is not a share such as "75%" or an offset such as "-15m" or "+1h"`,
    ]),
  );

  test("priorities that are no list are told as that, and as promising nothing", () => {
    const wrong = faults((c) => c.plans[0].commitments.forEach((each: any) => (each.priorities = "all")));
    expect(wrong).toEqual([
      ...[0, 1].map((i) => `plans[0].commitments[${i}].priorities: must be a list`),
      ...["P1", "P2", "P3", "P4"].map(
        (code) => `plans[0].commitments: plan "Silver" promises nothing for ${code}`,
      ),
    ]);
  });

  test("business days on a coverage that the plan does not have are told as that", () => {
    expect(faults((c) => (c.plans[0].commitments[1].coverage = "night"))).toEqual([
      'plans[0].commitments[1].coverage: "night" is not a coverage of this plan',
    ]);
  });

  test("a coverage that cannot be read is told once, not again for each target counted on it", () => {
    expect(faults((c) => (c.plans[0].coverage.business.weekly.mon = [["9", "18:00"]]))).toEqual([
      'plans[0].coverage.business: weekly.mon[0] opens at "9", which is not a wall time HH:MM',
    ]);
  });

  test("reports every fault at once, and parsing throws them", () => {
    expect(validateCatalogue(null)).toEqual([{ path: "", reason: "a catalogue must be an object" }]);
    expect(validateCatalogue({}).length).toBeGreaterThan(6);
    expect(() => parseCatalogue("{")).toThrow(/^not JSON/);
    expect(() => parseCatalogue({ ...copy(), version: 1, defaultPriority: "X" })).toThrow(CatalogueError);
    expect(() => parseCatalogue({ ...copy(), version: 1, defaultPriority: "X" })).toThrow(
      /version: .*\ndefaultPriority: /,
    );
    expect(parseCatalogue(JSON.stringify(catalogue))).toEqual(catalogue);
    expect(() => parseCatalogue(null)).toThrow(expect.objectContaining({ name: "CatalogueError" }));
  });
});

describe("resolving a policy", () => {
  const terms: ContractTerms = {
    plan: "Silver",
    timeZone: BUENOS_AIRES,
    holidayCalendar: "AR",
    holidays: [SOVEREIGNTY],
    holidaysKnown: { from: "2026-01-01", to: "2027-12-31" },
  };

  test("makes plain data, small enough for the field it is kept in", () => {
    const policy = policyOf("Platinum");
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
    expect(JSON.stringify(policy).length).toBeLessThan(16_000);
    expect(policy.targets.P1).toEqual({ calendar: "roundTheClock", target: { hours: 1 } });
    expect(policy.businessDay).toBe("dayLength");
    expect(policy.otherPlans.map(({ plan }) => plan)).toEqual(allBut("Platinum"));
    expect(policy.version.length).toBeLessThanOrEqual(40);
  });

  test("its version changes with what can move a deadline, and with nothing else", () => {
    const { version } = policyOf("Silver");
    expect(policyOf("Silver").version).toBe(version);
    expect(policyOf("Silver", { holidays: [{ ...SOVEREIGNTY, name: "x" }] }).version).toBe(version);
    const others = [
      policyOf("Gold"),
      policyOf("Silver", { timeZone: "America/Montevideo" }),
      policyOf("Silver", { holidays: [] }),
      policyOf("Silver", { holidays: [{ date: "2026-11-23", from: "12:00" }] }),
      policyOf("Silver", { businessDay: "endOfNextBusinessDay" }),
    ];
    const changed = (change: (catalogue: any) => void) => {
      const other = copy();
      change(other);
      return resolvePolicy(other, terms);
    };
    others.push(
      changed(({ categories }) => (categories[0].covered = false)),
      changed(({ steps }) => (steps[0].at = "40%")),
    );
    expect(new Set([version, ...others.map((policy) => policy.version)]).size).toBe(8);
    for (const policy of others)
      expect(policy.version).toMatch(new RegExp(`^${catalogue.version}-[0-9a-f]{14}$`));
    const long = changed((other) => (other.version = "a version with a very long name of its own"));
    expect(long.version).toMatch(/^a version with a very lo-[0-9a-f]{14}$/);
  });

  test("its version is the same from one release to the next", () => {
    const small = {
      ...{ formatVersion: 1, version: "small", defaultPriority: "P1", quotedPriority: "P1" },
      priorities: [{ code: "P1", label: { es: "Única", en: "Only" }, when: { es: "Siempre", en: "Always" } }],
      channels: [{ code: "Portal", label: { es: "Portal", en: "Portal" } }],
      categories: [{ code: "Any", label: { es: "Toda", en: "Any" }, covered: true }],
      steps: [{ name: "breach", at: "100%", label: { es: "Vencido", en: "Breached" }, do: [] }],
      plans: [
        {
          ...{ code: "Silver", label: { es: "Plata", en: "Silver" }, channels: ["Portal"] },
          coverage: { business: { weekly: { mon: [["09:00", "18:00"]] } } },
          commitments: [{ priorities: ["P1"], coverage: "business", target: { hours: 4 } }],
        },
      ],
    };
    expect(resolvePolicy(parseCatalogue(small), terms).version).toBe("small-07abc884aea249");
  });

  test("an offer has a reading of its own where its plan names one", () => {
    const own = copy();
    own.plans[1]!.businessDay = "endOfNextBusinessDay";
    const { otherPlans } = resolvePolicy(own, terms);
    expect(otherPlans[0]!.businessDay).toBe("endOfNextBusinessDay");
    expect(otherPlans[1]).not.toHaveProperty("businessDay");
  });

  test.each<[string, Partial<ContractTerms>, RegExp]>([
    ["plan", { plan: "Nickel" }, /plan: "Nickel" is not a plan of the catalogue \(Silver, Gold, Platinum/],
    ["zone", { timeZone: "America/Nowhere" }, /timeZone "America\/Nowhere" is not a time zone/],
    [
      "holiday",
      { holidays: [{ date: "2026-02-30" }] },
      /holidays\[0\] is not a date that exists: "2026-02-30"/,
    ],
    [
      "known from",
      { holidaysKnown: { from: "x", to: "2027-01-01" } },
      /holidaysKnown.from: "x" is not an ISO date/,
    ],
    ["reading", { businessDay: "x" as never }, /businessDay: "x" is not one of/],
  ])("refuses a wrong %s", (_what, wrong, message) => {
    expect(() => resolvePolicy(catalogue, { ...terms, ...wrong })).toThrow(message);
    expect(() => resolvePolicy(catalogue, { ...terms, ...wrong })).toThrow(CatalogueError);
  });

  test("a contract's reading wins over the plan's, and has to fit", () => {
    const own = copy();
    own.plans[0]!.businessDay = "endOfNextBusinessDay";
    (own.plans[0]!.coverage.business as any).weekly.fri = [["09:00", "17:00"]];
    expect(resolvePolicy(own, terms).businessDay).toBe("endOfNextBusinessDay");
    expect(() => resolvePolicy(own, { ...terms, businessDay: "dayLength" })).toThrow(
      /^plan Silver: commitments\[1\]\.target: .*unequal length/,
    );
    expect(resolvePolicy(own, { ...terms, businessDay: "sameTimeNextBusinessDay" }).businessDay).toBe(
      "sameTimeNextBusinessDay",
    );
  });
});

describe("reading a policy", () => {
  const whole = policyOf("Silver");
  const problem = (change: (policy: any) => void) => {
    const wrong = structuredClone(whole);
    change(wrong);
    return readPolicy(JSON.stringify(wrong));
  };

  test("gives back what was resolved", () =>
    expect(readPolicy(JSON.stringify(whole))).toEqual({ policy: whole }));

  test("a calendar that is always open needs no week", () => {
    const open = { ...whole, calendars: { ...whole.calendars, business: { alwaysOpen: true } } };
    const { policy } = readPolicy(JSON.stringify(open)) as { policy: Policy };
    expect(
      compilePolicy(policy)
        .calendar("business")
        .elapsed(0, 7 * 24 * 3_600_000),
    ).toBe(7 * 24 * 3_600_000);
  });

  test.each([
    [null, "absent", "the contract holds no policy"],
    [undefined as never, "absent", "the contract holds no policy"],
    [" ", "absent", "the contract holds no policy"],
    ["{", "damaged", /not JSON/],
    ["null", "damaged", "formatVersion is missing"],
    ["{}", "damaged", "formatVersion is missing"],
    ['{"formatVersion":2}', "newerFormat", "format 2; this reads format 1"],
    ['{"formatVersion":"2"}', "damaged", "formatVersion is missing"],
    ['{"formatVersion":0}', "damaged", "formatVersion is missing"],
    ['{"formatVersion":1}', "damaged", /./],
  ])("says of %j that it is %s", (json, kind, detail) => {
    expect(takePolicy(json)).toEqual({ problem: kind });
    expect(readPolicy(json)).toEqual({
      problem: kind,
      detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
    });
  });

  test.each<[string, (policy: any) => void, string | RegExp]>([
    ["steps", (p) => (p.steps = 1), "steps: must be a list"],
    ["categories", (p) => delete p.categories, "categories: must be a list"],
    ["zone", (p) => (p.timeZone = "x"), 'timeZone "x" is not a time zone of the IANA database'],
    ["calendar", (p) => (p.calendars.business.weekly = {}), /calendars.business: weekly has no window/],
    [
      "reading",
      (p) => (p.businessDay = "x"),
      'businessDay: "x" is not one of dayLength, sameTimeNextBusinessDay, endOfNextBusinessDay',
    ],
    ["or missing reading", (p) => delete p.businessDay, "businessDay: is missing"],
    [
      "span of known holidays",
      (p) => delete p.holidaysKnown,
      "holidaysKnown.from: undefined is not an ISO date",
    ],
    ["known", (p) => (p.holidaysKnown.to = ""), 'holidaysKnown.to: "" is not an ISO date'],
    [
      "target",
      (p) => (p.targets.P1.target = { hours: -1 }),
      "targets.P1: hours must be a number above 0, not -1",
    ],
    [
      "target's calendar",
      (p) => (p.targets.P1.calendar = "x"),
      "targets.P1: has no target on a known calendar",
    ],
    ["default", (p) => (p.defaultPriority = "x"), "defaultPriority: is not a known priority"],
    ["step", (p) => (p.steps[0].at = "x"), /steps\[0\].at: "x"/],
  ])("a damaged %s is said, not guessed", (_what, change, detail) => {
    expect(problem(change)).toEqual({
      problem: "damaged",
      detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
    });
  });
});

describe("a compiled policy", () => {
  test("is compiled once, and refuses what it does not have", () => {
    const policy = policyOf("Platinum");
    const compiled = compilePolicy(policy);
    expect(compilePolicy(policy)).toBe(compiled);
    expect(compiled.calendar("extended")).toBe(compiled.calendar("extended"));
    expect(() => compiled.calendar("night")).toThrow(RangeError);
    expect(() => compiled.calendar("constructor")).toThrow(RangeError);
    expect(() => underPlan(policy, "Nickel")).toThrow(/"Nickel" is not a plan on sale/);
  });

  test("says what the same contract would be under another plan", () => {
    const silver = policyOf("Silver");
    const gold = underPlan(silver, "Gold");
    expect(underPlan(silver, "Gold")).toBe(gold);
    expect(underPlan(silver, "Silver")).toBe(silver);
    expect(gold).toMatchObject({ plan: "Gold", timeZone: BUENOS_AIRES, holidays: [SOVEREIGNTY] });
    const compiled = compilePolicy(gold);
    const { calendar, target } = compiled.commitment("P1", null);
    expect(local(compiled.due(at("2026-11-20 19:00"), calendar, target))).toBe("2026-11-24 09:00");
    expect(gold.otherPlans.map(({ plan }) => plan).sort()).toEqual(allBut("Gold").sort());
    const back = compilePolicy(underPlan(gold, "Silver")).commitment("P3", null);
    expect(back).toMatchObject({ priority: "P3", target: { businessDays: 1 } });
  });

  test("round-the-clock coverage knows no holiday", () => {
    const compiled = compilePolicy(policyOf("Platinum"));
    expect(compiled.calendar("roundTheClock").isOpen(at("2026-11-23 12:00"))).toBe(true);
    expect(compiled.calendar("extended").isOpen(at("2026-11-23 12:00"))).toBe(false);
  });
});
