import { setImmediate as breathe } from "node:timers/promises";
import type { Kysely } from "kysely";
import { pause, type Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import { Alarm } from "./alarm.ts";
import { nextDue } from "./due-clocks.ts";
import { fireDue, type FiredStep, type Unreadable } from "./firing.ts";

export interface FiringOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  /** Told after each commit what was decided: lateness is `decidedAt - dueAt`. */
  onFired(fired: readonly FiredStep[]): void;
  /**
   * Resolves when what happened while the service was away is known. Until then, steps due before the start wait:
   * an acknowledgement given meanwhile should stop them. At most ten seconds.
   */
  caughtUp?: Promise<void>;
  /** Told when the store does not answer (and, with null, when it does again). */
  onTrouble?(error: Error | null): void;
}

/** Without news, the store is asked again after this long: what was announced may have been missed. */
const looksAgainAfter = 30_000;
/** Another instance holds what is due, or the store does not answer. */
const shortly = 5;
const storeRetry = 1_000;
const longestCatchingUp = 10_000;

/** Decides every step as soon after its instant as process and store allow, and never before. */
export class FiringLoop {
  readonly #options: FiringOptions;
  readonly #alarm: Alarm;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;

  constructor(options: FiringOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.runtime.clock, options.runtime.timers);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There may be a nearer next instant. */
  wake(): void {
    this.#alarm.ring();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#alarm.ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { db, runtime, onFired, onTrouble } = this.#options;
    const { clock, timers, log } = runtime;
    const { signal } = this.#stopping;
    const unreadable: Unreadable = (row, error) =>
      log.error(
        { org: row.org_id, case: row.case_id, cycle: row.cycle, error: error.message },
        "clock unreadable",
      );
    let troubled = false;
    let from = 0;
    if (this.#options.caughtUp !== undefined) {
      from = clock.now();
      const go = () => {
        from = 0;
        this.#alarm.ring();
      };
      const longest = timers.after(longestCatchingUp, go);
      signal.addEventListener("abort", () => longest.cancel());
      this.#options.caughtUp.then(go, go);
    }
    while (!signal.aborted) {
      try {
        const next = await nextDue(db, from);
        if (troubled) onTrouble?.(null);
        troubled = false;
        const now = clock.now();
        if (next === null || next > now) {
          await this.#alarm.sleepUntil(Math.min(next ?? Infinity, now + looksAgainAfter));
          continue;
        }
        const { fired, claimed } = await fireDue(db, now, unreadable, from);
        if (fired.length > 0) onFired(fired);
        if (claimed === 0) await pause(timers, shortly, signal);
        // the embedded store answers without the event loop: let the rest of the process have its turn
        await breathe();
      } catch (error) {
        if (!troubled)
          log.error({ error: (error as Error).message }, "firing: the store does not answer; trying again");
        troubled = true;
        onTrouble?.(error as Error);
        await pause(timers, storeRetry, signal);
      }
    }
  }
}
