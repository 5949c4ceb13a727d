/** How often each trouble met what the service was doing. One that never bites is a fault of the simulator. */
export class Counts {
  readonly #met = new Map<string, number>();

  met(trouble: string, phase: string): void {
    const key = `${trouble} ${phase}`;
    this.#met.set(key, (this.#met.get(key) ?? 0) + 1);
  }
  all(): Record<string, number> {
    return Object.fromEntries([...this.#met].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
