// The store fails while changes arrive: nothing is acknowledged that is not stored, and all goes on by itself.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { sql } from "kysely";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { Fleet } from "../../src/mirror/fleet.ts";
import { OrgFollower, streams } from "../../src/mirror/follow.ts";
import { defaultPeriods } from "../../src/mirror/periods.ts";
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

/** A disk, or a file on one, that can be made full and given room again. */
interface Disk {
  file: string;
  fill(store: Store): Promise<void>;
  makeRoom(store: Store): Promise<void>;
  forget(): Promise<void>;
}

/** A file that is told to grow no further. */
async function fileWithoutRoom(): Promise<Disk> {
  const { place, forget } = await newPlace("sqlite");
  const most = (store: Store, pages: number) =>
    sql`pragma max_page_count = ${sql.raw(String(pages))}`.execute(store.db);
  return {
    file: (place as { file: string }).file,
    async fill(store) {
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.db);
      await most(store, rows[0]!.page_count);
    },
    makeRoom: async (store) => void (await most(store, 1_000_000)),
    forget,
  };
}

const mount = (...words: string[]) => spawnSync("mount", words, { stdio: "ignore" }).status === 0;

/** A disk of its own, in memory; null where nobody may mount one. */
function smallDisk(): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-disk-"));
  const forget = async () => {
    spawnSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  };
  if (!mount("-t", "tmpfs", "-o", "size=16m", "compromiso-test", folder)) {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    file: join(folder, "store.sqlite"),
    fill: async () => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, "others"), Buffer.alloc(bavail * bsize));
    },
    makeRoom: async () => rmSync(join(folder, "others")),
    forget,
  };
}

const tried = smallDisk();
void tried?.forget();

describe.each([
  ["a file that may not grow", fileWithoutRoom],
  ...(tried === null ? [] : [["a disk that is full", async () => smallDisk()!] as const]),
] as const)("%s", (_what, newDisk) => {
  let disk: Disk;
  beforeEach(async () => {
    disk = await newDisk();
  });
  afterEach(() => disk.forget());

  test("the stream stands still, nobody but the disk is blamed, and afterwards nothing is missing", async () => {
    const healthy = world.orgs[0]!;
    const store = await openStore({ file: disk.file }, { serving: true, clock: storeClock });
    const fleet = await serve(store, [healthy]);
    healthy.open("martina");
    await equal(store, healthy);

    await disk.fill(store);
    for (let n = 0; n < 60; n++) healthy.open("martina", { Subject: "x".repeat(200) });
    await until(() => store.watch.trouble !== null, "the store's trouble");
    expect(store.watch.trouble).toMatch(/disk is full/);
    await until(() => fleet.health().get("healthy")!.state === "waiting", "the follower's waiting");
    expect(fleet.health().get("healthy")!.reason).toMatch(/^The store does not take what arrives/);

    await disk.makeRoom(store);
    await equal(store, healthy);
    expect((await new Registry(store.db).find("healthy"))!.status).toBe("active");
    await recovers(store);
    await fleet.stop();
    await store.close();
  });
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

test("a restart of PostgreSQL has the same result", async () => {
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
