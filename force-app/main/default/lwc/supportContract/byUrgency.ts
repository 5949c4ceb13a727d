import type { Reading } from "./caseClock.ts";

const rank: Record<string, number> = { Breached: 0, "At Risk": 1, Running: 2 };

/**
 * The order of a queue: what is overdue, the most overdue first; then what is at risk, then the rest, the least
 * time left first, and among those that stand still the one that opens first; what waits for nothing last.
 */
export function byUrgency(a: Reading | null, b: Reading | null): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  const [x, y] = [rank[a.status] ?? 3, rank[b.status] ?? 3];
  return x - y || a.remaining - b.remaining || a.until - b.until;
}
