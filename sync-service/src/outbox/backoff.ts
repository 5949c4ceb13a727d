import type { Random } from "../runtime.ts";

const first = 1_000;
const longest = 5 * 60_000;

/**
 * The wait before the next attempt, in ms. It grows exponentially, with full jitter, so that items that failed together
 * do not all return together.
 * @param attempts the attempts so far, including the failed one
 */
export const backoff = (attempts: number, random: Random): number =>
  Math.round(random() * Math.min(longest, first * 2 ** Math.min(attempts, 20)) + first / 4);
