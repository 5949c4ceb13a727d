import type { WallClock, Timer, Timers } from "./runtime.ts";

/**
 * Timers count time that passed for the process; deadlines are on the wall. Never sleeping longer than this without a
 * look at the wall clock makes suspends, clock jumps and setTimeout's 24-day limit harmless.
 */
const longestNap = 1_000;

/** Sleeps until an instant of the wall clock, or until it is rung. */
export class Alarm {
  readonly #clock: WallClock;
  readonly #timers: Timers;
  #rung = false;
  #wakeUp: (() => void) | null = null;

  constructor(clock: WallClock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Ends the current sleep; without one, the next. */
  ring(): void {
    this.#rung = true;
    this.#wakeUp?.();
  }

  async sleepUntil(at: number): Promise<void> {
    for (;;) {
      if (this.#rung) break;
      const left = at - this.#clock.now();
      if (left <= 0) break;
      await this.#nap(Math.min(left, longestNap));
    }
    this.#rung = false;
  }

  #nap(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#wakeUp = null;
        resolve();
      };
      const timer: Timer = this.#timers.after(ms, done);
      this.#wakeUp = done;
    });
  }
}
