import fc from "fast-check";
import type { Plan } from "./plan/plan.ts";
import { simulate } from "./simulate.ts";

/** In this order, because a failure rarely needs the first ones. */
const lists = ["troubles", "crashes", "acts", "troubles", "orgs", "acts"] as const;

/**
 * The shortest story found within the time that still fails by the same check: fewer troubles, crashes, acts and orgs.
 * @param within ms
 */
export async function shrunk(plan: Plan, check: string, within = 30_000): Promise<Plan> {
  const until = performance.now() + within;
  const fails = async (tried: Plan) => {
    if (performance.now() > until) return false;
    const { violations } = await simulate(tried);
    return violations.some((one) => one.check === check);
  };
  if (!(await fails(plan))) throw new Error(`the story does not fail by ${check}`);
  let shortest = plan;
  for (const list of lists) {
    const items: readonly unknown[] = shortest[list];
    if (items.length === 0) continue;
    const some = fc.array(fc.noShrink(fc.constantFrom(...items)), {
      minLength: list === "orgs" ? 1 : 0,
      maxLength: items.length,
    });
    const before = shortest;
    await fc.check(
      fc.asyncProperty(some, async (fewer) => {
        const tried = { ...before, [list]: fewer } as Plan;
        const isSame = fewer.length === items.length;
        if (!isSame && !(await fails(tried))) return true;
        shortest = tried;
        return false;
      }),
      { examples: [[[...items]]], numRuns: 1 },
    );
  }
  return shortest;
}
