// One real org for all tests of a file. Each test gets a fresh embedded store, and at most one follower at a time.
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest } from "@jest/globals";
import { openStore, type Store } from "../../src/store/open.ts";
import { startWorld, type TestOrg, type World } from "../orgs/org-world.ts";
import { newStorePlace } from "../places.ts";
import { startFollowing, type Following } from "./following.ts";

export let org: TestOrg;
export let store: Store;
export let following: Following;

/** Registers the hooks of a test file. `restore` runs after each test, once the follower has stopped. */
export function useOneOrg(restore: () => void = () => {}): void {
  jest.setTimeout(120_000);
  let world: World;
  let forget: () => Promise<void>;
  beforeAll(async () => {
    world = await startWorld();
    org = world.orgs[0]!;
  }, 120_000);
  afterAll(() => world.close());
  beforeEach(async () => {
    const place = await newStorePlace("sqlite");
    forget = place.forget;
    store = await openStore(place.place);
  });
  afterEach(async () => {
    org.local.faults.reset();
    await following.stop();
    await store.close();
    await forget();
    restore();
  });
}

export async function followOrg(more: Parameters<typeof startFollowing>[2] = {}): Promise<void> {
  following = await startFollowing(store, org, more);
}

/** Changes records as an admin does in Setup, in one transaction. Answers their ids. */
export function setUp(...operations: Parameters<TestOrg["local"]["execute"]>[1]): string[] {
  const caller = { userId: org.id("admin"), api: "rest/68.0", system: true } as const;
  const results = org.local.execute(caller, operations, { allOrNone: true });
  expect(results.filter(({ success }) => !success)).toEqual([]);
  return results.map(({ id }) => id!);
}
