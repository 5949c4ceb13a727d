// Two instances on one store: an org has one holder, and an instance that lost it writes nothing more.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { apply } from "../../src/mirror/apply.ts";
import { refreshContracts } from "../../src/mirror/contracts.ts";
import { forgetPosition, recordLoss } from "../../src/mirror/gaps.ts";
import { Knowledge } from "../../src/mirror/knowledge.ts";
import { leaseFor, LeaseLost, Leases } from "../../src/mirror/leases.ts";
import { rememberLook } from "../../src/mirror/places.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { readCatalogue, readContracts, writeContract } from "../../src/orgs/contract.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { instanceOf } from "../../src/store/instance.ts";
import type { Store } from "../../src/store/open.ts";
import { systemClock } from "../../src/runtime.ts";
import { caseIdOf, clockOf, createdFact, learn } from "../clocks/world.ts";
import { startWorld, type World } from "../orgs/org-world.ts";
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

describeStores("an instance that stood still after it had read from an org", (open, kind) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld([`stale-${kind}`]);
  }, 120_000);
  afterAll(() => world.close());

  test("writes nothing once another serves the org: no contract, no gap, no person, no look; and no due instant moves", async () => {
    const store = await open();
    const { entry, contractId, id: userOf } = world.orgs[0]!;
    await new Registry(store.db).save(entry);
    let now = Date.now();
    const clock = { now: () => now };
    const [one, two] = [new Leases(store, clock, "one"), new Leases(store, clock, "two")];
    const stale = (await one.take(entry.id))!;
    const connection = new OrgConnection(entry, systemClock);
    await refreshContracts(store, connection, recomputeClocks, systemClock, stale);
    const caseId = caseIdOf(1);
    await learn(store.db, entry.id, caseId, [createdFact(entry.id, now, { contractId })], now);
    const due = (await clockOf(store.db, caseId)).due_at;

    // the first has read the contract and stands still; the other takes over and stores what it says by then
    const asItWas = await readContracts(connection);
    const asRead = Object.assign(Object.create(connection) as OrgConnection, { query: async () => asItWas });
    now += leaseFor + 1;
    const lease = (await two.take(entry.id))!;
    const catalogue = readCatalogue();
    catalogue.plans.find(({ code }) => code === "Silver")!.commitments[0]!.target = { hours: 1 };
    await writeContract(connection, catalogue, entry.settings.contract!, systemClock);
    await refreshContracts(store, connection, recomputeClocks, systemClock, lease);
    const before = await contents(store);
    expect(before[0]).toMatchObject([{ id: contractId, policy: expect.stringContaining('"hours":1}') }]);

    const at = now;
    const { org } = connection;
    for (const write of [
      () => refreshContracts(store, asRead, recomputeClocks, systemClock, stale),
      () => forgetPosition(store, org, stale, at, "position refused", "said by nobody"),
      () => recordLoss(store, org.id, stale, at, "forbidden", "said by nobody", null),
      () => rememberLook(store, org.id, stale, "look", at),
      () =>
        new Knowledge(store, connection, systemClock, stale).ensure(new Set([userOf("bruno")]), new Set()),
    ])
      await expect(write()).rejects.toThrow(LeaseLost);
    expect(await contents(store)).toEqual(before);
    expect((await clockOf(store.db, caseId)).due_at).toBe(due);
  });
});

const tables = ["contracts", "contract_versions", "stream_positions", "gaps", "people", "clocks"] as const;
const contents = (store: Store) =>
  Promise.all(tables.map((table) => store.db.selectFrom(table).selectAll().execute()));
