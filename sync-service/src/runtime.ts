/**
 * Time and chance, passed in to whatever needs them, so that a simulation can run years in seconds from one seed.
 * This is the only file that touches the real ones.
 */
export interface WallClock {
  /** ms since the epoch */
  now(): number;
  /** ms that have passed since some moment: it only goes forward, whatever the clock on the wall is set to. Absent: the process's. */
  steady?(): number;
}
/** The same, where nothing else is called a clock. */
export type Clock = WallClock;

export interface Timers {
  /** Runs `work` once after `ms`; the handle cancels it. */
  after(ms: number, work: () => void): Timer;
}
export interface Timer {
  cancel(): void;
}

/** In [0, 1). */
export type Random = () => number;

/** What pino's logger offers and all we use of it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: object): Log;
}

export interface Runtime {
  clock: Clock;
  timers: Timers;
  random: Random;
  log: Log;
}

export const systemClock: WallClock = { now: () => Date.now(), steady: () => performance.now() };
/** setTimeout fires at once past 2^31 − 1 ms. */
const longestTimeout = 2 ** 31 - 1;
export const systemTimers: Timers = {
  after(ms, work) {
    const handle = setTimeout(work, Math.min(Math.max(0, ms), longestTimeout));
    return { cancel: () => clearTimeout(handle) };
  },
};

const nothing = () => {};
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
};

/** Resolves after `ms`, or at once when `signal` is aborted. Never rejects. */
export function pause(timers: Timers, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = timers.after(ms, done);
    signal?.addEventListener("abort", done);
  });
}
