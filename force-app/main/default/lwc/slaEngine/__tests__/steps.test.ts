/** Steps on the way, and what a page reads between them. */
import { describe, expect, test } from "@jest/globals";
import {
  compilePolicy,
  nextInstant,
  passedSteps,
  readClock,
  type Fact,
  type StepSpec,
} from "../slaEngine.ts";
import {
  acknowledged,
  at,
  clockOf,
  closed,
  contractOf,
  created,
  local,
  policyOf,
  prioritised,
} from "./support/story.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const silver = contractOf("Silver");
const OPENED = "2026-11-25 10:00";
const running = (now = OPENED) => clockOf([created(OPENED, "P1")], silver, now);
const names = (steps: readonly { name: string }[]) => steps.map(({ name }) => name);
const never = at("2020-01-01 00:00");

describe("their instants", () => {
  test("are shares of the target in coverage time, in order, by severity", () => {
    const { steps } = running();
    expect(
      steps.map(({ name, share, severity, at: instant }) => [name, share, severity, local(instant)]),
    ).toEqual([
      ["opened", 0, 0, "2026-11-25 10:00"],
      ["notice", 0.5, 1, "2026-11-25 12:00"],
      ["warning", 0.75, 2, "2026-11-25 13:00"],
      ["critical", 0.9, 3, "2026-11-25 13:36"],
      ["breach", 1, 4, "2026-11-25 14:00"],
      ["escalation", 1.5, 5, "2026-11-25 16:00"],
      ["escalation2", 2, 6, "2026-11-25 18:00"],
    ]);
    expect(steps[4]!.do.map(({ type }) => type)).toContain("raiseEscalated");
    expect(steps[1]!.label).toEqual({ es: "Aviso", en: "Notice" });
  });

  test.each([
    ["Silver", "2026-11-21 03:00", "P1", "2026-11-24 09:00"],
    ["Silver", "2026-11-25 10:00", "P3", "2026-11-25 10:00"],
    ["Gold", "2026-11-25 20:00", "P1", "2026-11-26 08:00"],
    ["Platinum", "2026-11-22 03:10", "P1", "2026-11-22 03:10"],
    ["Platinum", "2026-11-22 03:10", "P2", "2026-11-24 08:00"],
  ])("%s opened %s, %s: the opening is told at the first covered instant", (plan, opened, priority, told) => {
    const clock = clockOf([created(opened, priority)], contractOf(plan), opened);
    expect([clock.steps[0]!.name, local(clock.steps[0]!.at)]).toEqual(["opened", told]);
  });

  test("may be offsets from the due instant", () => {
    const step = (name: string, when: string): StepSpec => ({
      name,
      at: when,
      label: { es: name, en: name },
      do: [],
    });
    const policy = {
      ...policyOf("Silver"),
      steps: [step("after", "+30m"), step("due", "100%"), step("soon", "-15m"), step("start", "-9h")],
    };
    const clock = clockOf(
      [created("2026-11-25 14:00", "P1")],
      contractOf("Silver", { policy }),
      "2026-11-25 14:00",
    );
    expect(clock.steps.map(({ name, share, at: instant }) => [name, share, local(instant)])).toEqual([
      ["start", null, "2026-11-25 14:00"],
      ["soon", null, "2026-11-25 17:45"],
      ["due", 1, "2026-11-25 18:00"],
      ["after", null, "2026-11-26 09:30"],
    ]);
  });

  test("that would come before the start come when coverage begins to count, never outside it", () => {
    const step = (when: string): StepSpec => ({ name: when, at: when, label: { es: "x", en: "x" }, do: [] });
    const first = (plan: string, facts: Fact[]) => {
      const given = [step("-4h"), step("-9h")];
      const stepsOf = (list: StepSpec[]) =>
        clockOf(facts, contractOf(plan, { policy: { ...policyOf(plan), steps: list } }), "2026-11-30 12:00")
          .steps;
      const steps = stepsOf(given);
      // of one instant, the one that is meant to be earlier is the less severe, however they are listed
      expect(names(steps)).toEqual(["-9h", "-4h"]);
      expect(stepsOf(given.toReversed())).toEqual(steps);
      expect(steps[0]!.at).toBe(steps[1]!.at);
      expect(steps[0]!.at % MINUTE).toBe(0);
      return local(steps[0]!.at);
    };
    expect(first("Silver", [created("2026-11-21 03:00", "P1")])).toBe("2026-11-24 09:00");
    expect(first("Silver", [created("2026-11-25 18:00", "P1")])).toBe("2026-11-26 09:00");
    expect(first("Silver", [created("2026-11-25 09:30", "P1")])).toBe("2026-11-25 09:30");
    // closed on a Saturday until the priority brought another calendar
    expect(
      first("Platinum", [created("2026-11-28 12:00", "P2"), prioritised("2026-11-28 15:00", "P1")]),
    ).toBe("2026-11-28 15:00");
  });

  test("on a clock that changed its calendar fall where each calendar counted", () => {
    const step = (when: string): StepSpec => ({ name: when, at: when, label: { es: "x", en: "x" }, do: [] });
    const policy = { ...policyOf("Platinum"), steps: [step("-1h"), step("+30m")] };
    const facts = [created("2026-11-27 19:30", "P3"), prioritised("2026-11-28 10:00", "P1")];
    const clock = clockOf(facts, contractOf("Platinum", { policy }), "2026-11-28 10:00");
    expect(local(clock.dueAt)).toBe("2026-11-28 11:00");
    expect(clock.target).toBe(1.5 * HOUR);
    expect(clock.steps.map(({ at: when }) => local(when))).toEqual(["2026-11-27 20:00", "2026-11-28 11:30"]);
    expect(clock.explanation!.entries.map(({ end, counted }) => [local(end), counted / HOUR])).toEqual([
      ["2026-11-27 20:00", 0.5],
      ["2026-11-28 10:00", 0],
      ["2026-11-28 11:00", 1],
    ]);
    const open = (when: string) => readClock(clock, compilePolicy(policy), at(when)).open;
    expect([open("2026-11-27 19:30"), open("2026-11-28 09:59"), open("2026-11-28 10:00")]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("breach is the due instant itself, also where that is an opening", () => {
    const contract = contractOf("Silver", {}, { businessDay: "sameTimeNextBusinessDay" });
    const clock = clockOf([created("2026-11-25 18:30", "P3")], contract, "2026-11-25 18:30");
    expect(local(clock.dueAt)).toBe("2026-11-27 09:00");
    expect(clock.steps.find(({ name }) => name === "breach")!.at).toBe(clock.dueAt);
    expect(local(clock.steps.at(-1)!.at)).toBe("2026-11-27 18:00");
  });
});

describe("passed steps", () => {
  test("no step acts before the first; the most severe acts for the others", () => {
    const clock = running();
    const passed = (now: string, recorded: string[] = []) => {
      const { acts, standsFor, silent } = passedSteps(clock, new Set(recorded), at(now), never);
      return [acts?.name ?? null, names(standsFor), names(silent)];
    };
    expect(passed("2026-11-25 09:59:59")).toEqual([null, [], []]);
    expect(passed("2026-11-25 10:00")).toEqual(["opened", [], []]);
    expect(passed("2026-11-25 12:00", ["opened"])).toEqual(["notice", [], []]);
    expect(passed("2026-11-25 13:40")).toEqual(["critical", ["opened", "notice", "warning"], []]);
    expect(passed("2026-11-25 13:40", ["opened", "notice"])).toEqual(["critical", ["warning"], []]);
    const all = ["opened", "notice", "warning", "critical"];
    expect(passed("2026-11-25 13:40", all)).toEqual([null, [], []]);
    // one less severe than what was taken does not speak any more
    expect(passed("2026-11-25 13:40", ["opened", "notice", "critical"])).toEqual([null, [], ["warning"]]);
  });

  test("silent before the org was onboarded, and once the clock has ended", () => {
    const clock = running();
    const late = passedSteps(clock, new Set(), at("2026-11-25 13:40"), at("2026-11-25 13:00"));
    expect([late.acts?.name, names(late.standsFor), names(late.silent)]).toEqual([
      "critical",
      ["warning"],
      ["opened", "notice"],
    ]);
    const ended = clockOf(
      [created(OPENED, "P1"), acknowledged("2026-11-25 13:36")],
      silver,
      "2026-11-25 15:00",
    );
    const after = passedSteps(ended, new Set(["opened", "notice"]), at("2026-11-25 15:00"), never);
    expect([after.acts, names(after.standsFor), names(after.silent)]).toEqual([null, [], ["warning"]]);
  });

  test("after a change the recorded ones stay, the others move", () => {
    const facts = [created(OPENED, "P3"), prioritised("2026-11-25 17:00", "P1")];
    const clock = clockOf(facts, silver, "2026-11-25 17:00");
    // due Thu 10:00 → P1 at 17:00 with less left than four hours: stays
    expect(nextInstant(clock, new Set(["opened", "notice", "warning"]))).toBe(clock.steps[3]!.at);
  });

  test("the next instant is the first unrecorded step's", () => {
    const clock = running();
    expect(local(nextInstant(clock, new Set()))).toBe(OPENED);
    expect(local(nextInstant(clock, new Set(["opened", "notice", "warning"])))).toBe("2026-11-25 13:36");
    expect(nextInstant(clock, new Set(names(clock.steps)))).toBeNull();
    const ended = clockOf([created(OPENED, "P1"), acknowledged("2026-11-25 11:00")], silver, OPENED);
    expect(nextInstant(ended, new Set())).toBeNull();
    const uncovered = clockOf([created(OPENED, "P1")], [], OPENED);
    expect(nextInstant(uncovered, new Set())).toBeNull();
    expect(passedSteps(uncovered, new Set(), at("2027-01-01 00:00"), never)).toEqual({
      acts: null,
      standsFor: [],
      silent: [],
    });
  });
});

describe("reading a clock", () => {
  const compiled = compilePolicy(silver.policy);
  const read = (when: string, clock = running()) => readClock(clock, compiled, at(when));

  test.each([
    ["2026-11-25 08:00", "Running", 0, 4 * HOUR, false, "2026-11-25 09:00"],
    ["2026-11-25 11:00", "Running", HOUR, 3 * HOUR, true, "2026-11-25 11:00"],
    ["2026-11-25 13:00", "At Risk", 3 * HOUR, HOUR, true, "2026-11-25 13:00"],
    ["2026-11-25 14:00", "Breached", 4 * HOUR, 0, true, "2026-11-25 14:00"],
    ["2026-11-25 20:00", "Breached", 8 * HOUR, -4 * HOUR, false, "2026-11-26 09:00"],
  ])("at %s", (when, status, elapsed, remaining, open, opening) => {
    const { nextOpening, share, ...rest } = read(when);
    expect(rest).toEqual({ status, elapsed, remaining, open });
    expect(share).toBe(elapsed / (4 * HOUR));
    expect(local(nextOpening)).toBe(opening);
  });

  test("an ended one stands still", () => {
    const ended = clockOf([created(OPENED, "P1"), acknowledged("2026-11-25 11:00")], silver, OPENED);
    expect(read("2026-11-25 17:00", ended)).toMatchObject({
      status: "Acknowledged",
      elapsed: HOUR,
      remaining: 3 * HOUR,
      share: 0.25,
    });
    const breached = clockOf(
      [created(OPENED, "P1"), closed("2026-11-25 15:00", "requester")],
      silver,
      OPENED,
    );
    expect(read("2026-11-25 17:00", breached)).toMatchObject({ status: "Breached", elapsed: 5 * HOUR });
  });

  test("one that is not covered reads zero", () => {
    const uncovered = clockOf([created(OPENED, "P1")], [], OPENED);
    expect(read("2026-11-25 17:00", uncovered)).toEqual({
      status: "Not Covered",
      elapsed: 0,
      remaining: 0,
      share: 0,
      open: false,
      nextOpening: at("2026-11-25 17:00"),
    });
  });

  test("agrees with the clock computed anew, across calendars", () => {
    const platinum = contractOf("Platinum");
    const facts = [created("2026-11-28 12:00", "P1"), prioritised("2026-11-28 12:30", "P3")];
    const once = clockOf(facts, platinum, "2026-11-28 12:30");
    for (const when of [
      "2026-11-28 12:15",
      "2026-11-29 10:00",
      "2026-11-30 08:30",
      "2026-11-30 08:50",
      "2026-11-30 12:00",
    ]) {
      const { status, elapsed } = readClock(once, compilePolicy(platinum.policy), at(when));
      expect(clockOf(facts, platinum, when)).toMatchObject({ status, elapsed });
    }
    expect(() => readClock(once, compiled, NaN)).toThrow(/at must be finite/);
  });
});
