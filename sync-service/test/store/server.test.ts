// PostgreSQL behind other things: a pooler, a standby, several hosts in one address.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { sql } from "kysely";
import { listenForClocks } from "../../src/clocks/wakeups.ts";
import { ConfigError, readConfig } from "../../src/config.ts";
import { troublesOf } from "../../src/http/troubles.ts";
import { silentLog, systemClock, systemTimers } from "../../src/runtime.ts";
import { addressFault } from "../../src/store/address.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { until } from "../orgs/org-world.ts";
import { newStorePlace } from "../places.ts";
import { startPooler } from "../postgres/pooler.ts";
import { haltServer, newFolder, runServer, startServer, stopServer } from "../postgres/server.ts";

jest.setTimeout(120_000);

test.each([
  ["postgres://u:p@one:5432,two:5432/db", /several hosts.*HAProxy/],
  ["postgresql://one,two/db", /several hosts.*HAProxy/],
  ["postgres://u@/db?host=/run/one%2C/run/two", /several hosts.*HAProxy/],
  ["postgres://u:p@one:54x/db", /percent signs/],
  ["mysql://one/db", /not a postgres:\/\/ address/],
  ["postgres://u:p,q@one/db?host=/run/one", null],
  ["postgres://u:p@127.0.0.1:5432/db?sslmode=require", null],
])("the address %s: %s", (address, fault) => {
  if (fault === null) expect(addressFault(address)).toBeNull();
  else expect(addressFault(address)).toMatch(fault);
});

test("a configuration names the variable that is at fault, and a direct address does not stand alone", () => {
  const faults = (environment: Record<string, string>) => {
    try {
      readConfig(null, environment);
      return [];
    } catch (error) {
      return (error as ConfigError).problems;
    }
  };
  expect(faults({ DATABASE_URL: "postgres://a,b/db" })).toEqual([
    expect.stringMatching(/^DATABASE_URL: .*HAProxy/),
  ]);
  expect(faults({ DATABASE_DIRECT_URL: "postgres://a/db" })).toEqual([
    expect.stringMatching(/^DATABASE_DIRECT_URL: .*DATABASE_URL, which is missing/),
  ]);
  expect(
    readConfig(null, { DATABASE_URL: "postgres://a/db", DATABASE_DIRECT_URL: "postgres://b/db" }),
  ).toEqual(expect.objectContaining({ databaseUrl: "postgres://a/db", directUrl: "postgres://b/db" }));
});

test("a standby is refused in words, and a command that only reads may use it", async () => {
  const folder = await newFolder();
  try {
    const databaseUrl = await startServer(folder, { fsync: "off" });
    await (await openStore({ databaseUrl })).close();
    await haltServer(folder);
    writeFileSync(join(folder, "data/standby.signal"), "");
    await runServer(folder, { fsync: "off" });
    await expect(openStore({ databaseUrl })).rejects.toThrow(
      `The PostgreSQL at ${folder} is a standby and takes no writes. Give the address of the primary, or of an HAProxy that follows it.`,
    );
    const reader = await openStore({ databaseUrl }, { readOnly: true });
    expect(await reader.db.selectFrom("orgs").selectAll().execute()).toEqual([]);
    await reader.close();
  } finally {
    await stopServer(folder);
  }
});

const runtime = { clock: systemClock, timers: systemTimers, log: silentLog };

async function hears(store: Store): Promise<boolean> {
  let woken = 0;
  const listening = listenForClocks({ db: store.db, pool: store.pool! }, runtime, () => woken++, 300);
  // the first wake is that of the connection
  await until(async () => woken >= 2 || !listening.heard, "a wake or silence");
  const { heard } = listening;
  const before = woken;
  // also without announcements it looks
  if (!heard) await until(async () => woken > before, "a look");
  await listening.close();
  return heard;
}

test("behind a pooler the service starts, says what it lacks, and hears by a direct address", async () => {
  const { place, forget } = await newStorePlace("postgres");
  const { databaseUrl: directUrl } = place as { databaseUrl: string };
  const address = new URL(directUrl);
  const pooler = await startPooler(join(address.searchParams.get("host")!, ".s.PGSQL.5432"));
  const databaseUrl = `postgres://postgres@127.0.0.1:${pooler.port}${address.pathname}`;
  const open: Store[] = [];
  const opened = async (at: Parameters<typeof openStore>[0]) => {
    const store = await openStore(at);
    open.push(store);
    return store;
  };
  try {
    const deaf = await opened({ databaseUrl });
    expect(deaf.lacks).toEqual([
      expect.stringMatching(/idle_in_transaction_session_timeout = '60s'/),
      expect.stringMatching(/No announcement is heard.*DATABASE_DIRECT_URL/),
    ]);
    expect(await hears(deaf)).toBe(false);
    const well = {
      health: new Map(),
      unserved: new Map(),
      clocks: [],
      channels: [],
      hub: [],
      orgsOff: new Map(),
    };
    expect(await troublesOf(deaf.db, { ...well, time: null, hears: false })).toEqual([
      expect.objectContaining({
        ...{ org: "all", kind: "announcements", state: "degraded" },
        cause: expect.stringContaining("DATABASE_DIRECT_URL"),
      }),
    ]);
    const database = sql.id(address.pathname.slice(1));
    await sql`alter database ${database} set idle_in_transaction_session_timeout = '60s'`.execute(deaf.db);
    const hearing = await opened({ databaseUrl, directUrl });
    expect(hearing.lacks).toEqual([]);
    expect(await hears(hearing)).toBe(true);
    const straight = await opened(place);
    expect(straight.lacks).toEqual([]);
  } finally {
    for (const store of open) await store.close();
    await pooler.close();
    await forget();
  }
});
