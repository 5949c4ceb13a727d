import type { News, Timer } from "../../src/runtime.ts";
import type { Scheduler } from "./scheduler.ts";

interface Look {
  news: News;
  since: number;
  every: number;
  work: () => void;
  /** When there is news, or the latest instant comes. */
  timers: Timer[];
  called: boolean;
}

/**
 * Looks that find nothing before there is news. They are left out until then, and come when they would have come: at
 * a whole number of their periods. So a trace with them and a trace without them are the same.
 */
export class IdleLooks {
  readonly #scheduler: Scheduler;
  readonly #skips: boolean;
  readonly #run: (work: () => void) => void;
  readonly #waiting = new Set<Look>();

  constructor(scheduler: Scheduler, skips: boolean, run: (work: () => void) => void) {
    this.#scheduler = scheduler;
    this.#skips = skips;
    this.#run = run;
  }

  add(news: News, every: number, latest: number, work: () => void): Timer {
    const scheduler = this.#scheduler;
    if (!this.#skips) return scheduler.idleAt(scheduler.now + Math.ceil(every), every, () => this.#run(work));
    const look: Look = { news, since: scheduler.now, every, work, timers: [], called: false };
    this.#waiting.add(look);
    if (latest < Infinity)
      look.timers.push(scheduler.idleAt(scheduler.now + Math.ceil(latest), every, () => this.#take(look)));
    return { cancel: () => this.#forget(look) };
  }

  news(news: News): void {
    for (const look of this.#waiting) {
      if (look.news !== news || look.called) continue;
      look.called = true;
      const passed = this.#scheduler.now - look.since;
      const at = look.since + Math.max(1, Math.ceil(passed / look.every)) * look.every;
      look.timers.push(this.#scheduler.idleAt(at, look.every, () => this.#take(look)));
    }
  }

  #take(look: Look): void {
    if (!this.#waiting.has(look)) return;
    this.#forget(look);
    this.#run(look.work);
  }
  #forget(look: Look): void {
    this.#waiting.delete(look);
    for (const timer of look.timers) timer.cancel();
  }
}
