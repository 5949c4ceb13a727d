/** Stretches of time, and the rest of them after others are taken out. */

export type Stretch = readonly [start: number, end: number, ...more: unknown[]];

export const byStart = (a: Stretch, b: Stretch): number => a[0] - b[0];

/** By start; those that meet are one, and those of no length, which a change of the clocks skips, are gone. */
export function union(stretches: readonly Stretch[]): [start: number, end: number][] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...stretches].sort(byStart)) {
    const last = merged.at(-1);
    if (start >= end) continue;
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Disjoint stretches less what `closures` take out of them; both by start, and each is walked once. */
export function without(stretches: readonly Stretch[], closures: readonly Stretch[]): Stretch[] {
  const left: Stretch[] = [];
  let next = 0;
  /** Where the closures that have begun end. */
  let closedUntil = -Infinity;
  for (const [start, end] of stretches) {
    let at = Math.max(start, closedUntil);
    for (; next < closures.length && closures[next]![0] < end; next++) {
      left.push([at, closures[next]![0]]);
      closedUntil = Math.max(closedUntil, closures[next]![1]);
      at = Math.max(at, closedUntil);
    }
    left.push([at, end]);
  }
  return left.filter(([start, end]) => start < end);
}
