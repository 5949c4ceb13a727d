import type { Org } from "./types.ts";

const DAY = 86_400_000;

/** API requests of the last 24 hours, in hourly buckets, as Salesforce counts them. */
export class Limits implements NonNullable<Org["limits"]> {
  readonly #now: () => number;
  #max: number;
  #buckets = new Map<number, number>();

  constructor(max: number, now: () => number) {
    this.#max = max;
    this.#now = now;
  }

  spend(): boolean {
    if (this.used() >= this.#max) return false;
    const hour = Math.floor(this.#now() / 3_600_000);
    this.#buckets.set(hour, (this.#buckets.get(hour) ?? 0) + 1);
    return true;
  }

  used(): number {
    const oldest = Math.floor((this.#now() - DAY) / 3_600_000);
    let sum = 0;
    for (const [hour, count] of this.#buckets)
      if (hour <= oldest) this.#buckets.delete(hour);
      else sum += count;
    return sum;
  }

  max(): number {
    return this.#max;
  }
  setMax(n: number): void {
    this.#max = n;
  }
  setUsed(n: number): void {
    this.#buckets = new Map([[Math.floor(this.#now() / 3_600_000), n]]);
  }
}
