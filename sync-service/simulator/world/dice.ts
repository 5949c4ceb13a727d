/**
 * Chance by purpose. Each draw is a hash of the seed and of what it decides, so leaving one act out of a story moves no
 * other draw.
 */
export class Dice {
  readonly #seed: string;
  constructor(seed: number) {
    this.#seed = `${seed}`;
  }

  /** From 0 to below 1. */
  draw(...purpose: readonly (string | number)[]): number {
    return hash(`${this.#seed}|${purpose.join("|")}`);
  }
  happens(share: number, ...purpose: readonly (string | number)[]): boolean {
    return this.draw(...purpose) < share;
  }
  /** A whole number, both ends included. */
  between(least: number, most: number, ...purpose: readonly (string | number)[]): number {
    return least + Math.floor(this.draw(...purpose) * (most - least + 1));
  }
}

/** FNV-1a over the text, then the finaliser of MurmurHash3, so that near texts give far numbers. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}
