import { Alarm } from "./alarm.ts";
import type { Runtime } from "./runtime.ts";

/** Work that goes on until the service stops. It sleeps on its alarm, and news wakes it. */
export abstract class Loop {
  protected readonly alarm: Alarm;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;

  constructor(runtime: Runtime) {
    this.alarm = new Alarm(runtime);
  }

  /** Ends soon after `stopping` is aborted. It handles its own failures, and never rejects. */
  protected abstract run(): Promise<void>;

  protected get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  start(): void {
    this.#running ??= this.run();
  }

  /** Call it when there may be work before the instant that the loop sleeps until. */
  wake(): void {
    this.alarm.ring();
  }

  /** Resolves when the current turn has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.alarm.ring();
    await this.#running;
  }
}
