import type { Clock } from "../runtime.ts";
import { OrgTrouble } from "./trouble.ts";

const day = 24 * 3_600_000;
const hour = 3_600_000;
/** How long an org that has said it is out of requests is left alone. */
const rest = 15 * 60_000;

/**
 * What the service may ask of an org in 24 hours: a share of the org's own limit, counted here in hourly
 * buckets, beside what the org reports of everybody's use (`Sforce-Limit-Info`).
 */
export class ApiBudget {
  readonly #share: number;
  readonly #clock: Clock;
  readonly #hours = new Map<number, number>();
  #limit: number | null = null;
  #usedByAll: number | null = null;
  #restUntil = 0;

  constructor(share: number, clock: Clock) {
    this.#share = share;
    this.#clock = clock;
  }

  /** @throws OrgTrouble `limit` when the org is out of requests, or our share of them is used up */
  admit(): void {
    const now = this.#clock.now();
    if (now < this.#restUntil)
      throw new OrgTrouble(
        "limit",
        `The org's API requests for the day are spent; asking again at ${new Date(this.#restUntil).toISOString()}`,
      );
    if (this.#limit !== null && this.used() >= this.allowed()!)
      throw new OrgTrouble(
        "limit",
        `The service has used its share of the org's API requests: ${this.used()} of ${this.allowed()} in 24 hours (limit ${this.#limit}, share ${this.#share})`,
      );
  }

  count(requests = 1): void {
    const bucket = Math.floor(this.#clock.now() / hour);
    this.#hours.set(bucket, (this.#hours.get(bucket) ?? 0) + requests);
  }

  saw(used: number, limit: number): void {
    this.#usedByAll = used;
    this.#limit = limit;
  }

  spent(): void {
    this.#restUntil = this.#clock.now() + rest;
  }

  /** Our own requests in the last 24 hours. */
  used(): number {
    const oldest = Math.floor((this.#clock.now() - day) / hour);
    let sum = 0;
    for (const [bucket, requests] of this.#hours)
      if (bucket <= oldest) this.#hours.delete(bucket);
      else sum += requests;
    return sum;
  }

  allowed(): number | null {
    return this.#limit === null ? null : Math.floor(this.#limit * this.#share);
  }

  status(): {
    used: number;
    allowed: number | null;
    usedByAll: number | null;
    limit: number | null;
    restUntil: number | null;
  } {
    const restUntil = this.#restUntil > this.#clock.now() ? this.#restUntil : null;
    return {
      used: this.used(),
      allowed: this.allowed(),
      usedByAll: this.#usedByAll,
      limit: this.#limit,
      restUntil,
    };
  }
}
