// A store that takes nothing for a while: the process keeps its turns, says why, and goes on by itself.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import SQLite from "better-sqlite3";
import { sql } from "kysely";
import type { Delivery, Outcome } from "../../src/channels/channel.ts";
import { readConfig } from "../../src/config.ts";
import { FiringLoop } from "../../src/clocks/firing-loop.ts";
import { LastLook } from "../../src/clocks/last-look.ts";
import { listenForClocks } from "../../src/clocks/wakeups.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { enqueue } from "../../src/outbox/outbox.ts";
import { silentLog, systemTimers, type Log, type Runtime } from "../../src/runtime.ts";
import { startService, type Service } from "../../src/service.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { differencesOf } from "../mirror/following.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { fastTime } from "../clocks/fast-time.ts";
import { newStorePlace } from "../places.ts";

jest.setTimeout(120_000);

interface Said {
  message: string;
  error: string;
}
/** @param speed seconds of the loops' time in a real one */
function listening(speed = 10) {
  const said: Said[] = [];
  const keep = (fields: object, message: string) =>
    void said.push({ message, error: String((fields as { error?: string }).error) });
  const log: Log = { ...silentLog, error: keep, warn: keep, child: () => log };
  const time = fastTime(Date.now(), speed);
  const runtime: Runtime = { ...time, log };
  return { runtime, said, time };
}

/** Counts the turns of the event loop, and how long the longest of them took, until it is stopped. */
function turnsOfTheProcess() {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 10);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

const items = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ key: `k${n}`, orgId: `org${n}`, caseId: null, destination: `webhook:org${n}:hook` },
    ...{ kind: "webhook", payload: {} },
  }));

function deliver(store: Store, runtime: Runtime, sent: string[]) {
  return new Deliveries({
    db: store.db,
    runtime,
    senders: () => ({
      batch: 10,
      linger: 0,
      async deliver(items: readonly Delivery[]): Promise<Outcome[]> {
        sent.push(...items.map(({ key }) => key));
        return items.map(() => ({ is: "delivered" }));
      },
    }),
    holder: "one",
  });
}

const delivered = async (store: Store) =>
  (await store.db.selectFrom("outbox").select("id").where("state", "=", "delivered").execute()).length;

const queue = (store: Store, count: number) =>
  store.db.transaction().execute((tx) => enqueue(tx, items(count), 0, () => false));

test("the log has the cause of a refusal also where the embedded store rolled back by itself", async () => {
  const { place, forget } = await newStorePlace("sqlite");
  const store = await openStore(place);
  await sql`create table picky (a integer)`.execute(store.db);
  // as a full disk does: the transaction is over when the statement fails
  await sql`create trigger over before insert on picky begin select raise(rollback, 'disk full, say'); end`.execute(
    store.db,
  );
  await expect(
    store.db.transaction().execute((tx) => sql`insert into picky values (1)`.execute(tx)),
  ).rejects.toThrow("disk full, say");
  await store.db.transaction().execute((tx) => sql`select 1`.execute(tx));
  await store.close();
  await forget();
});

test("ten lanes, the steps and the last look make few tries and few lines of log while the store fails them", async () => {
  const { place, forget } = await newStorePlace("sqlite");
  const store = await openStore(place);
  const { runtime, said } = listening();
  await queue(store, 10);
  await sql`create trigger full before update on outbox begin select raise(rollback, 'no room'); end`.execute(
    store.db,
  );
  await sql`alter table clocks rename to clocks_away`.execute(store.db);
  const updateTable = jest.spyOn(store.db, "updateTable");
  const sent: string[] = [];
  const loops = [
    deliver(store, runtime, sent),
    new FiringLoop({ db: store.db, runtime, onFired: () => {} }),
    new LastLook(store.db, runtime, async () => {}),
  ];
  try {
    for (const loop of loops) loop.start();
    const longest = turnsOfTheProcess();
    await wait(250);
    expect(longest()).toBeLessThan(1_000);
    expect(updateTable.mock.calls.length).toBeLessThan(80);
    expect(said.length).toBeLessThan(10);
    expect(said).toContainEqual({
      message: expect.stringMatching(/^a delivery: the store/),
      error: "no room",
    });

    await sql`drop trigger full`.execute(store.db);
    await sql`alter table clocks_away rename to clocks`.execute(store.db);
    await until(async () => (await delivered(store)) === 10, "the deliveries");
    expect(sent.toSorted()).toEqual(items(10).map(({ key }) => key));
  } finally {
    for (const loop of loops) await loop.stop();
    await store.close();
    await forget();
  }
});

test.each([
  ["SQLITE_FULL", "Its disk is full. Make room; the service goes on by itself."],
  ["SQLITE_READONLY", "Its file cannot be written."],
])("an item that was sent when the store began to say %s is not sent again", async (code, trouble) => {
  const { place, forget } = await newStorePlace("sqlite");
  const store = await openStore(place);
  const { runtime, said } = listening();
  await queue(store, 3);
  const refuse = {
    SQLITE_FULL: [`pragma max_page_count = 1`, `pragma max_page_count = 1000000`],
    SQLITE_READONLY: [`pragma query_only = on`, `pragma query_only = off`],
  }[code]!;
  const sent: string[] = [];
  let after = () => {};
  const sending = new Promise<void>((resolve) => (after = resolve));
  const deliveries = new Deliveries({
    db: store.db,
    runtime,
    senders: () => ({
      batch: 10,
      linger: 0,
      async deliver(items: readonly Delivery[]): Promise<Outcome[]> {
        sent.push(...items.map(({ key }) => key));
        // a receipt needs room
        const receipt = { text: "x".repeat(200_000) };
        await sql.raw(refuse[0]!).execute(store.db);
        after();
        return items.map(() => ({ is: "delivered", receipt }));
      },
    }),
    holder: "one",
  });
  try {
    deliveries.start();
    await sending;
    await until(() => store.watch.trouble !== null, "the store's trouble");
    expect(store.watch.trouble).toBe(trouble);
    await wait(150);
    await sql.raw(refuse[1]!).execute(store.db);
    await until(async () => (await delivered(store)) >= 1, "the deliveries");
    expect(new Set(sent).size).toBe(sent.length);
    expect(said.length).toBeLessThan(6);
  } finally {
    await sql.raw(refuse[1]!).execute(store.db);
    await deliveries.stop();
    await store.close();
    await forget();
  }
});

test("the service waits for another process that writes, and everything else goes on", async () => {
  const { place, forget } = await newStorePlace("sqlite");
  const store = await openStore(place);
  const other = new SQLite((place as { file: string }).file);
  other.exec("begin immediate");
  const longest = turnsOfTheProcess();
  const probe = store.probe();
  // a wait that held the process would only end with the store's own patience, 10 s
  await wait(500);
  other.exec("rollback");
  await probe;
  expect(longest()).toBeLessThan(1_000);
  expect(store.watch.trouble).toBeNull();
  other.close();
  await store.close();
  await forget();
});

test("listening for announcements waits longer after each failure, says so once a minute, and ends at once", async () => {
  const { runtime, said } = listening();
  let tries = 0;
  const pool = {
    async connect() {
      tries++;
      throw new Error("no server");
    },
  };
  const hears = listenForClocks(pool as never, runtime, () => {});
  await wait(350);
  expect(tries).toBeLessThanOrEqual(3);
  expect(said).toHaveLength(1);
  await hears.close();
});

/** A disk, or a file on one, that can be made full and given room again. */
interface Disk {
  file: string;
  fill(store: Store): Promise<void>;
  makeRoom(store: Store): Promise<void>;
  forget(): void;
}

/** A file that is told to grow no further. */
function fileWithoutRoom(): Disk {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-full-"));
  return {
    file: join(folder, "store.sqlite"),
    async fill(store) {
      await sql`pragma max_page_count = 1`.execute(store.db);
    },
    async makeRoom(store) {
      await sql`pragma max_page_count = 1000000`.execute(store.db);
    },
    forget: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A disk of its own, in memory; null where this user may not mount one. */
function smallDisk(): Disk | null {
  const folder = mkdtempSync(join(tmpdir(), "compromiso-disk-"));
  const words = ["-t", "tmpfs", "-o", "size=8m", "compromiso-test", folder];
  if (spawnSync("mount", words, { stdio: "ignore" }).status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    file: join(folder, "store.sqlite"),
    fill: async () => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(join(folder, "others"), Buffer.alloc(Math.max(0, bavail - 2) * bsize));
    },
    makeRoom: async () => rmSync(join(folder, "others")),
    forget() {
      spawnSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

describe("the whole service on a full disk", () => {
  let world: World;
  let org: TestOrg;
  beforeAll(async () => {
    world = await startWorld(["full"]);
    org = world.orgs[0]!;
  }, 120_000);
  afterAll(() => world.close());

  test("it answers within a second, says so, and goes on by itself", async () => {
    // where this user may not mount a disk, a file that may not grow stands for it
    const disk = smallDisk() ?? fileWithoutRoom();
    const { said, time, runtime } = listening(1);
    const store = await openStore({ file: disk.file });
    await new Registry(store.db).save({ ...org.entry, onboardedAt: Date.now() - 60_000 });
    await store.close();
    const configFile = `${mkdtempSync(join(tmpdir(), "compromiso-full-config-"))}/config.json`;
    writeFileSync(configFile, JSON.stringify({ store: { file: disk.file }, http: { port: 0 } }));
    let service: Service | null = null;
    try {
      // true timers, and a clock that can pass the store's time of proof
      service = await startService({ config: readConfig(configFile, {}), ...runtime, timers: systemTimers });
      const { store: served, url } = service;
      const before = org.open("martina", { Support_Priority__c: "P1" });
      const status = (id: string) =>
        [...org.local.rows("Case")].find((row) => row.Id === id)!["SLA_Status__c"];
      await until(() => status(before) === "Running", "the first case");

      await disk.fill(served);
      const from = said.length;
      const ids = Array.from({ length: 60 }, () =>
        org.open("martina", { Support_Priority__c: "P1", Subject: "x".repeat(200) }),
      );
      await until(() => served.watch.trouble !== null, "the store's trouble");
      const began = performance.now();
      const longest = turnsOfTheProcess();
      while (performance.now() - began < 4_000) {
        const asked = performance.now();
        expect((await fetch(`${url}/healthz`)).status).toBe(200);
        expect(performance.now() - asked).toBeLessThan(1_000);
        await wait(100);
      }
      expect(longest()).toBeLessThan(1_000);
      const ready = await fetch(`${url}/readyz`);
      expect(ready.status).toBe(503);
      expect(((await ready.json()) as { problems: { store: string } }).problems.store).toMatch(
        /disk is full/,
      );
      expect(said.slice(from).length).toBeLessThan(12);
      expect(said.slice(from).map(({ error }) => error)).toContainEqual("database or disk is full");

      await disk.makeRoom(served);
      await until(async () => (await differencesOf(served, org)).length === 0, "equality");
      await until(() => ids.every((id) => status(id) === "Running"), "every case's clock");
      const facts = await served.db
        .selectFrom("facts")
        .select(["case_id", "kind", "at"])
        .where("case_id", "in", ids)
        .execute();
      expect(new Set(facts.map((f) => `${f.case_id}/${f.kind}/${f.at}`)).size).toBe(facts.length);
      time.pass(10_000);
      await until(async () => (await fetch(`${url}/readyz`)).status === 200, "readiness");
    } finally {
      await service?.stop();
      disk.forget();
    }
  });
});
