import type { Runtime, Timer } from "./runtime.ts";
import { worldOf } from "./world.ts";

/** Sleeps until an instant of the wall clock, or until it is rung. */
export class Alarm {
  readonly #runtime: Runtime;
  readonly #longestNap: number;
  #rung = false;
  #wakeUp: (() => void) | null = null;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#longestNap = worldOf(runtime).pace.nap;
  }

  /** Ends the current sleep; without one, the next. */
  ring(): void {
    this.#rung = true;
    this.#wakeUp?.();
  }

  async sleepUntil(at: number): Promise<void> {
    for (;;) {
      if (this.#rung) break;
      const left = at - this.#runtime.clock.now();
      if (left <= 0) break;
      await this.#nap(Math.min(left, this.#longestNap));
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
      const timer: Timer = this.#runtime.timers.after(ms, done);
      this.#wakeUp = done;
    });
  }
}
