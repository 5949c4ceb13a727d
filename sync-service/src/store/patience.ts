import { pause, type Runtime } from "../runtime.ts";
import { isFromStore } from "./watch.ts";

const firstWait = 1_000;
const longestWait = 5_000;
/** We log the same trouble again after this long. */
const sayAgain = 60_000;

/**
 * Makes a loop wait when the store fails: a little longer each time, with a line in the log once a minute. The
 * embedded store answers without the event loop, so an immediate retry would stop the rest of the process.
 */
export class StorePatience {
  readonly #runtime: Pick<Runtime, "clock" | "timers" | "log">;
  readonly #who: string;
  readonly #longest: number;
  #failures = 0;
  #said: { message: string; at: number; unsaid: number } | null = null;

  /**
   * @param who the work that cannot go on, for the log
   * @param longest the longest wait, ms
   */
  constructor(runtime: Pick<Runtime, "clock" | "timers" | "log">, who: string, longest = longestWait) {
    this.#runtime = runtime;
    this.#who = who;
    this.#longest = longest;
  }

  /** Logs the failure, and resolves when the loop may try again. */
  async wait(error: unknown, fields: object = {}, signal?: AbortSignal): Promise<void> {
    const { timers } = this.#runtime;
    const trouble = isFromStore(error)
      ? "the store does not take or give what is needed"
      : "something failed";
    this.#say(trouble, (error as Error).message, fields);
    await pause(timers, Math.min(this.#longest, firstWait * 2 ** Math.min(this.#failures++, 10)), signal);
  }

  /** Call it when the store has accepted a write. */
  worked(): void {
    this.#failures = 0;
  }

  #say(trouble: string, message: string, fields: object): void {
    const { clock, log } = this.#runtime;
    const now = clock.now();
    const said = this.#said;
    if (said !== null && said.message === message && Math.abs(now - said.at) < sayAgain)
      return void said.unsaid++;
    const alsoSince = said === null || said.unsaid === 0 ? {} : { unsaidSince: said.unsaid };
    this.#said = { message, at: now, unsaid: 0 };
    log.error({ ...fields, error: message, ...alsoSince }, `${this.#who}: ${trouble}; trying again`);
  }
}
