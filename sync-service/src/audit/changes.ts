/** What one setting was before, and what it is now; null: it was not set. */
export interface Change {
  before: unknown;
  after: unknown;
}

/**
 * What differs between two states of a thing, by path: `contract.plan`. Lists are compared whole.
 * @returns {} when nothing differs
 */
export function changesBetween(before: object, after: object, path = ""): Record<string, Change> {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const changes: Record<string, Change> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [from, to] = [set(old[key]), set(now[key])];
    if (JSON.stringify(from) === JSON.stringify(to)) continue;
    if (isPlain(from) && isPlain(to)) Object.assign(changes, changesBetween(from, to, `${path}${key}.`));
    else changes[`${path}${key}`] = { before: from, after: to };
  }
  return changes;
}

/** An empty list counts as no list. */
const set = (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
