import { backoff } from "./backoff.ts";
import type { Random } from "../runtime.ts";

/** After this many failures in a row the breaker opens. */
const patience = 3;

/**
 * A circuit breaker: it pauses a failing destination, then lets one batch through as a probe.
 * While it is open nothing is sent, so the waiting items do not use up their attempts.
 */
export class Breaker {
  readonly #random: Random;
  #failures = 0;
  #openUntil = 0;
  #reason: string | null = null;
  #probing = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The instant in ms from which a batch may be tried again. It is in the past while the breaker is closed. */
  get openUntil(): number {
    return this.#openUntil;
  }
  get reason(): string | null {
    return this.#reason;
  }

  admit(now: number): boolean {
    if (now < this.#openUntil) return false;
    if (this.#failures < patience) return true;
    if (this.#probing) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
    this.#reason = null;
    this.#probing = false;
  }

  /** Ends a probe without a result, because nothing was sent. */
  withdraw(): void {
    this.#probing = false;
  }

  failed(now: number, reason: string, after?: number): void {
    this.#failures++;
    this.#reason = reason;
    this.#probing = false;
    if (after !== undefined) this.#openUntil = now + after;
    else if (this.#failures >= patience) this.#openUntil = now + backoff(this.#failures, this.#random);
  }
}
