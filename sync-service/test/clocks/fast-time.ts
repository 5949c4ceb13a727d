// Time that passes faster than it does, for what really waits. Its wall clock can be set, as an administrator's can.
import { silentLog, type Runtime } from "../../src/runtime.ts";

export interface FastTime extends Runtime {
  /** The wall clock leaps; the process's own time does not. */
  leap(ms: number): void;
  /** Time passes at once: for both clocks, and for every timer that waits. */
  pass(ms: number): void;
}

/** @param speed seconds of this clock in a real one */
export function fastTime(start: number, speed: number, random = () => 0.5): FastTime {
  const began = performance.now();
  let leapt = 0;
  let passed = 0;
  const steady = () => passed + (performance.now() - began) * speed;
  interface Timer {
    at: number;
    work(): void;
    handle: NodeJS.Timeout;
  }
  const waiting = new Set<Timer>();
  const arm = (timer: Timer) => {
    clearTimeout(timer.handle);
    timer.handle = setTimeout(
      () => {
        waiting.delete(timer);
        timer.work();
      },
      Math.max(0, timer.at - steady()) / speed,
    );
  };
  return {
    clock: { now: () => Math.floor(start + leapt + steady()), steady },
    timers: {
      after(ms, work) {
        const timer = { at: steady() + Math.max(0, ms), work, handle: setTimeout(() => {}) };
        waiting.add(timer);
        arm(timer);
        return {
          cancel() {
            waiting.delete(timer);
            clearTimeout(timer.handle);
          },
        };
      },
    },
    random,
    log: silentLog,
    leap(ms) {
      leapt += ms;
    },
    pass(ms) {
      passed += ms;
      for (const timer of [...waiting].sort((a, b) => a.at - b.at)) arm(timer);
    },
  };
}

/** Shorter than the time limit of a test that waits: the failure then names what did not come about, ms. */
const patience = 50_000;

/** Resolves when it holds. If it never does, the failure shows what was waited for. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Error(`This did not come about within ${patience / 1_000} s: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
