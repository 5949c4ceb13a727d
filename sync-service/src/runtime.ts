/**
 * Time and chance. Code gets them as parameters, so that a simulation can run years in seconds from one seed.
 * Only this file uses the real clock, timers and random numbers.
 */
export interface WallClock {
  /** ms since the epoch */
  now(): number;
  /** ms since a fixed moment. It only goes forward, even if somebody sets the wall clock. Without it, the process's is used. */
  steady?(): number;
}

export interface Timers {
  /** Runs `work` once after `ms`. The handle cancels it. */
  after(ms: number, work: () => void): Timer;
}
export interface Timer {
  cancel(): void;
}

/** Gives a random number from 0 to below 1. */
export type Random = () => number;

/** The part of pino's logger that we use. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: object): Log;
}

export interface Runtime {
  clock: WallClock;
  timers: Timers;
  random: Random;
  log: Log;
}

export const systemClock: WallClock = { now: () => Date.now(), steady: () => performance.now() };
/** setTimeout fires at once for more than 2^31 − 1 ms. */
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
