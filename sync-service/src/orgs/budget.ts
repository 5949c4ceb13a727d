import type { WallClock } from "../runtime.ts";
import { OrgTrouble } from "./trouble.ts";

const day = 24 * 3_600_000;
const hour = 3_600_000;
/** How long an org that has said it is out of requests is left alone. */
const rest = 15 * 60_000;

export interface ApiUse {
  /** The service's own requests in the last 24 hours, and how many it allows itself; null until the org's limit is known. */
  used: number;
  allowed: number | null;
  /** What the org counts of everybody's, and its limit. */
  usedByAll: number | null;
  limit: number | null;
  /** No request is made at the moment, for want of them. */
  parked: boolean;
}

/**
 * The requests that the service may send to an org in 24 hours: a share of the org's own limit. We count in hourly
 * buckets, beside the org's report of everybody's use (`Sforce-Limit-Info`).
 */
export class ApiBudget {
  readonly #share: number;
  readonly #clock: WallClock;
  readonly #hours = new Map<number, number>();
  #limit: number | null = null;
  #usedByAll: number | null = null;
  #restUntil = 0;
  /** Counted and not stored yet, by hour. */
  readonly #unstored = new Map<number, number>();

  constructor(share: number, clock: WallClock) {
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

  count(): void {
    const bucket = Math.floor(this.#clock.now() / hour);
    for (const hours of [this.#hours, this.#unstored]) hours.set(bucket, (hours.get(bucket) ?? 0) + 1);
  }

  /** What was counted before this process began: a restart is no new day. */
  remember(hours: Iterable<{ hour: number; requests: number }>): void {
    for (const { hour: bucket, requests } of hours)
      this.#hours.set(bucket, (this.#hours.get(bucket) ?? 0) + requests);
  }

  /** The requests that are counted and not stored yet. */
  unstored(): { hour: number; requests: number }[] {
    return [...this.#unstored].map(([bucket, requests]) => ({ hour: bucket, requests }));
  }
  stored(hours: Iterable<{ hour: number; requests: number }>): void {
    for (const { hour: bucket, requests } of hours) {
      const left = (this.#unstored.get(bucket) ?? 0) - requests;
      if (left > 0) this.#unstored.set(bucket, left);
      else this.#unstored.delete(bucket);
    }
  }

  /** As the org said with its last answer. The last request of all is left to others. */
  saw(used: number, limit: number): void {
    this.#usedByAll = used;
    this.#limit = limit;
    if (used >= limit && this.#restUntil <= this.#clock.now()) this.spent();
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

  status(): ApiUse {
    const used = this.used();
    const allowed = this.allowed();
    return {
      used,
      allowed,
      usedByAll: this.#usedByAll,
      limit: this.#limit,
      parked: this.#clock.now() < this.#restUntil || (allowed !== null && used >= allowed),
    };
  }
}
