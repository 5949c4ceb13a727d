import { backoff } from "./backoff.ts";
import type { Random } from "../runtime.ts";

/** After this many failures in a row the breaker opens. */
const patience = 3;

/**
 * A circuit breaker: it pauses a failing channel, then lets one batch through as a probe.
 * While it is open nothing is sent, so the waiting items do not use up their attempts.
 *
 * While only one lane has failed, only that lane pauses: its own items may be the cause. Another lane that fails too
 * shows that the channel itself is down.
 */
export class Breaker {
  readonly #random: Random;
  /** The lanes that have failed since the last success. */
  readonly #failed = new Set<string>();
  #failures = 0;
  #openUntil = 0;
  #reason: string | null = null;
  #probing = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The instant in ms until which the channel, or its one failing lane, is left alone. It is in the past while all is well. */
  get openUntil(): number {
    return this.#openUntil;
  }
  get reason(): string | null {
    return this.#reason;
  }

  /** The only lane that has failed. null: all is well, or several have failed. */
  get alone(): string | null {
    return this.#failed.size === 1 ? [...this.#failed][0]! : null;
  }

  /** The instant in ms from which this lane may be tried again. */
  openFor(lane: string): number {
    return this.#concerns(lane) ? this.#openUntil : 0;
  }

  admit(now: number, lane: string): boolean {
    if (!this.#concerns(lane)) return true;
    if (now < this.#openUntil) return false;
    if (this.#failures < patience) return true;
    if (this.#probing) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#failed.clear();
    this.#failures = 0;
    this.#openUntil = 0;
    this.#reason = null;
    this.#probing = false;
  }

  /** Ends a probe without a result, because nothing was sent. */
  withdraw(): void {
    this.#probing = false;
  }

  /** @param after the wait in ms that the channel asked for. It never shortens the pause after several failures. */
  failed(now: number, lane: string, reason: string, after = 0): void {
    this.#failed.add(lane);
    this.#failures++;
    this.#reason = reason;
    this.#probing = false;
    const pause = this.#failures >= patience ? backoff(this.#failures, this.#random) : 0;
    if (after > 0 || pause > 0) this.#openUntil = now + Math.max(after, pause);
  }

  #concerns(lane: string): boolean {
    return this.#failed.size !== 1 || this.#failed.has(lane);
  }
}
