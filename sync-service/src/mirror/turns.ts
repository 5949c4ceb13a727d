import type { RecomputeClocks } from "../case/change.ts";
import { pause, steadyClock, type WallClock, type World } from "../runtime.ts";

/**
 * A transaction that computed longer is followed by a smaller one, ms. Other orgs wait for their turn meanwhile, and a
 * mail of theirs waits some ten times, once for each answer of its server.
 */
const longestTurn = 50;
/** A case of most policies costs a fraction of this, ms. */
const dearCase = 2;
/** The longest rest after a turn of dear cases, ms. */
const longestRest = 25;
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
  /** The rest that the last turn calls for, ms. */
  #rest = 0;

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
      const took = this.#steady() - began;
      const each = Math.max(1, took) / cases.length;
      this.#rest = took / cases.length > dearCase ? Math.min(longestRest, took / 2) : 0;
      this.#size = Math.max(1, Math.min(this.#most, cases.length * growth, Math.floor(longestTurn / each)));
    };
  }

  /**
   * The rest after the last turn, if it was of dear cases. Another org's mail needs some ten answers of its server, and
   * each would else wait for a turn.
   */
  async rest(timers: World["timers"]): Promise<void> {
    const ms = this.#rest;
    this.#rest = 0;
    if (ms > 0) await pause(timers, ms);
  }
}
