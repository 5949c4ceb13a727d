// Several instances on one store: each serves its share of the orgs, and the shares follow who is there.
import { isDeepStrictEqual } from "node:util";
import { afterEach, expect, test } from "@jest/globals";
import { Fleet } from "../../src/mirror/fleet.ts";
import { leaseFor } from "../../src/mirror/leases.ts";
import { defaultPeriods } from "../../src/mirror/periods.ts";
import { shippedPace } from "../../src/pace.ts";
import { silentLog, systemTimers } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";
import { until } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";
import { id, org } from "./world.ts";

describeStores("instances that share the orgs", (open) => {
  const pace = { ...shippedPace, fleet: 10 };
  let now = 1_000_000;
  const running = new Set<Fleet>();
  afterEach(async () => {
    await Promise.all([...running].map((fleet) => fleet.stop()));
    running.clear();
  });
  /** An instance whose clock is the test's. Once it has stalled, it looks at nothing any more. */
  function start(store: Store, name: string): { fleet: Fleet; stalls(): Promise<void> } {
    let stall: (() => void) | null = null;
    const fleet = new Fleet({
      store,
      recompute: async () => {},
      wake: () => {},
      runtime: {
        clock: { now: () => now },
        timers: {
          after(ms, work) {
            if (ms !== pace.fleet || stall === null) return systemTimers.after(ms, work);
            stall();
            return { cancel() {} };
          },
        },
        random: () => 0.5,
        log: silentLog,
        instance: name,
        pace,
        readFile: () => "a secret",
        // the orgs are away: who serves them is decided in the store
        fetch: () => Promise.reject(new TypeError("away")),
      },
      periods: defaultPeriods,
    });
    running.add(fleet);
    fleet.start();
    return { fleet, stalls: () => new Promise((resolve) => void (stall = resolve)) };
  }
  /** How many orgs each instance serves, by the leases that hold. */
  const served = async (store: Store) =>
    Object.fromEntries(
      (
        await store.db
          .selectFrom("leases")
          .select(["holder", (eb) => eb.fn.countAll<number | string>().as("orgs")])
          .where("until", ">=", now)
          .groupBy("holder")
          .execute()
      ).map(({ holder, orgs }) => [holder, Number(orgs)]),
    );
  const become = async (store: Store, wanted: Record<string, number>) => {
    let last: object = {};
    await until(async () => {
      last = await served(store);
      return isDeepStrictEqual(last, wanted);
    }).catch(() => expect(last).toEqual(wanted));
  };

  test("seven orgs are served evenly by one, two and three, and by those that are left when one stalls or stops", async () => {
    const store = await open();
    for (let n = 1; n <= 7; n++)
      await store.db
        .insertInto("orgs")
        .values({
          ...org,
          id: `org-${n}`,
          org_id: id("00D", n),
          credentials: JSON.stringify({ flow: "clientCredentials", clientId: "x", secretFile: "/secret" }),
        })
        .execute();
    const one = start(store, "one");
    await become(store, { one: 7 });
    const two = start(store, "two");
    await become(store, { one: 4, two: 3 });
    start(store, "three");
    await become(store, { one: 3, three: 2, two: 2 });

    await two.stalls();
    // half a lease later the others have renewed theirs, and after the whole one the stalled one counts no more
    now += leaseFor / 2;
    await until(async () => {
      const rows = await store.db.selectFrom("instances").select(["name", "until"]).execute();
      return rows.every((row) => row.name === "two" || row.until === now + leaseFor);
    });
    now += leaseFor / 2 + 1;
    await become(store, { one: 4, three: 3 });

    running.delete(one.fleet);
    await one.fleet.stop();
    await become(store, { three: 7 });
    const gone = await store.db.selectFrom("instances").select("name").execute();
    expect(gone.map(({ name }) => name)).toEqual(["three"]);
  });
});
