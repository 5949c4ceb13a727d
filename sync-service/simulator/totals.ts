import type { SeedResult } from "./seed.ts";

/** How far a run of many seeds is, and what its trouble met. */
export class Totals {
  readonly #seeds: number;
  readonly #since = performance.now();
  readonly #ms: number[] = [];
  readonly #counts = new Map<string, number>();
  #failed = 0;
  #cases = 0;
  #happened = 0;
  #said = performance.now();

  constructor(seeds: number) {
    this.#seeds = seeds;
  }

  add({ violations, counts, cases, happened, ms }: SeedResult): void {
    this.#ms.push(ms);
    this.#cases += cases;
    this.#happened += happened;
    if (violations.length > 0) this.#failed++;
    for (const [key, count] of Object.entries(counts))
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    if (performance.now() - this.#said < 10_000) return;
    this.#said = performance.now();
    const done = this.#ms.length;
    const passed = (performance.now() - this.#since) / 1000;
    const left = (passed / done) * (this.#seeds - done);
    console.log(`${done} of ${this.#seeds} seeds, ${this.#failed} failed, about ${Math.round(left)} s left`);
  }

  report(): void {
    const passed = (performance.now() - this.#since) / 1000;
    const sorted = this.#ms.toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
    console.log(
      `${sorted.length} seeds in ${passed.toFixed(1)} s (${(sorted.length / passed).toFixed(1)} a second), ${this.#failed} failed; ` +
        `a seed takes ${at(0.5)} ms in the middle, ${at(0.9)} ms at the ninth tenth; ${this.#cases} cases, ${this.#happened} happenings`,
    );
    for (const [key, count] of [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`  ${key}: ${count}`);
  }
}
