import { expect, test } from "@jest/globals";
import { soak } from "./run.ts";

// A sample; `npm run soak` does it with 5,000 changes, 50 kills and 50 broken streams.
test.each([
  { store: "sqlite", transport: "pubsub", seed: 7 },
  { store: "postgres", transport: "cometd", seed: 8 },
] as const)(
  "the mirror ends equal after kills and cuts while cases change ($store, $transport)",
  async (variant) => {
    const result = await soak({ changes: 60, kills: 2, breaks: 2, pace: 10, ...variant });
    expect(result).toMatchObject({ changes: 60, kills: 2, differences: [], miscounted: [] });
  },
  240_000,
);
