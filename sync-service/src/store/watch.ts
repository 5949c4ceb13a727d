import type { WallClock } from "../runtime.ts";

/** The errors that the store's driver threw. We remember their origin, because some look like errors of an org. */
const thrown = new WeakSet<object>();

/** True if the store threw this error, so that no org is to blame. */
export const isFromStore = (error: unknown): boolean =>
  typeof error === "object" && error !== null && thrown.has(error);

/** True if the store itself is in trouble, so that trying another statement does not help. */
export const isStoreDown = (error: unknown): boolean => isFromStore(error) && troubleIn(error) !== null;

/** Loops try again more often than this, ms. So a commit after this long without a failure counts as recovery. */
const quietFor = 10_000;

/** The same failure is news again after this long, ms. */
const newsAgainAfter = 60_000;

/** The health of a store: out of order from a failure of its own until it accepts a write. */
export class StoreWatch {
  readonly #clock: WallClock;
  #trouble: string | null = null;
  #failedAt = -Infinity;
  readonly #told = new Map<string, number>();

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** The reason why the store accepts nothing now, in words, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Remembers an error as the store's, and returns it. */
  failed<E>(error: E): E {
    if (typeof error === "object" && error !== null) thrown.add(error);
    const trouble = troubleIn(error);
    if (trouble !== null) {
      this.#trouble = trouble;
      this.#failedAt = this.#clock.now();
    }
    return error;
  }

  /** True if nobody has reported this failure within the last minute, because every org meets the same one. */
  isNews(failure: string): boolean {
    const now = this.#clock.now();
    for (const [some, at] of this.#told) if (Math.abs(now - at) >= newsAgainAfter) this.#told.delete(some);
    if (this.#told.has(failure)) return false;
    this.#told.set(failure, now);
    return true;
  }

  /** Call it after a commit. A full disk still takes small writes now and then. */
  worked(): void {
    if (this.#trouble !== null && this.#clock.now() - this.#failedAt >= quietFor) this.#trouble = null;
  }
}

/**
 * The trouble of the store itself, in words without secrets. null: the store only refused a statement. The log has
 * the driver's words.
 */
function troubleIn(error: unknown): string | null {
  const state = String((error as { code?: unknown }).code ?? "");
  if (state === "SQLITE_FULL" || state === "53100")
    return "Its disk is full. Make room; the service goes on by itself.";
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|BUSY|LOCKED)/.test(state)) return "Its file cannot be written.";
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(state))
    return "Its file is damaged: sla-sync store check says how, sla-sync store restore puts a backup in its place.";
  if (state.startsWith("SQLITE_")) return null;
  // PostgreSQL's states have five characters
  if (/^(28|3D)/.test(state)) return "It does not let the service in.";
  if (state === "25006") return "It is a standby and takes no writes: its address must lead to the primary.";
  if (/^(08|53|57P|58|XX)/.test(state)) return "It does not take anything now.";
  if (/^[0-9A-Z]{5}$/.test(state) && !state.startsWith("E")) return null;
  return "It does not answer.";
}
