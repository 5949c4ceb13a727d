// The same suite on both stores: `describeStores("…", (open) => { … })`.
import { afterAll, describe, jest } from "@jest/globals";
import { openStore, type Store } from "../src/store/open.ts";
import { partition } from "../src/store/partitions.ts";
import { newPlace, newStorePlace, type StoreKind } from "./places.ts";

export { newPlace, type StoreKind };

// two cores are shared by everything that is tested at once
jest.setTimeout(120_000);

/** With a number here, every suite's PostgreSQL store is spread over as many partitions. */
const parts = process.env["COMPROMISO_TEST_PARTITIONS"];

/** A suite on both stores. Each `open()` gives an empty store, closed and forgotten after the suite. */
export function describeStores(
  name: string,
  suite: (open: () => Promise<Store>, kind: StoreKind) => void,
): void {
  describe.each(["sqlite", "postgres"] as const)(`${name} (%s)`, (kind) => {
    const opened: (() => Promise<void>)[] = [];
    afterAll(async () => {
      for (const close of opened.reverse()) await close();
    });
    suite(async () => {
      const { place, forget } = await newStorePlace(kind);
      const store = await openStore(place);
      if (parts !== undefined && kind === "postgres") await partition(store, Number(parts));
      opened.push(async () => {
        await store.close();
        await forget();
      });
      return store;
    }, kind);
  });
}
