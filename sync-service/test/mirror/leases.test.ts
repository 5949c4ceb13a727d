// Two instances on one store: an org has one holder, and whoever lost it writes nothing more.
import { expect, test } from "@jest/globals";
import { apply, LeaseLost } from "../../src/mirror/apply.ts";
import { leaseFor, Leases } from "../../src/mirror/leases.ts";
import { instanceOf } from "../../src/store/instance.ts";
import { describeStores } from "../stores.ts";
import { id, intake, judgement, opened, org, orgId } from "./world.ts";

describeStores("leases", (open) => {
  test("an instance that died is succeeded when its lease has run out, and refused if it was only asleep", async () => {
    const store = await open();
    await store.db.insertInto("orgs").values(org).execute();
    let now = 1_000_000;
    const clock = { now: () => now };
    const [one, two] = [new Leases(store, clock, "one"), new Leases(store, clock, "two")];
    const first = (await one.take(orgId))!;
    expect(await two.take(orgId)).toBeNull();
    const takes = (lease: { holder: string; token: number }, n: number) =>
      apply(
        store,
        async () => {},
        intake({
          changes: [opened(id("500", n))],
          judgement,
          lease,
          position: { channel: "c", position: String(n), transport: "pubsub" },
        }),
      );
    await takes(first, 1);
    now += leaseFor - 1;
    expect(await one.renew([first])).toEqual(new Set([orgId]));
    now += leaseFor - 1;
    expect(await two.take(orgId)).toBeNull();
    now += 2;
    const second = (await two.take(orgId))!;
    expect(second.token).toBeGreaterThan(first.token);
    await expect(takes(first, 2)).rejects.toThrow(LeaseLost);
    await takes(second, 3);
    expect(await one.renew([first])).toEqual(new Set());
    const cases = await store.db.selectFrom("cases").select("id").orderBy("id").execute();
    expect(cases.map((row) => row.id)).toEqual([id("500", 1), id("500", 3)]);
    const { position } = await store.db
      .selectFrom("stream_positions")
      .select("position")
      .executeTakeFirstOrThrow();
    expect(position).toBe("3");
    // let go of, an org is another's at once
    await two.release(second);
    expect(await one.take(orgId)).not.toBeNull();
  });

  test("an instance that died on the embedded store is succeeded at once, as nobody else can be on it", async () => {
    const store = await open();
    await store.db.insertInto("orgs").values(org).execute();
    const clock = { now: () => 1_000_000 };
    expect(await new Leases(store, clock, instanceOf(store)).take(orgId)).not.toBeNull();
    const next = await new Leases(store, clock, instanceOf(store)).take(orgId);
    expect(next === null ? "waits" : "serves").toBe(store.kind === "sqlite" ? "serves" : "waits");
  });
});
