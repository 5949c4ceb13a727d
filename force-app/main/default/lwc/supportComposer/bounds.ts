/** How much fits: Salesforce counts a comment in bytes, and a note in characters. */
import type { DraftKind } from "./draft.ts";

export interface Bound {
  used: number;
  most: number;
  inBytes: boolean;
}

/** A line break is stored as two. */
const stored = (body: string): string => body.replace(/\r?\n/g, "\r\n");

/** In UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export const boundOf = (kind: DraftKind, body: string): Bound =>
  kind === "reply"
    ? { used: bytesOf(stored(body)), most: 4000, inBytes: true }
    : { used: stored(body).length, most: 32_768, inBytes: false };
