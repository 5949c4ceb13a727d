import type { Violation } from "./checks/violation.ts";
import { planFrom } from "./plan/arbitrary.ts";
import { simulate } from "./simulate.ts";

export interface SeedResult {
  seed: number;
  violations: Violation[];
  counts: Record<string, number>;
  digest: string;
  cases: number;
  happened: number;
  ms: number;
}

/** Every so many seeds are run twice: the trace has to be the same, also with all the looks that find nothing. */
const twiceEvery = 50;

export async function simulateSeed(seed: number): Promise<SeedResult> {
  const plan = planFrom(seed);
  const since = performance.now();
  const outcome = await simulate(plan);
  const ms = performance.now() - since;
  const violations = [...outcome.violations];
  if (seed % twiceEvery === 0) {
    const again = await simulate(plan);
    if (again.digest !== outcome.digest)
      violations.push({ check: "sameTraceTwice", what: `${again.digest} for ${outcome.digest}` });
  }
  return { seed, ...outcome, violations, ms };
}
