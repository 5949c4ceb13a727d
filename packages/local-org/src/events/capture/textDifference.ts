/**
 * Large texts travel as their difference. "Sending Data Differences for Fields of Updated Records" in the Change Data
 * Capture guide gives the format, and four conditions for sending the whole value.
 */
import { createHash } from "node:crypto";
import type { FieldDef } from "../../org/types.ts";

const SHORTEST = 1_000;
/** Lines of each side beyond which a difference is not looked for. */
const LONGEST_LINES = 2_000;

interface Hunk {
  oldStart: number;
  removed: string[];
  newStart: number;
  added: string[];
}

/** The unified difference without context, or undefined when Salesforce would send the value itself. */
export function diffOf(field: FieldDef, before: string, after: string): string | undefined {
  if (field.type !== "textarea" || before.length < SHORTEST || after.length < SHORTEST) return undefined;
  if (Math.abs(before.length - after.length) > Math.max(before.length, after.length) / 2) return undefined;
  const oldLines = before.split(/\r\n|\r|\n/);
  const newLines = after.split(/\r\n|\r|\n/);
  if (oldLines.length > LONGEST_LINES || newLines.length > LONGEST_LINES) return undefined;
  const hunks = hunksOf(oldLines, newLines);
  const touched = hunks.reduce((sum, hunk) => sum + hunk.removed.length + hunk.added.length, 0);
  if (touched > (oldLines.length + newLines.length) / 4) return undefined;
  const text = [
    "--- ",
    `+++ ${createHash("sha256").update(after).digest("hex")}`,
    ...hunks.flatMap((hunk) => [
      `@@ -${hunk.oldStart},${hunk.removed.length} +${hunk.newStart},${hunk.added.length} @@`,
      ...hunk.removed.map((line) => `-${line}`),
      ...hunk.added.map((line) => `+${line}`),
    ]),
  ].join("\n");
  return text.length > after.length ? undefined : text;
}

/** Longest common subsequence of lines; what is left over, run by run. */
function hunksOf(before: string[], after: string[]): Hunk[] {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (row: number, column: number) => lengths[row * width + column] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const hunks: Hunk[] = [];
  let open: Hunk | undefined;
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      open = undefined;
      i++;
      j++;
      continue;
    }
    if (!open) hunks.push((open = { oldStart: i + 1, removed: [], newStart: j + 1, added: [] }));
    if (i < before.length && (j >= after.length || at(i + 1, j) >= at(i, j + 1)))
      open.removed.push(before[i++] ?? "");
    else open.added.push(after[j++] ?? "");
  }
  return hunks;
}
