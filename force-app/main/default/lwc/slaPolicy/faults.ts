/** Refusals without words: pages load this. c/slaPolicyCheck says in sentences what was wrong, and where. */

/** Throws a RangeError unless `condition` holds. */
export function need(condition: unknown): asserts condition {
  if (!condition) throw new RangeError();
}

/** Of the object's own properties, because a name may be one that every object has. */
export const own = <Value>(object: Record<string, Value>, key: string): Value | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
