import type { Kysely } from "kysely";
import { pause, type Runtime } from "../runtime.ts";
import { checkpointLater } from "../store/checkpoints.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { StorePatience } from "../store/patience.ts";
import { Ahead } from "./ahead.ts";
import { Alarm } from "../alarm.ts";
import { worldOf } from "../world.ts";
import { nextDue } from "./due-clocks.ts";
import type { FiredStep } from "./fired-step.ts";
import { fireDue } from "./firing.ts";
import { nobodyWatches, type ClockWatch } from "./troubles.ts";

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
  /** Told which clocks could be decided and which could not. */
  watch?: ClockWatch;
  /** Told when nothing can be decided (and, with null, when it can again). */
  onTrouble?(error: Error | null): void;
}

/** Another instance holds what is due, or the store does not answer. */
const shortly = 5;
const storeRetry = 1_000;
const longestCatchingUp = 10_000;
/** So shortly before an instant nothing else is begun. */
const notAhead = 100;
/** Clocks per transaction; from here on, what was due together is a storm. */
const manyAtOnce = 200;
/** The more at once, the less each costs; not so many that whoever else wants the store waits for long. */
const inStorm = 1_000;

/** Decides every step as soon after its instant as process and store allow, and never before. */
export class FiringLoop {
  readonly #options: FiringOptions;
  readonly #alarm: Alarm;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #storm = false;
  /** A server decides for one batch while this process computes the next; the embedded store is this process. */
  readonly #together: number;

  constructor(options: FiringOptions) {
    this.#options = options;
    this.#together = locksRows(options.db) ? 2 : 1;
    this.#alarm = new Alarm(options.runtime);
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

  /** Whether steps are being decided in numbers right now. */
  get storm(): boolean {
    return this.#storm;
  }

  async #run(): Promise<void> {
    const { db, runtime, onFired, onTrouble, watch = nobodyWatches } = this.#options;
    const { clock, timers, breathe } = worldOf(runtime);
    const { signal } = this.#stopping;
    const ahead = new Ahead(db);
    const patience = new StorePatience(runtime, "steps", storeRetry);
    let troubled = false;
    const worked = () => {
      patience.worked();
      if (troubled) onTrouble?.(null);
      troubled = false;
    };
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
        // a store that gives what is asked may still take nothing: while steps are due, only a decision proves it
        if (next === null || next > clock.now()) worked();
        if (next === null || next > clock.now()) {
          this.#setStorm(false);
          await this.#rest(ahead, next ?? Infinity);
          // it has come meanwhile, or there is other news
          if (next === null || next > clock.now()) continue;
        }
        const now = clock.now();
        const [together, most] = this.#storm ? [this.#together, inStorm] : [1, manyAtOnce];
        const batches = await Promise.all(
          Array.from({ length: together }, () => fireDue(db, now, watch, from, ahead, most)),
        );
        const claimed = batches.reduce((sum, batch) => sum + batch.claimed, 0);
        worked();
        this.#setStorm(claimed >= manyAtOnce);
        for (const { fired } of batches) if (fired.length > 0) onFired(fired);
        if (claimed === 0) await pause(timers, shortly, signal);
        // the embedded store answers without the event loop: let the rest of the process have its turn
        await breathe();
      } catch (error) {
        this.#storm = false;
        troubled = true;
        onTrouble?.(error as Error);
        await patience.wait(error, {}, signal);
      }
    }
  }

  #setStorm(storm: boolean): void {
    if (storm !== this.#storm) checkpointLater(this.#options.db, storm);
    this.#storm = storm;
  }

  /** Until the next instant or news; what comes shortly is made ready meanwhile. */
  async #rest(ahead: Ahead, next: number): Promise<void> {
    const { clock, breathe, pace } = worldOf(this.#options.runtime);
    const now = clock.now();
    const lookAt = next - now < notAhead ? Infinity : await ahead.look(now, next);
    if (lookAt <= now) await breathe();
    else await this.#alarm.sleepUntil(Math.min(next, lookAt), pace.firing);
  }
}
