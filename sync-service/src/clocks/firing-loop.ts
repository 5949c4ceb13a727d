import type { Kysely } from "kysely";
import { pause, type Runtime } from "../runtime.ts";
import { checkpointLater } from "../store/checkpoints.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { StorePatience } from "../store/patience.ts";
import { Ahead } from "./ahead.ts";
import { Loop } from "../loop.ts";
import { worldOf } from "../world.ts";
import { nextDue } from "./due-clocks.ts";
import type { FiredStep } from "./fired-step.ts";
import { fireDue } from "./firing.ts";
import { nobodyWatches, type ClockWatch } from "./troubles.ts";

export interface FiringOptions {
  db: Kysely<Database>;
  runtime: Runtime;
  /** Called after each commit with the decided steps. Their lateness is `decidedAt - dueAt`. */
  onFired(fired: readonly FiredStep[]): void;
  /**
   * Resolves when the service knows what happened while it was away. Steps that were due before the start wait until
   * then, ten seconds at most, because an acknowledgement may stop them.
   */
  caughtUp?: Promise<void>;
  /** Called for each clock that we could or could not decide. */
  watch?: ClockWatch;
  /** Called when we can decide no step, and with null when we can again. */
  onTrouble?(error: Error | null): void;
}

/** We look again after this long if another instance holds the due clocks, or if the store does not answer. */
const shortly = 5;
const storeRetry = 1_000;
const longestCatchingUp = 10_000;
/** We begin no other work in the last milliseconds before an instant. */
const notAhead = 100;
/** The clocks per transaction. If this many are due together, we call it a storm. */
const manyAtOnce = 200;
/** Larger transactions cost less for each clock. Still larger ones would keep the store from others for too long. */
const inStorm = 1_000;

/** Decides every step as soon after its instant as the process and the store allow, and never before it. */
export class FiringLoop extends Loop {
  readonly #options: FiringOptions;
  #storm = false;
  /** A server can decide one batch while this process computes the next. The embedded store runs in this process. */
  readonly #together: number;

  constructor(options: FiringOptions) {
    super(options.runtime);
    this.#options = options;
    this.#together = locksRows(options.db) ? 2 : 1;
  }

  /** True while many steps are due together. */
  get storm(): boolean {
    return this.#storm;
  }

  protected async run(): Promise<void> {
    const { db, runtime, onFired, onTrouble, watch = nobodyWatches } = this.#options;
    const { clock, timers, breathe } = worldOf(runtime);
    const signal = this.stopping;
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
        this.alarm.ring();
      };
      const longest = timers.after(longestCatchingUp, go);
      signal.addEventListener("abort", () => longest.cancel());
      this.#options.caughtUp.then(go, go);
    }
    while (!signal.aborted) {
      try {
        const next = await nextDue(db, from);
        // a store that answers may still refuse to write: while steps are due, only a decision proves that it works
        if (next === null || next > clock.now()) worked();
        if (next === null || next > clock.now()) {
          this.#setStorm(false);
          await this.#rest(ahead, next ?? Infinity);
          // the instant has not come, or other news woke the loop
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
        // the embedded store answers without the event loop, so we give the rest of the process a turn
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

  /** Waits until the next instant or until news, and prepares the next decisions meanwhile. */
  async #rest(ahead: Ahead, next: number): Promise<void> {
    const { clock, breathe, pace } = worldOf(this.#options.runtime);
    const now = clock.now();
    const lookAt = next - now < notAhead ? Infinity : await ahead.look(now, next);
    if (lookAt <= now) await breathe();
    else await this.alarm.sleepUntil(Math.min(next, lookAt), pace.firing);
  }
}
