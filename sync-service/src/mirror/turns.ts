import type { RecomputeClocks } from "../case/change.ts";
import { steadyClock, type WallClock } from "../runtime.ts";

/**
 * A transaction that computed longer is followed by a smaller one, ms. Other orgs wait for their turn meanwhile, and a
 * mail of theirs waits some ten times, once for each answer of its server.
 */
const longestTurn = 50;
/** How fast turns grow again. */
const growth = 4;

/**
 * How many cases of an org one transaction takes. Some policies cost a hundred times what others do, so the first turn
 * is one, and each later one follows from what a case cost in the turn before.
 */
export class Turns {
  readonly #steady: () => number;
  readonly #most: number;
  #size = 1;

  constructor({ steady = steadyClock }: Pick<WallClock, "steady">, most: number) {
    this.#steady = steady;
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  /** Computes clocks and remembers the time. The network and the wait for the store are no cost of the policy. */
  timed(recompute: RecomputeClocks): RecomputeClocks {
    return async (tx, cases, now) => {
      const began = this.#steady();
      await recompute(tx, cases, now);
      const each = Math.max(1, this.#steady() - began) / cases.length;
      this.#size = Math.max(1, Math.min(this.#most, cases.length * growth, Math.floor(longestTurn / each)));
    };
  }
}
