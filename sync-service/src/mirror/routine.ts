import { pause, type Runtime } from "../runtime.ts";

export interface RoutineOptions {
  name: string;
  /** ms from the end of one turn to the next */
  period: number;
  work: () => Promise<unknown>;
  runtime: Runtime;
  signal: AbortSignal;
  onTrouble(error: unknown): void;
}

/** Work that comes round again: never two turns at once, and a turn that fails does not end it. */
export class Routine {
  readonly #options: RoutineOptions;
  #running: Promise<void> | null = null;

  constructor(options: RoutineOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }
  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { period, work, runtime, signal, onTrouble } = this.#options;
    while (!signal.aborted) {
      // spread, so that many orgs do not ask all at once
      await pause(runtime.timers, period * (0.9 + runtime.random() * 0.2), signal);
      if (signal.aborted) return;
      try {
        await work();
      } catch (error) {
        onTrouble(error);
      }
    }
  }
}
