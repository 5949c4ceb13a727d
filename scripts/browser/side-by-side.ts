import { test } from "@jest/globals";

/**
 * Defines tests that need nothing of each other, and runs each one beside the one before it. They wait for a service
 * and for a page most of the time, so that one alone leaves a part of the machine idle.
 */
export function sideBySide(tests: Record<string, () => Promise<void>>): void {
  const all = Object.entries(tests);
  const started = new Map<number, Promise<void>>();
  const start = (n: number): Promise<void> => {
    const known = started.get(n);
    if (known) return known;
    const run = all[n]![1]();
    started.set(n, run);
    // a failure is told by the test's own turn
    run.catch(() => {});
    return run;
  };
  for (const [n, [name]] of all.entries())
    test(name, async () => {
      const run = start(n);
      if (n + 1 < all.length) void start(n + 1).catch(() => {});
      await run;
    });
}
