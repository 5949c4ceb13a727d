import { idleTimer, type News, type Runtime } from "./runtime.ts";
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

  /** @param look sleeps no longer than this, in case it missed this news, ms */
  async sleepUntil(at: number, look = Infinity, news: News = "clocks"): Promise<void> {
    const { clock, timers } = this.#runtime;
    let looks = false;
    const looking = idleTimer(timers, news, look, Infinity, () => {
      looks = true;
      this.#wakeUp?.();
    });
    for (;;) {
      if (this.#rung || looks) break;
      const left = at - clock.now();
      if (left <= 0) break;
      await this.#nap(left);
    }
    looking.cancel();
    this.#rung = false;
  }

  #nap(left: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#wakeUp = null;
        resolve();
      };
      const timer = idleTimer(this.#runtime.timers, "clock", this.#longestNap, left, done);
      this.#wakeUp = done;
    });
  }
}
