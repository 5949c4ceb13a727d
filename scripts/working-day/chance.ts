/** Chance from a seed, so that a day can be had again. */
export interface Chance {
  /** From 0 to 1. */
  next(): number;
  /** Whole, from 0 to below `n`. */
  below(n: number): number;
  one<T>(of: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { next, below, one: (of) => of[below(of.length)]! };
}
