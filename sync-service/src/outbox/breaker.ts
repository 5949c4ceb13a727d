import { backoff } from "./backoff.ts";
import type { Random } from "../runtime.ts";

/** Failures in a row after which a destination is left alone. */
const patience = 3;

/**
 * Leaves a destination in trouble alone for a while, then lets one batch through to see. While open, nothing is
 * attempted, so nothing wears out its attempts.
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

  /** When it may be tried again; at or before `now`: it may. */
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

  /** There was nothing to try with. */
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
