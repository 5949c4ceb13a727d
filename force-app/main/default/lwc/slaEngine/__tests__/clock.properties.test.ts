/** Whatever happened, and in whatever order it is told. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  compilePolicy,
  computeClocks,
  nextInstant,
  passedSteps,
  readClock,
  type Fact,
  type Role,
} from "../slaEngine.ts";
import { RUNS } from "./support/arbitraries.ts";
import { at, contractOf } from "./support/story.ts";

const HOUR = 3_600_000;
const START = at("2026-11-18 08:00");
const contracts = ["Silver", "Gold", "Platinum"].map((plan) => contractOf(plan));

const roles = fc.constantFrom<Role>("consultant", "requester", "automation", "sync", "other");
const priorities = fc.constantFrom("P1", "P2", "P3", "P4", null);
const happening = fc.oneof(
  { weight: 6, arbitrary: priorities.map((priority) => ({ kind: "priority" as const, priority })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("Integration", "Configuration", null)
      .map((category) => ({ kind: "category" as const, category })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("New", "Working", "Closed"), fc.boolean())
      .map(([status]) => ({ kind: "status" as const, status, closed: status === "Closed" })),
  },
  fc.constant({ kind: "acknowledgement" as const, via: "field" as const }),
  fc.constant({ kind: "reply" as const, via: "comment" as const }),
  fc.constantFrom("contract", null).map((contractId) => ({ kind: "contract" as const, contractId })),
  fc.constantFrom({ kind: "deleted" as const }, { kind: "undeleted" as const }),
);
const moment = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map((half) => (half * HOUR) / 2),
  fc.nat({ max: 100 * HOUR }),
);
const facts = fc
  .tuple(
    fc.record({ priority: priorities, owned: fc.boolean() }),
    fc.array(fc.tuple(moment, roles, happening, fc.nat({ max: 2 })), { maxLength: 9 }),
  )
  .map(([{ priority }, list]): Fact[] => [
    {
      id: "0",
      at: START,
      by: { userId: "u", role: "requester" },
      kind: "created",
      status: "New",
      closed: false,
      priority,
      category: null,
      channel: null,
      contractId: "contract",
      owner: "queue",
    },
    ...list.map(
      ([after, role, what, commit], i): Fact =>
        ({
          id: String(i + 1),
          at: START + after,
          commit,
          sequence: 1,
          by: { userId: "u", role },
          ...what,
        }) as Fact,
    ),
  ]);
const contract = fc.constantFrom(...contracts);
const now = moment.map((after) => START + after);
const check = (property: fc.IRawProperty<unknown>) =>
  fc.assert(property as fc.IProperty<unknown>, { numRuns: RUNS * 2 });

test("any order and any repetition of the facts gives the same clocks", () => {
  const disordered = facts.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
  );
  check(
    fc.property(disordered, contract, now, ([list, other], { ...terms }, instant) => {
      expect(computeClocks(other, [terms], instant)).toEqual(computeClocks(list, [terms], instant));
    }),
  );
});

test("the ledger runs from start to due and adds up to the target; steps come in order and inside coverage", () => {
  check(
    fc.property(facts, contract, now, (list, terms, instant) => {
      const compiled = compilePolicy(terms.policy);
      const clocks = computeClocks(list, [terms], instant);
      expect(clocks.map(({ cycle }) => cycle)).toEqual(clocks.map((_, i) => i + 1));
      for (const clock of clocks) {
        if (clock.notCovered !== null) continue;
        const { entries, target, due, start } = clock.explanation!;
        expect(entries.reduce((sum, entry) => sum + entry.counted, 0)).toBe(target);
        expect(target).toBe(clock.target);
        const edges = [start, ...entries.map(({ end }) => end)];
        expect(entries.map((entry) => entry.start)).toEqual(edges.slice(0, -1));
        expect(edges.at(-1)).toBe(due);
        clock.steps.forEach((step, i) => {
          expect(step.severity).toBe(i);
          if (i > 0) expect(step.at).toBeGreaterThanOrEqual(clock.steps[i - 1]!.at);
          if (step.share === 1) expect(step.at).toBe(due);
          else if (step.at > start && step.at !== due) {
            // at the end of coverage, or within it
            const keys = clock.calendars.map(({ calendar }) => calendar);
            // the step at the start comes when coverage begins to count
            const from = step.share === 0 ? step.at : step.at - 1;
            expect(keys.some((key) => compiled.calendar(key).elapsed(from, from + 1) === 1)).toBe(true);
          }
        });
        for (const { dueBefore, dueAfter, at: when } of clock.explanation!.changes) {
          expect(when).toBeLessThan(dueBefore);
          expect(dueAfter).toBeGreaterThanOrEqual(when);
        }
        const { status, elapsed } = readClock(clock, compiled, instant);
        expect({ status, elapsed }).toEqual({ status: clock.status, elapsed: clock.elapsed });
      }
    }),
  );
});

test("taking steps as they pass takes each once, in order, and ends", () => {
  check(
    fc.property(facts, contract, now, (list, terms, instant) => {
      for (const clock of computeClocks(list, [terms], instant)) {
        const recorded = new Set<string>();
        const acted: number[] = [];
        for (let next = nextInstant(clock, recorded); next !== null; next = nextInstant(clock, recorded)) {
          const { acts, standsFor, silent } = passedSteps(clock, recorded, next, START + 3 * HOUR);
          const taken = [...(acts ? [acts] : []), ...standsFor, ...silent];
          expect(taken.length).toBeGreaterThan(0);
          if (acts) acted.push(acts.severity);
          for (const { name } of taken) {
            expect(recorded.has(name)).toBe(false);
            recorded.add(name);
          }
        }
        expect(acted).toEqual([...acted].sort((a, b) => a - b));
      }
    }),
  );
});
