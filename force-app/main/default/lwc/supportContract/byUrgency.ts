import type { Reading } from "./caseClock.ts";

const rank: Record<string, number> = { Breached: 0, "At Risk": 1, Running: 2 };

/**
 * The order of a queue: overdue cases, the most overdue first, then cases at risk, then the rest. The least time left
 * comes first. Paused cases follow by their opening, and cases that wait for nothing come last.
 */
export function byUrgency(a: Reading | null, b: Reading | null): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  const [x, y] = [rank[a.status] ?? 3, rank[b.status] ?? 3];
  return x - y || a.remaining - b.remaining || a.until - b.until;
}
