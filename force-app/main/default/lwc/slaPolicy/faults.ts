/** Refusals without words: pages load this. c/slaPolicyCheck says in sentences what was wrong, and where. */

/** Throws a RangeError unless `condition` holds. */
export function need(condition: unknown): asserts condition {
  if (!condition) throw new RangeError("unusable");
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
