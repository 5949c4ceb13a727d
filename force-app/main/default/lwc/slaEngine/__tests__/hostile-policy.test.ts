// A policy comes from a client's org, where somebody may have damaged it or made it dear to compute with.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  channelVerdict,
  compilePolicy,
  computeClocks,
  parseCatalogue,
  promises,
  underPlan,
  type Fact,
  type Policy,
} from "../slaEngine.ts";
import { takePolicy } from "c/slaPolicy";
import { readPolicy as readInWords } from "c/slaPolicyCheck";
import { at, catalogue, contractOf, policyOf } from "./support/story.ts";

/** As the service reads it; a page gives the same verdict without the sentences. */
function readPolicy(json: string): ReturnType<typeof readInWords> {
  const answer = readInWords(json);
  const ofPage = takePolicy(json);
  if ("policy" in answer) expect(ofPage).toEqual({ policy: answer.policy });
  else expect(ofPage).toEqual({ problem: answer.problem });
  return answer;
}
const read = (change: (policy: any) => void) => {
  const policy = structuredClone(policyOf("Platinum")) as any;
  change(policy);
  return readPolicy(JSON.stringify(policy));
};
const refused = (change: (policy: any) => void) => {
  const answer = read(change);
  return "problem" in answer ? answer.detail : "taken";
};
const minuteWindows = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const time = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    return [time(2 * i), time(2 * i + 1)];
  });
const week = (windows: unknown) => ({ mon: windows, tue: windows, wed: windows, thu: windows, fri: windows });
const firstCalendar = (policy: any): string => policy.targets.P1.calendar;

describe("a damaged policy is refused whole, with its path", () => {
  test.each<[string, (policy: any) => void, RegExp]>([
    ["another plan without channels", (p) => (p.otherPlans = [{ plan: "Gold" }]), /^otherPlans\[0\]\./],
    ["an empty text for the other plans", (p) => (p.otherPlans = ""), /^otherPlans: /],
    ["no other plan, but null", (p) => (p.otherPlans = [null]), /^otherPlans\[0\]: must be an object/],
    [
      "a channel of another plan that is null",
      (p) => p.otherPlans[0].channels.push(null),
      /otherPlans\[0\]\.channels\[\d\]: must be a text/,
    ],
    [
      "another plan's target",
      (p) => delete p.otherPlans[1].targets.P2,
      /^otherPlans\[1\]\.targets\.P2: has no target/,
    ],
    [
      "another plan twice",
      (p) => (p.otherPlans[1] = p.otherPlans[0]),
      /^otherPlans\[1\]\.plan: is there twice/,
    ],
    ["another plan's reading", (p) => (p.otherPlans[0].businessDay = "x"), /^otherPlans\[0\]\.businessDay/],
    ["a category that is null", (p) => p.categories.push(null), /^categories\[\d\]: must be an object/],
    [
      "a category's verdict",
      (p) => (p.categories[0].covered = "no"),
      /^categories\[0\]\.covered: must be true or false/,
    ],
    [
      "a channel that is null",
      (p) => p.channelCatalogue.unshift(null),
      /^channelCatalogue\[0\]: must be an object/,
    ],
    [
      "a channel's priorities",
      (p) => (p.channelCatalogue[0].priorities = "P1"),
      /^channelCatalogue\[0\]\.priorities: must be a list/,
    ],
    ["a channel of the plan", (p) => p.channels.push({}), /^channels\[\d\]: must be a text/],
    ["a priority that is null", (p) => (p.priorities[0] = null), /^priorities\[0\]: must be an object/],
    [
      "a priority's label as a text",
      (p) => (p.priorities[0].label = "Crítico"),
      /^priorities\[0\]\.label\.es: must be a text/,
    ],
    [
      "a priority's label in one language",
      (p) => delete p.priorities[0].label.en,
      /^priorities\[0\]\.label\.en: must be a text/,
    ],
    ["a priority twice", (p) => (p.priorities[1].code = "P1"), /^priorities\[1\]\.code: "P1" is there twice/],
    ["the plan's label", (p) => (p.label = null), /^label\.es: must be a text/],
    ["the plan's name", (p) => (p.plan = 7), /^plan: must be a text/],
    ["a NUL in the plan's name", (p) => (p.plan = "Gold\u0000"), /^plan: has a control character/],
    ["the targets", (p) => (p.targets = []), /^targets: must be an object/],
    ["a target that is null", (p) => (p.targets.P1 = null), /^targets\.P1: has no target/],
    [
      "a target on what every object has",
      (p) => (p.targets.P1.calendar = "__proto__"),
      /^targets\.P1: has no target on a known calendar/,
    ],
    ["the calendars", (p) => (p.calendars = null), /^calendars: must be an object/],
    [
      "a calendar's hours",
      (p) => (p.calendars[firstCalendar(p)] = { alwaysOpen: "yes" }),
      /^calendars\..*\.alwaysOpen: must be true or false/,
    ],
    [
      "an empty text for a weekday's windows",
      (p) => (p.calendars[firstCalendar(p)] = { weekly: { mon: [["09:00", "18:00"]], thu: "" } }),
      /weekly\.thu must be a list of \[from, to\]/,
    ],
    ["a holiday's name", (p) => (p.holidays[0].name = {}), /^holidays\[0\]\.name: must be a text/],
    [
      "parts of 1,098 dates by special hours, which would hold a process for seconds",
      (p) => {
        p.formatVersion = 2;
        p.special = [1, 2, 3].map((n) => ({
          ...{ open: true, from: "2026-12-01", to: "2027-12-01", part: ["18:00", `2${n}:00`] },
          ...{ name: "x", orderedBy: "x", orderedAt: "2026-11-01T00:00:00Z" },
        }));
      },
      /special changes a part of 1098 dates; at most 1000 fit/,
    ],
    ["a holiday that is null", (p) => p.holidays.push(null), /holidays\[1\] must be an ISO date/],
    ["the version", (p) => (p.version = null), /^version: must be a text/],
    ["a step that is null", (p) => (p.steps[1] = null), /^steps\[1\]: must be an object/],
    [
      "a step's label as a text",
      (p) => (p.steps[1].label = "Notice"),
      /^steps\[1\]\.label\.es: must be a text/,
    ],
    [
      "a step's action that is null",
      (p) => (p.steps[1].do = [null]),
      /^steps\[1\]\.do\[0\]: must be an object/,
    ],
    [
      "a step's action without a type",
      (p) => (p.steps[1].do = [{ type: 1 }]),
      /^steps\[1\]\.do\[0\]\.type: must be a text/,
    ],
    ["a step twice", (p) => (p.steps[1].name = p.steps[0].name), /^steps\[1\]\.name: ".*" is there twice/],
    [
      "what nests without end",
      (p) => (p.steps[0].do[0].more = JSON.parse("[".repeat(90) + "]".repeat(90))),
      /deeper than 16 levels/,
    ],
  ])("%s", (_what, change, fault) => expect(refused(change)).toMatch(fault));

  const names = [
    "notice/",
    "not/ice",
    "/notice",
    "notice\n",
    "no\ntice",
    "notice\u2028",
    "a@1",
    "",
    " ",
    " notice",
    "notice\u0000",
  ];
  test.each([...names, "n".repeat(41)])(
    "a step that is called %j, in a policy and in the catalogue",
    (name) => {
      expect(refused((p) => (p.steps[0].name = name))).toMatch(/^steps\[0\]\.name: /);
      const own = structuredClone(catalogue);
      own.steps[0]!.name = name;
      expect(() => parseCatalogue(own)).toThrow(/^steps\[0\]\.name: /);
    },
  );
  test.each(["escalation3", "segundo aviso", "crítico", "2nd-call", "n".repeat(40)])(
    "a step may be called %j",
    (name) => expect(refused((p) => (p.steps[0].name = name))).toBe("taken"),
  );

  test("a policy with one odd part is refused, or can be computed with", () => {
    // without a law the host is asked, and a page asks nobody: see zone-law.test.ts
    const whole = { ...policyOf("Platinum"), zone: { version: "2026f", offset: -10_800, changes: [] } };
    const paths: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) paths.push(path);
      if (typeof value === "object" && value !== null)
        for (const [key, part] of Object.entries(value))
          walk(part, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    walk(whole, []);
    const odd = fc.oneof(
      fc.constantFrom<unknown>(null, [], {}, [null], [{}], "", "x", 0, -1, 1e300, true, "P1", "constructor"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), odd, (path, value) => {
        const policy = structuredClone(whole) as any;
        const parent = path.slice(0, -1).reduce((inside, key) => inside[key], policy);
        parent[path.at(-1)!] = value;
        const answer = readPolicy(JSON.stringify(policy));
        if ("problem" in answer)
          return expect(answer.detail).not.toMatch(/undefined \(reading|not iterable|not a function/);
        const taken: Policy = answer.policy;
        const compiled = compilePolicy(taken);
        for (const { code } of taken.priorities) {
          for (const { code: channel } of taken.channelCatalogue) channelVerdict(taken, channel, code);
          for (const offer of taken.otherPlans) {
            const other = compilePolicy(underPlan(taken, offer.plan));
            const { calendar, target } = other.commitment(code, null);
            other.due(at("2026-11-25 10:00"), calendar, target);
          }
        }
        promises(compiled, at("2026-11-25 10:00"), null);
        const contract = { ...contractOf("Platinum"), policy: taken };
        const created: Fact = {
          ...{
            id: "c",
            kind: "created",
            at: at("2026-11-25 10:00"),
            by: { userId: null, role: "requester" },
          },
          ...{ status: "New", closed: false, priority: "P1", category: null, channel: "OnCall" },
          ...{ contractId: contract.id, owner: "queue" as const },
        };
        computeClocks([created], [contract], at("2026-11-25 11:00"));
      }),
      { numRuns: 400 },
    );
  });
});

describe("a policy that is dear to compute with is refused, soon and on every machine alike", () => {
  const partial = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      date: new Date(Date.UTC(2026, 0, 1 + Math.floor(i / 2))).toISOString().slice(0, 10),
      ...(i % 2 === 0 ? { from: "10:00", to: "10:01" } : { from: "11:00", to: "11:01" }),
    }));
  test.each<[string, (policy: any) => void, RegExp]>([
    [
      "700 windows a day",
      (p) => (p.calendars.extended.weekly = week(minuteWindows(700))),
      /^calendars\.extended\.weekly\.mon: has 700 windows; at most 12/,
    ],
    [
      "13 windows on one day",
      (p) => (p.calendars.extended.weekly.tue = minuteWindows(13)),
      /weekly\.tue: has 13 windows/,
    ],
    [
      "1,300 partial holidays",
      (p) => (p.holidays = partial(1300)),
      /^holidays: has 1300 entries; at most 500/,
    ],
    [
      "a target of a million hours",
      (p) => (p.targets.P1.target = { hours: 1e6 }),
      /^targets\.P1: hours may be 10000 at most/,
    ],
    [
      "a million minutes",
      (p) => (p.targets.P1.target = { minutes: 1e6 }),
      /^targets\.P1: minutes may be 600000 at most/,
    ],
    [
      "a thousand business days",
      (p) => (p.targets.P2.target = { businessDays: 1000 }),
      /^targets\.P2: businessDays may be 400 at most/,
    ],
    [
      "a target that would take centuries",
      (p) => {
        p.calendars.rare = { weekly: { mon: [["09:00", "09:01"]] }, alwaysOpen: false };
        p.targets.P1 = { calendar: "rare", target: { hours: 9_999 } };
      },
      /^targets\.P1: (the span holds more than \d+ years|falls due more than 10 years)/,
    ],
    [
      "a target that would take twelve years",
      (p) => {
        p.calendars.rare = { weekly: { mon: [["09:00", "09:01"]] }, alwaysOpen: false };
        p.targets.P1 = { calendar: "rare", target: { minutes: 620 } };
      },
      /^targets\.P1: falls due more than 10 years/,
    ],
    [
      "a ledger of thousands of stretches",
      (p) => {
        p.calendars.chopped = { weekly: week(minuteWindows(12)), alwaysOpen: false };
        p.targets.P1 = { calendar: "chopped", target: { minutes: 1_500 } };
      },
      /^targets\.P1: has more than 1000 openings/,
    ],
    [
      "a step long after",
      (p) => {
        p.calendars.rare = { weekly: { mon: [["09:00", "09:01"]] }, alwaysOpen: false };
        p.targets.P1 = { calendar: "rare", target: { minutes: 60 } };
        p.steps.at(-1).at = "9999%";
      },
      /^targets\.P1: (has a step more than 10 years|the span holds)/,
    ],
    [
      "the same in another plan",
      (p) => (p.otherPlans[0].targets.P1.target = { hours: 1e6 }),
      /^otherPlans\[0\]\.targets\.P1: hours/,
    ],
    [
      "too many calendars",
      (p) => {
        for (let i = 0; i < 41; i++) p.calendars[`c${i}`] = p.calendars.extended;
      },
      /^calendars: are \d+ with those of the other plans; at most 40/,
    ],
    [
      "too many steps",
      (p) => (p.steps = Array.from({ length: 31 }, (_, i) => ({ ...p.steps[0], name: `s${i}` }))),
      /^steps: has 31 entries; at most 30/,
    ],
    ["a text past the field", (p) => (p.more = "x".repeat(131_072)), /^longer than 131072 characters/],
  ])("%s", (_what, change, fault) => expect(refused(change)).toMatch(fault));

  test("a catalogue is held to the same bounds", () => {
    const own = structuredClone(catalogue) as any;
    own.plans[0].coverage.business.weekly.mon = minuteWindows(13);
    own.plans[1].commitments[0].target = { hours: 1e6 };
    expect(() => parseCatalogue(own)).toThrow(
      /plans\[0\]\.coverage\.business\.weekly\.mon: has 13 windows[^]*plans\[1\]\.commitments\[0\]\.target: hours may be/,
    );
    const shipped = new URL("../../../../../../config/support-plans.json", import.meta.url);
    expect(() => parseCatalogue(readFileSync(shipped, "utf8"))).not.toThrow();
  });
});

describe("a page's verdict is the service's, at every bound", () => {
  const unused = (weekly: unknown) => (policy: any) => {
    policy.calendars.unused = { weekly };
  };
  const unequal = { mon: [["09:00", "18:00"]], tue: [["09:00", "13:00"]] };
  const days = (amount: number, reading: string, weekly?: unknown) => (policy: any) => {
    policy.businessDay = reading;
    policy.targets.P2.target = { businessDays: amount };
    if (weekly) policy.calendars[policy.targets.P2.calendar] = { weekly, alwaysOpen: false };
  };
  const special = (hours: object) => (policy: any) => {
    const whole = { open: true, from: "2026-12-04", to: "2026-12-05", name: "Go-live" };
    policy.formatVersion = 2;
    policy.special = [{ ...whole, orderedBy: "Ada", orderedAt: "2026-11-01T12:00:00Z", ...hours }];
  };
  const law = (changed: object) => (policy: any) => {
    const changes = [
      [3_600, 3_600],
      [7_200, 0],
    ];
    policy.zone = { version: "2026f", offset: 0, changes, place: { es: "Acá", en: "Here" }, ...changed };
  };
  const changes = (count: number) => Array.from({ length: count }, (_, i) => [i * 3_600, (i % 2) * 3_600]);
  const fillCalendars = (policy: any, count: number) => {
    const others = policy.otherPlans.flatMap(({ calendars }: any) => Object.keys(calendars)).length;
    const own = Object.values(policy.calendars);
    for (let i = own.length + others; i < count; i++) policy.calendars[`c${i}`] = own[0];
  };
  /** P1 on Mondays until then, or in so many minutes of them, with one step. */
  const promise =
    (target: object, until: string | number = "09:01", stepAt = "100%", more: string[] = []) =>
    (policy: any) => {
      const windows = typeof until === "string" ? [["09:00", until]] : minuteWindows(until);
      const weekly = Object.fromEntries(["mon", ...more].map((day) => [day, windows]));
      policy.calendars.rare = { weekly, alwaysOpen: false };
      policy.targets.P1 = { calendar: "rare", target };
      policy.steps = [{ ...policy.steps[0], at: stepAt }];
      policy.businessDay = "sameTimeNextBusinessDay";
    };
  test.each<[string, boolean, (policy: any) => void]>([
    ["a name of 80 characters", true, (p) => (p.plan = "x".repeat(80))],
    ["a name of 81 characters", false, (p) => (p.plan = "x".repeat(81))],
    ["a text of 400 characters", true, (p) => (p.label.es = "x".repeat(400))],
    ["a text of 401 characters", false, (p) => (p.label.es = "x".repeat(401))],
    ["a step's name in a list", false, (p) => (p.steps[0].name = ["notice"])],
    ["a step's time in a list", false, (p) => (p.steps[0].at = ["50%"])],
    ["a promise on a list of calendars", false, (p) => (p.targets.P1.calendar = [p.targets.P1.calendar])],
    ["a target that is a text", false, (p) => (p.targets.P1.target = { hours: "4" })],
    ["other plans that are one plan", false, (p) => (p.otherPlans = p.otherPlans[0])],
    ["a holiday that does not exist", false, (p) => (p.holidays[0].date = "2026-02-30")],
    ["a last known day that does not exist", false, (p) => (p.holidaysKnown.to = "2026-02-30")],
    ["a day of another language", false, unused({ lunes: [], mon: [["09:00", "18:00"]] })],
    ["as many calendars as fit", true, (p) => fillCalendars(p, 40)],
    ["one calendar more", false, (p) => fillCalendars(p, 41)],
    [
      "special hours that end as they begin",
      false,
      special({ from: "2026-12-04T10:00", to: "2026-12-04T10:00" }),
    ],
    ["special hours of 366 days", true, special({ from: "2026-01-01", to: "2027-01-01" })],
    ["special hours of 367 days", false, special({ from: "2026-01-01", to: "2027-01-02" })],
    ["as many changes of a law as fit", true, law({ changes: changes(400) })],
    ["one change more", false, law({ changes: changes(401) })],
    ["due after 522 weeks", true, promise({ minutes: 522 })],
    ["due after 523 weeks", false, promise({ minutes: 523 })],
    ["the same in hours", true, promise({ hours: 522 }, "10:00")],
    ["an hour more", false, promise({ hours: 523 }, "10:00")],
    ["the same in days", true, promise({ businessDays: 400 }, "09:01", "100%", ["tue"])],
    ["a thousand openings", true, promise({ minutes: 1000 }, 10)],
    ["more than a thousand openings", false, promise({ minutes: 1001 }, 10)],
    ["more than a thousand openings in days", false, promise({ businessDays: 101 }, 10)],
    ["a last step after 522 weeks", true, promise({ minutes: 492 }, "09:01", "+30m")],
    ["a last step after 523 weeks", false, promise({ minutes: 493 }, "09:01", "+30m")],
    ["a last step before the due instant", true, promise({ minutes: 522 }, "09:01", "-30m")],
    ["a last step at a share of 522 weeks", true, promise({ minutes: 261 }, "09:01", "200%")],
    ["a last step at a share of 523 weeks", false, promise({ minutes: 262 }, "09:01", "200%")],
    ["a label of blanks", false, (p) => (p.label.es = "  ")],
    ["no holiday calendar", true, (p) => delete p.holidayCalendar],
    ["a blank holiday calendar", true, (p) => (p.holidayCalendar = "")],
    ["a holiday calendar that is null", false, (p) => (p.holidayCalendar = null)],
    ["a holiday of a blank name", true, (p) => (p.holidays[0].name = "")],
    ["a holiday without a name", true, (p) => delete p.holidays[0].name],
    ["a holiday's name that is null", false, (p) => (p.holidays[0].name = null)],
    ["no list of holidays", true, (p) => delete p.holidays],
    [
      "as many steps as fit",
      true,
      (p) => (p.steps = Array.from({ length: 30 }, (_, i) => ({ ...p.steps[0], name: `s${i}` }))),
    ],
    ["a step at no time", false, (p) => (p.steps[0].at = "soon")],
    ["a calendar that says nothing of being always open", true, unused({ mon: [["09:00", "18:00"]] })],
    ["a calendar without a window that no target uses", false, unused({})],
    ["as many windows a day as fit", true, unused(week(minuteWindows(12)))],
    ["one window more", false, unused(week(minuteWindows(13)))],
    ["a day of no windows that is null", true, unused({ mon: null, tue: [["09:00", "18:00"]] })],
    ["a target in two units", false, (p) => (p.targets.P1.target = { hours: 1, minutes: 1 })],
    ["a target of nothing", false, (p) => (p.targets.P1.target = { hours: 0 })],
    ["the largest target", true, (p) => (p.targets.P1.target = { hours: 10_000 })],
    ["a target a little larger", false, (p) => (p.targets.P1.target = { hours: 10_001 })],
    ["a day and a half of equal days", true, days(1.5, "dayLength")],
    ["a day and a half by the date", false, days(1.5, "sameTimeNextBusinessDay")],
    ["a day by the length of unequal days", false, days(1, "dayLength", unequal)],
    ["a day by the date on unequal days", true, days(1, "sameTimeNextBusinessDay", unequal)],
    [
      "an hour and a half beside days by the date",
      true,
      (p) => {
        days(1, "endOfNextBusinessDay")(p);
        p.targets.P3.target = { hours: 1.5 };
      },
    ],
    ["special hours from date to date", true, special({})],
    ["special hours on a part of each date", true, special({ part: ["18:00", "22:00"] })],
    ["a part without an end", false, special({ part: ["18:00"] })],
    ["a part that begins at no time", false, special({ part: ["x", "22:00"] })],
    ["a part that ends at no time", false, special({ part: ["18:00", "x"] })],
    ["a part of no length", false, special({ part: ["18:00", "18:00"] })],
    ["a part that is no list", false, special({ part: "18:00" })],
    [
      "a part of dates that begin at a time",
      false,
      special({ from: "2026-12-04T12:00", part: ["18:00", "22:00"] }),
    ],
    [
      "a part of dates that end at a time",
      false,
      special({ to: "2026-12-05T12:00", part: ["18:00", "22:00"] }),
    ],
    ["a law with its place and two changes", true, law({})],
    ["a law without a place", true, law({ place: undefined })],
    ["a law whose place is null", false, law({ place: null })],
    ["a law whose place is in one language", false, law({ place: { en: "Here" } })],
    ["a law whose place is in the other language", false, law({ place: { es: "Acá" } })],
    ["a law whose place is as long as fits", true, law({ place: { es: "x".repeat(99), en: "x" } })],
    ["a law whose changes are a text", false, law({ changes: "" })],
    [
      "a law whose changes go back",
      false,
      law({
        changes: [
          [7_200, 0],
          [3_600, 3_600],
        ],
      }),
    ],
    ["a law that is null", false, (p) => (p.zone = null)],
    ["a law that is a number", false, (p) => (p.zone = 7)],
    ["a holiday from noon", true, (p) => (p.holidays[0].from = "12:00")],
    ["a holiday until noon", true, (p) => (p.holidays[0].to = "12:00")],
    ["a holiday of no length", false, (p) => Object.assign(p.holidays[0], { from: "12:00", to: "12:00" })],
  ])("%s: taken is %p", (_what, isTaken, change) => {
    expect("policy" in read(change)).toBe(isTaken);
  });

  test("a policy of just the length that the field holds is taken", () => {
    const policy = { ...policyOf("Platinum"), more: "" };
    policy.more = "x".repeat(131_072 - JSON.stringify(policy).length);
    expect("policy" in readPolicy(JSON.stringify(policy))).toBe(true);
  });
});
