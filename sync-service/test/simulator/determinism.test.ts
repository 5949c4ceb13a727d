import { describe, expect, jest, test } from "@jest/globals";
import { planFrom } from "../../simulator/plan/arbitrary.ts";
import type { Plan } from "../../simulator/plan/plan.ts";
import { simulate } from "../../simulator/simulate.ts";

jest.setTimeout(180_000);

async function linesOf(plan: Plan, skipsIdle = true): Promise<string[]> {
  const lines: string[] = [];
  await simulate(plan, { trace: (line) => void lines.push(line), skipsIdle });
  return lines;
}

/** A look takes statements and comes a little later on a clock that drifts: a count of those would tell it apart. */
const untoldByLooks = (plan: Plan): Plan => ({
  ...plan,
  instances: [{ offset: 300, drift: 0 }],
  crashes: [],
  troubles: plan.troubles.filter(({ kind }) => !kind.startsWith("store")),
});

describe("one seed", () => {
  test("gives the same trace each time, to the byte", async () => {
    const plan = planFrom(3);
    expect(await linesOf(plan)).toEqual(await linesOf(plan));
  });

  test("gives the same trace with the looks that find nothing", async () => {
    const plan = untoldByLooks(planFrom(2));
    expect(await linesOf(plan, false)).toEqual(await linesOf(plan));
  });

  test("gives another trace than another seed", async () => {
    const plan = planFrom(3);
    expect(await linesOf({ ...plan, seed: 4 })).not.toEqual(await linesOf(plan));
  });
});
