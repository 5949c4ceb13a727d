import fc from "fast-check";
import { planOf } from "./plan/arbitrary.ts";
import type { Plan } from "./plan/plan.ts";
import { simulate } from "./simulate.ts";

/**
 * The shortest story found within the time that still fails by the same check.
 * @param within ms
 */
export async function shrunk(seed: number, check: string, within = 30_000): Promise<Plan> {
  let shortest: Plan | null = null;
  const until = performance.now() + within;
  const fails = async (plan: Plan) => {
    if (performance.now() > until) return false;
    const { violations } = await simulate(plan);
    return violations.some((one) => one.check === check);
  };
  await fc.check(
    fc.asyncProperty(planOf(seed), async (plan) => {
      if (!(await fails(plan))) return true;
      shortest = plan;
      return false;
    }),
    { seed, numRuns: 1 },
  );
  if (shortest === null) throw new Error(`seed ${seed} does not fail by ${check}`);
  return shortest;
}
