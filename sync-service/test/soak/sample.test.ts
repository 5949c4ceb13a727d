// A small sample of the soak; the whole is `node sync-service/test/soak/mirror.ts`.
import { expect, jest, test } from "@jest/globals";
import { soak } from "./run.ts";

jest.setTimeout(120_000);

test("killed and cut off in the middle of it, the mirror ends equal, each change applied once", async () => {
  const result = await soak({
    changes: 120,
    kills: 3,
    breaks: 3,
    seed: 7,
    pace: 10,
    store: "sqlite",
    transport: "pubsub",
  });
  expect(result).toMatchObject({ differences: [], miscounted: [] });
});
