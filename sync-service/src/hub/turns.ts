import { Loop } from "../loop.ts";
import type { Runtime } from "../runtime.ts";
import { StorePatience } from "../store/patience.ts";
import { isFromStore } from "../store/watch.ts";

export interface TurnOptions {
  name: string;
  runtime: Runtime;
  /** One turn. @returns when the next one is due without news, ms */
  turn(): Promise<number>;
  /** A turn failed. @returns when the next one is due, ms */
  failed(error: unknown): number;
}

/** Work that comes round again, and at once when there is news. Never two turns at once. */
export class Turns extends Loop {
  readonly #options: TurnOptions;

  constructor(options: TurnOptions) {
    super(options.runtime);
    this.#options = options;
  }

  protected async run(): Promise<void> {
    const { name, runtime, turn, failed } = this.#options;
    const patience = new StorePatience(runtime, name);
    const signal = this.stopping;
    while (!signal.aborted) {
      let next: number;
      try {
        next = await turn();
        patience.worked();
      } catch (error) {
        if (signal.aborted) return;
        if (isFromStore(error)) {
          await patience.wait(error, {}, signal);
          continue;
        }
        next = failed(error);
      }
      if (!signal.aborted) await this.alarm.sleepUntil(next);
    }
  }
}
