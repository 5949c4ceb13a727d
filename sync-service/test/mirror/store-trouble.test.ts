// The store fails while changes arrive: nothing is acknowledged that is not stored, and all goes on by itself.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { sql } from "kysely";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { Fleet } from "../../src/mirror/fleet.ts";
import { defaultPeriods, OrgFollower, streams } from "../../src/mirror/follow.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { silentLog, systemClock, systemTimers, type Runtime } from "../../src/runtime.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { haltServer, newFolder, runServer, startServer, stopServer } from "../postgres/server.ts";
import { differencesOf } from "./following.ts";

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await startWorld(["healthy", "revoked"]);
}, 120_000);
afterAll(() => world.close());

/** ms by which the store's idea of the time is ahead, for what it waits for to be over. */
let ahead = 0;
const storeClock = { now: () => Date.now() + ahead };

const runtime: Runtime = { clock: systemClock, timers: systemTimers, random: Math.random, log: silentLog };

async function serve(store: Store, orgs: TestOrg[]): Promise<Fleet> {
  for (const org of orgs) await new Registry(store.db).save(org.entry);
  const fleet = new Fleet({
    store,
    recompute: recomputeClocks,
    wake: () => {},
    runtime,
    periods: defaultPeriods,
  });
  fleet.start();
  return fleet;
}

const equal = (store: Store, org: TestOrg) =>
  until(async () => (await differencesOf(store, org)).length === 0, "equality");

async function recovers(store: Store): Promise<void> {
  await until(
    () =>
      store.probe().then(
        () => true,
        () => false,
      ),
    "a store that takes things",
  );
  expect(store.watch.trouble).not.toBeNull();
  ahead += 11_000;
  await store.probe();
  expect(store.watch.trouble).toBeNull();
}

test("a full disk: the stream stands still, nobody but the disk is blamed, and afterwards nothing is missing", async () => {
  const healthy = world.orgs[0]!;
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place, { serving: true, clock: storeClock });
  const fleet = await serve(store, [healthy]);
  healthy.open("martina");
  await equal(store, healthy);

  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
  await sql`pragma max_page_count = ${sql.raw(String(rows[0]!.page_count))}`.execute(store.db);
  for (let n = 0; n < 60; n++) healthy.open("martina", { Subject: "x".repeat(200) });
  await until(() => store.watch.trouble !== null, "the store's trouble");
  expect(store.watch.trouble).toMatch(/disk is full/);
  await until(() => fleet.health().get("healthy")!.state === "waiting", "the follower's waiting");
  expect(fleet.health().get("healthy")!.reason).toMatch(/^The store does not take what arrives/);

  await sql`pragma max_page_count = 1000000`.execute(store.db);
  await equal(store, healthy);
  expect((await new Registry(store.db).find("healthy"))!.status).toBe("active");
  await recovers(store);
  await fleet.stop();
  await store.close();
  await forget();
});

test("an org that needs a person while nothing can be stored is stopped once that can be", async () => {
  const revoked = world.orgs[1]!;
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place);
  const registry = new Registry(store.db);
  const entry = {
    ...revoked.entry,
    credentials: { ...revoked.entry.credentials, clientId: "taken-away" },
  };
  await registry.save(entry);
  await sql`create table taken (id integer unique)`.execute(store.db);
  await sql`insert into taken values (1)`.execute(store.db);
  let tries = 0;
  const follower = new OrgFollower({
    store,
    connection: new OrgConnection(entry, systemClock),
    recompute: recomputeClocks,
    wake: () => {},
    runtime,
    periods: defaultPeriods,
    streams,
    async onStop(trouble) {
      if (++tries === 1) await sql`insert into taken values (1)`.execute(store.db);
      await registry.setStatus("revoked", "stopped", trouble);
    },
  });
  follower.start();
  await until(async () => (await registry.find("revoked"))!.status === "stopped", "the stop");
  expect(tries).toBe(2);
  expect((await registry.find("revoked"))!.statusReason).toMatch(/does not let .* in/);
  await follower.stop();
  await store.close();
  await forget();
});

test("PostgreSQL stopped and started again: the same", async () => {
  const healthy = world.orgs[0]!;
  const folder = await newFolder();
  try {
    const store = await openStore(
      { databaseUrl: await startServer(folder, { fsync: "off" }) },
      { clock: storeClock },
    );
    const fleet = await serve(store, [healthy]);
    await equal(store, healthy);
    await haltServer(folder);
    healthy.open("martina");
    await until(() => fleet.health().get("healthy")!.state === "waiting", "the follower's waiting");
    expect(fleet.health().get("healthy")!.reason).toMatch(/^The store does not take what arrives/);
    expect(store.watch.trouble).toMatch(/^It does not (answer|take anything now)/);
    await runServer(folder, { fsync: "off" });
    await equal(store, healthy);
    expect((await new Registry(store.db).find("healthy"))!.status).toBe("active");
    await recovers(store);
    await fleet.stop();
    await store.close();
  } finally {
    await stopServer(folder);
  }
});
