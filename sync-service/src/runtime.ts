/**
 * Time, chance and the network. Code gets them as parameters, so that a simulation can run years in seconds from one
 * seed. Only this file and `world.ts` use the machine's own; a lint rule keeps every other file off them.
 */
import type { Transporter } from "nodemailer";
import type { Pace } from "./pace.ts";

export interface WallClock {
  /** ms since the epoch */
  now(): number;
  /** ms since a fixed moment. It only goes forward, even if somebody sets the wall clock. Without it, the process's is used. */
  steady?: () => number;
}

export interface Timers {
  /** Runs `work` once after `ms`. The handle cancels it. */
  after(ms: number, work: () => void): Timer;
  /**
   * For a look that finds nothing before there is news. It runs after `ms`; a simulation leaves it out until there is
   * news, or until `latest` ms have passed. Without it, `after` runs every look.
   */
  idle?(news: News, ms: number, latest: number, work: () => void): Timer;
}
/** What a look waits for: somebody set the wall clock, or wrote of orgs, of clocks or to the outbox. */
export type News = "clock" | "orgs" | "clocks" | "outbox";
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

/** The mailer that a channel uses. `close` gives up what it is sending. */
export type Mailer = Pick<Transporter, "sendMail"> & { close(options: { force: boolean }): void };

/** All that the service takes from its machine, besides the store. */
export interface World {
  clock: WallClock;
  timers: Timers;
  random: Random;
  log: Log;
  /** Lets everything else in this process have its turn. */
  breathe(): Promise<void>;
  /** A signal that aborts after `ms`. */
  deadline(ms: number): AbortSignal;
  /** Bytes that nobody can guess. */
  bytes(length: number): Buffer;
  fetch: typeof fetch;
  /** @throws what the file system throws */
  readFile(path: string): string;
  /** A variable of the environment. */
  variable(name: string): string | undefined;
  /** @param token gives a token for a server that takes no password; with `renew` another one */
  mailer(server: string, token?: (renew: boolean) => Promise<string>): Mailer;
  /** This process's name among those that share the store; null: the store's kind decides. */
  instance: string | null;
  pace: Pace;
}

/** A world of which you give the parts that matter to you. The machine's own parts stand for the rest. */
export type Runtime = Pick<World, "clock" | "timers" | "random" | "log"> & Partial<World>;

export const steadyClock = (): number => performance.now();
export const systemClock: WallClock = { now: () => Date.now(), steady: steadyClock };
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
export const pause = (timers: Timers, ms: number, signal?: AbortSignal): Promise<void> =>
  resting((work) => timers.after(ms, work), signal);

/** The same before a look at the store that finds nothing before somebody writes what it waits for. */
export const idlePause = (timers: Timers, news: News, ms: number, signal?: AbortSignal): Promise<void> =>
  resting((work) => idleTimer(timers, news, ms, Infinity, work), signal);

/** A look after `ms`, or after `latest` ms if that comes first. With `Infinity` for both it never comes. */
export function idleTimer(timers: Timers, news: News, ms: number, latest: number, work: () => void): Timer {
  const first = Math.min(ms, latest);
  if (first === Infinity) return { cancel() {} };
  return timers.idle?.(news, first, latest, work) ?? timers.after(first, work);
}

function resting(start: (work: () => void) => Timer, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = start(done);
    signal?.addEventListener("abort", done);
  });
}
