import type { Batch } from "../events/stream.ts";

/**
 * How far a stream may be said to be done. One change can arrive as several events under one id, so an id counts as
 * done only when a different one has been seen, or a keepalive has said that nothing is missing.
 */
export class StreamPosition {
  #done: string | null;
  #current: string | null;

  /** @param stored where an earlier run stood */
  constructor(stored: string | null) {
    this.#done = stored;
    this.#current = stored;
  }

  /** What comes after this has not all been seen; null: nothing has. */
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
