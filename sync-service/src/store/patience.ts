import { pause, type Runtime } from "../runtime.ts";
import { isFromStore } from "./watch.ts";

const firstWait = 1_000;
const longestWait = 5_000;
/** The same trouble is said again after this long. */
const sayAgain = 60_000;

/**
 * How a loop meets a store that fails: it waits a little longer each time, and says so once a minute. The embedded store
 * answers without the event loop, so a loop that tried again at once would leave nobody else a turn.
 */
export class StorePatience {
  readonly #runtime: Pick<Runtime, "clock" | "timers" | "log">;
  readonly #who: string;
  readonly #longest: number;
  #failures = 0;
  #said: { message: string; at: number; unsaid: number } | null = null;

  /**
   * @param who what cannot go on, as the log says it
   * @param longest the longest wait, ms
   */
  constructor(runtime: Pick<Runtime, "clock" | "timers" | "log">, who: string, longest = longestWait) {
    this.#runtime = runtime;
    this.#who = who;
    this.#longest = longest;
  }

  /** Says what failed, and resolves when it is time to try again. */
  async wait(error: unknown, fields: object = {}, signal?: AbortSignal): Promise<void> {
    const { timers } = this.#runtime;
    const trouble = isFromStore(error)
      ? "the store does not take or give what is needed"
      : "something failed";
    this.#say(trouble, (error as Error).message, fields);
    await pause(timers, Math.min(this.#longest, firstWait * 2 ** Math.min(this.#failures++, 10)), signal);
  }

  /** The store took something. */
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
