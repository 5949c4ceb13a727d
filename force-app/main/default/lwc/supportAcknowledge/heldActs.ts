/**
 * Acts that wait some seconds before they are saved, so that a slip can be undone. They are saved at once when the page
 * is hidden or left, and while anything is unsaved, leaving asks first.
 */
import { onTick, serverNow } from "c/slaTicker";

/** ms in which an act can be undone */
export const UNDO_FOR = 5_000;

export interface Holder {
  /** Resolves when these are saved or refused. */
  save(ids: string[]): Promise<void>;
  /** Something is held, saved or undone. */
  changed(): void;
}

export type ActState = "" | "held" | "saving";

export class HeldActs {
  readonly #holder: Holder;
  /** Until when each can be undone. */
  readonly #held = new Map<string, number>();
  readonly #saving = new Set<string>();
  #stops: (() => void)[] = [];

  constructor(holder: Holder) {
    this.#holder = holder;
  }

  connect(): void {
    document.addEventListener("visibilitychange", this.#hidden);
    window.addEventListener("beforeunload", this.#leaving);
    this.#stops = [
      onTick((now) => this.tick(now)),
      () => document.removeEventListener("visibilitychange", this.#hidden),
    ];
  }

  /** The component goes, the page stays: the held acts are saved now. Leaving asks until that is done. */
  disconnect(): void {
    for (const stop of this.#stops) stop();
    void this.saveNow().finally(() => window.removeEventListener("beforeunload", this.#leaving));
  }

  stateOf(id: string): ActState {
    return this.#saving.has(id) ? "saving" : this.#held.has(id) ? "held" : "";
  }
  /** Whole seconds in which it can still be undone. */
  secondsLeft(id: string): number {
    return Math.max(0, Math.ceil(((this.#held.get(id) ?? 0) - serverNow()) / 1000));
  }
  /** Held or on its way. */
  get unsaved(): boolean {
    return this.#held.size + this.#saving.size > 0;
  }
  get saving(): boolean {
    return this.#saving.size > 0;
  }

  hold(id: string): void {
    if (this.stateOf(id) !== "") return;
    this.#held.set(id, serverNow() + UNDO_FOR);
    if (document.hidden) void this.saveNow([id]);
    else this.#holder.changed();
  }

  /** Answers whether there was something to undo. */
  undo(id: string): boolean {
    const undone = this.#held.delete(id);
    if (undone) this.#holder.changed();
    return undone;
  }

  async saveNow(ids: string[] = [...this.#held.keys()]): Promise<void> {
    const mine = ids.filter((id) => !this.#saving.has(id));
    if (mine.length === 0) return;
    for (const id of mine) {
      this.#held.delete(id);
      this.#saving.add(id);
    }
    this.#holder.changed();
    try {
      await this.#holder.save(mine);
    } finally {
      for (const id of mine) this.#saving.delete(id);
      this.#holder.changed();
    }
  }

  private tick(now: number): void {
    if (this.#held.size === 0) return;
    const over = [...this.#held].filter(([, until]) => now >= until).map(([id]) => id);
    if (over.length > 0) void this.saveNow(over);
    else this.#holder.changed();
  }
  #hidden = (): void => {
    if (document.hidden) void this.saveNow();
  };
  /** The browser asks in its own words; meanwhile the saving goes on. */
  #leaving = (event: BeforeUnloadEvent): void => {
    if (!this.unsaved) return;
    event.preventDefault();
    void this.saveNow();
  };
}
