import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mutations, type Mutation } from "./mutations.ts";
import { runSeeds } from "./pool.ts";

export interface Found {
  mutation: Mutation;
  /** How many seeds it took, and by which check; null: no check noticed. */
  seeds: number | null;
  check: string;
}

/**
 * Changes the service by each mutation in turn, and counts the seeds until a check fails.
 * @throws Error when a mutation no longer fits the service
 */
export async function runMutations(
  { from, seeds, workers }: { from: number; seeds: number; workers: number },
  onFound: (found: Found) => void,
): Promise<void> {
  const stale = mutations.filter(({ file, from: text }) => {
    const source = readFileSync(join(import.meta.dirname, "../src", file), "utf8");
    return source.split(text).length !== 2;
  });
  if (stale.length > 0)
    throw new Error(
      `the service does not have the line any more: ${stale.map(({ name }) => name).join("; ")}`,
    );
  for (const mutation of mutations) {
    let next = from;
    let done = 0;
    let found: Found | null = null;
    await runSeeds({
      workers,
      execArgv: ["--import", join(import.meta.dirname, "mutate.ts")],
      env: { SIMULATED_MUTATION: mutation.name },
      next: () => (found === null && next < from + seeds ? next++ : null),
      onResult({ violations: [first] }) {
        done++;
        if (first !== undefined) found ??= { mutation, seeds: done, check: first.check };
      },
    });
    onFound(found ?? { mutation, seeds: null, check: "" });
  }
}
