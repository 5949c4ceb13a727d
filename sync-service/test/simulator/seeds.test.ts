import { availableParallelism } from "node:os";
import { expect, jest, test } from "@jest/globals";
import { runSeeds } from "../../simulator/pool.ts";
import type { SeedResult } from "../../simulator/seed.ts";

// npm run simulate runs more of them; these take half a minute on two cores
const seeds = 12;
jest.setTimeout(600_000);

test(`${seeds} seeds come right once their trouble is over`, async () => {
  let next = 1;
  const failed: Pick<SeedResult, "seed" | "violations">[] = [];
  await runSeeds({
    workers: Math.min(2, availableParallelism()),
    next: () => (next <= seeds ? next++ : null),
    onResult({ seed, violations }) {
      if (violations.length > 0) failed.push({ seed, violations });
    },
  });
  expect(failed).toEqual([]);
});
