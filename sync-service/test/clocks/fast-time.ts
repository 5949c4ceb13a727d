// Time that passes faster than it does, for what really waits. Its wall clock can be set, as an administrator's can.
import { silentLog, type Runtime } from "../../src/runtime.ts";

export interface FastTime extends Runtime {
  /** The wall clock leaps; the process's own time does not. */
  leap(ms: number): void;
}

/** @param speed seconds of this clock in a real one */
export function fastTime(start: number, speed: number, random = () => 0.5): FastTime {
  const began = performance.now();
  let leapt = 0;
  return {
    clock: {
      now: () => Math.floor(start + leapt + (performance.now() - began) * speed),
      steady: () => (performance.now() - began) * speed,
    },
    timers: {
      after(ms, work) {
        const handle = setTimeout(work, Math.max(0, ms) / speed);
        return { cancel: () => clearTimeout(handle) };
      },
    },
    random,
    log: silentLog,
    leap(ms) {
      leapt += ms;
    },
  };
}

/** Resolves when it holds. If it never does, the test's own time limit ends the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}
