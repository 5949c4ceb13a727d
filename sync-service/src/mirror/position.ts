import type { Batch } from "../events/stream.ts";

/**
 * How far a stream may be said to be done. Several events can share a replay id, so we advance past one only when a
 * later id or a keepalive arrives.
 */
export class StreamPosition {
  #done: string | null;
  #current: string | null;

  /** @param stored where an earlier run stood */
  constructor(stored: string | null) {
    this.#done = stored;
    this.#current = stored;
  }

  /** We have seen every event up to here; null: we have seen no event. */
  get done(): string | null {
    return this.#done;
  }

  /** @returns the position to store with this batch, or null while it has not moved */
  after({ events, completeTo }: Batch): string | null {
    const before = this.#done;
    for (const { position } of events) {
      if (position === this.#current) continue;
      this.#done = this.#current;
      this.#current = position;
    }
    if (completeTo !== null) this.#done = this.#current = completeTo;
    return this.#done === before ? null : this.#done;
  }
}
