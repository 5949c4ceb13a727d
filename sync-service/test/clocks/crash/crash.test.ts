import { expect, test } from "@jest/globals";
import type { Failpoint } from "../../../src/failpoints.ts";
import { newPlace } from "../../stores.ts";
import { crashAt } from "./sweep.ts";

// A sample; `npm run bench -- crashes` goes through all of them, on both stores.
test.each<["sqlite" | "postgres", Failpoint]>([
  ["sqlite", "firing.ledgerWritten"],
  ["sqlite", "outbox.sent"],
  ["postgres", "firing.committed"],
])(
  "killed on %s at %s: each step once in the ledger, each destination told with one key",
  async (kind, failpoint) => {
    const { place, forget } = await newPlace(kind);
    try {
      expect(await crashAt(place, failpoint, 1)).toEqual({ died: true, faults: [] });
    } finally {
      await forget();
    }
  },
  60_000,
);
