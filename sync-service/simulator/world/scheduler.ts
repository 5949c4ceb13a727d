import type { Timer } from "../../src/runtime.ts";
import type { Dice } from "./dice.ts";

interface Entry {
  at: number;
  /** The seed decides what comes first of what comes together; else only one order would ever be seen. */
  tie: number;
  order: number;
  work: (() => void) | null;
}

/** More happenings than this without time passing are a loop that makes no progress. */
const mostAtOnce = 20_000;

export class NoProgress extends Error {
  override name = "NoProgress";
}

/** All that happens, in the order of its true instant. Time stands still while something happens. */
export class Scheduler {
  readonly #dice: Dice;
  readonly #heap: Entry[] = [];
  #order = 0;
  #idle = 0;
  #atOnce = 0;
  /** True time, ms. */
  now: number;
  /** How much has happened so far. */
  happened = 0;

  constructor(start: number, dice: Dice) {
    this.now = start;
    this.#dice = dice;
  }

  after(ms: number, work: () => void): Timer {
    return this.at(this.now + Math.max(0, Math.ceil(ms)), work);
  }

  at(at: number, work: () => void): Timer {
    const order = this.#order++;
    const entry: Entry = { at: Math.max(at, this.now), tie: 0, order, work };
    entry.tie = this.#dice.draw("tie", entry.at, order);
    this.#push(entry);
    return { cancel: () => void (entry.work = null) };
  }

  /**
   * A look that may be left out. It comes last of its instant and moves no draw, so leaving it out changes nothing.
   * @param every its period, which orders those of one instant
   */
  idleAt(at: number, every: number, work: () => void): Timer {
    const tie = 1 + Math.min(every, 1e9) / 1e9;
    const entry: Entry = { at: Math.max(at, this.now), tie, order: this.#idle++, work };
    this.#push(entry);
    return { cancel: () => void (entry.work = null) };
  }

  /** @throws NoProgress */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || first.at > end) break;
      this.#pop();
      const { work } = first;
      if (work === null) continue;
      if (first.at > this.now) this.#atOnce = 0;
      else if (++this.#atOnce > mostAtOnce)
        throw new NoProgress(`more than ${mostAtOnce} things happened, and no time passed`);
      this.now = first.at;
      this.happened++;
      work();
      // every promise that this settles has its turn before the next thing happens
      await new Promise((resolve) => void setImmediate(resolve));
    }
    this.now = Math.max(this.now, end);
  }

  /** Somebody's work, which may have to wait for something else to happen. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    await new Promise((resolve) => void setImmediate(resolve));
    while (!isOver) await this.runUntil(this.now + 100);
    return work;
  }

  /** How much waits to happen. */
  get waiting(): number {
    return this.#heap.reduce((count, { work }) => (work === null ? count : count + 1), 0);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Entry, b: Entry) =>
  a.at !== b.at ? a.at < b.at : a.tie !== b.tie ? a.tie < b.tie : a.order < b.order;
