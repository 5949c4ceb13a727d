import { expect, test } from "@jest/globals";
import type { Failpoint } from "../../../src/failpoints.ts";
import { newPlace } from "../../stores.ts";
import { crashAt } from "./sweep.ts";

// A sample; `npm run bench -- crashes` goes through all of them, on both stores.
test.each<["sqlite" | "postgres", Failpoint, number]>([
  ["sqlite", "firing.ledgerWritten", 1],
  ["sqlite", "outbox.sent", 1],
  ["postgres", "firing.committed", 2],
])(
  "killed on %s at %s, time %i: each step once in the ledger, each destination told with one key",
  async (kind, failpoint, nth) => {
    const { place, forget } = await newPlace(kind);
    try {
      expect(await crashAt(place, failpoint, nth)).toEqual({ died: true, faults: [] });
    } finally {
      await forget();
    }
  },
  60_000,
);
