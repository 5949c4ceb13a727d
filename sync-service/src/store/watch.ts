import type { WallClock } from "../runtime.ts";

/** Errors by where they come from: what the store's driver threw is the store's, whatever it looks like. */
const thrown = new WeakSet<object>();

/** Whether the store threw this: then no org is to blame for it. */
export const isFromStore = (error: unknown): boolean =>
  typeof error === "object" && error !== null && thrown.has(error);

/** Whether the store itself is in trouble, and not only refused a statement: trying anything else of it is no use. */
export const isStoreDown = (error: unknown): boolean => isFromStore(error) && troubleIn(error) !== null;

/** What fails is tried again more often than this, ms: without a failure for so long, a commit counts as recovery. */
const quietFor = 10_000;

/** The same failure is news again after this long, ms. */
const newsAgainAfter = 60_000;

/** What a store says of itself: out of order from a failure of its own until it takes things again. */
export class StoreWatch {
  readonly #clock: WallClock;
  #trouble: string | null = null;
  #failedAt = -Infinity;
  readonly #told = new Map<string, number>();

  constructor(clock: WallClock) {
    this.#clock = clock;
  }

  /** Why nothing can be stored at the moment, in words; null while all is well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Remembers an error as the store's, and gives it back. */
  failed<E>(error: E): E {
    if (typeof error === "object" && error !== null) thrown.add(error);
    const trouble = troubleIn(error);
    if (trouble !== null) {
      this.#trouble = trouble;
      this.#failedAt = this.#clock.now();
    }
    return error;
  }

  /** Whether nobody has told of this failure within the minute: each org meets the same one, again and again. */
  isNews(failure: string): boolean {
    const now = this.#clock.now();
    for (const [some, at] of this.#told) if (Math.abs(now - at) >= newsAgainAfter) this.#told.delete(some);
    if (this.#told.has(failure)) return false;
    this.#told.set(failure, now);
    return true;
  }

  /** Something was stored. On a full disk small things still find room now and then. */
  worked(): void {
    if (this.#trouble !== null && this.#clock.now() - this.#failedAt >= quietFor) this.#trouble = null;
  }
}

/**
 * What is wrong with the store itself, in words that anybody may read; null when it only refused a statement. What the
 * driver said is in the log.
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
  if (/^(08|53|57P|58|XX)|^25006$/.test(state)) return "It does not take anything now.";
  if (/^[0-9A-Z]{5}$/.test(state) && !state.startsWith("E")) return null;
  return "It does not answer.";
}
