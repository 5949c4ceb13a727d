import type { Random } from "../runtime.ts";

const first = 1_000;
const longest = 5 * 60_000;

/** Exponential with full jitter, ms: spreads those who failed together. `attempts` counts the one that failed. */
export const backoff = (attempts: number, random: Random): number =>
  Math.round(random() * Math.min(longest, first * 2 ** Math.min(attempts, 20)) + first / 4);
