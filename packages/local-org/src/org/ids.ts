/**
 * Salesforce ids have 18 characters: a key prefix (3), the instance (2), a reserved 0, a base-62 counter (9), and a
 * checksum over upper and lower case (3).
 */
import type { Id } from "./types.ts";

const checksum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Turns a 15-character id into the 18-character form, which is safe if upper and lower case get lost. */
export function to18(id15: string): Id {
  let suffix = "";
  for (let block = 0; block < 3; block++) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(block * 5 + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    suffix += checksum[bits];
  }
  return id15 + suffix;
}

const shape = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-5]{3})?$/;

/** Reads an id of 15 or 18 characters and repairs its case. @returns 18 characters, or undefined if it is not an id */
export function normalizeId(value: unknown): Id | undefined {
  if (typeof value !== "string" || !shape.test(value)) return undefined;
  if (value.length === 15) return to18(value);
  if (to18(value.slice(0, 15)) === value) return value;
  let mended = "";
  for (let i = 0; i < 15; i++) {
    const bits = checksum.indexOf(value[15 + Math.floor(i / 5)]!.toUpperCase());
    const char = value[i]!;
    mended += bits & (1 << (i % 5)) ? char.toUpperCase() : char.toLowerCase();
  }
  return to18(mended);
}

export function base62(n: number, width: number): string {
  let out = "";
  for (let rest = n; out.length < width; rest = Math.floor(rest / 62)) out = digits[rest % 62] + out;
  return out;
}

/** Two characters that differ between orgs, so that you can see an id's org. */
export function instanceOf(seed: string): string {
  let hash = 7;
  for (const char of seed) hash = (hash * 31 + char.codePointAt(0)!) % 3844;
  return base62(hash, 2);
}

export const makeId = (prefix: string, instance: string, n: number): Id =>
  to18(`${prefix}${instance}0${base62(n, 9)}`);
