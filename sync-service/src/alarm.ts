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

  /** @param look sleeps no longer than this, in case news was missed, ms */
  async sleepUntil(at: number, look = Infinity): Promise<void> {
    const lookAt = this.#runtime.clock.now() + look;
    for (;;) {
      if (this.#rung) break;
      const now = this.#runtime.clock.now();
      if (now >= at || now >= lookAt) break;
      await this.#nap(Math.min(at - now, lookAt - now, this.#longestNap), at - now);
    }
    this.#rung = false;
  }

  #nap(ms: number, latest: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#wakeUp = null;
        resolve();
      };
      const { timers } = this.#runtime;
      const timer: Timer =
        ms < latest && timers.idle ? timers.idle(ms, latest, done) : timers.after(ms, done);
      this.#wakeUp = done;
    });
  }
}
