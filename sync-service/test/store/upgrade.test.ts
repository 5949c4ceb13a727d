// A new version takes over the store of the version before, with a migration, while that one still writes.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import SQLite from "better-sqlite3";
import { Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { checkStore } from "../../src/store/check.ts";
import { columnsOf } from "../../src/store/migrations/columns.ts";
import { migrations } from "../../src/store/migrations/index.ts";
import { openStore, type StorePlace } from "../../src/store/open.ts";
import type { Database } from "../../src/store/schema.ts";
import { newPlace } from "../places.ts";

jest.setTimeout(120_000);

describe.each(["sqlite", "postgres"] as const)("a new version on %s", (kind) => {
  let place: StorePlace;
  let forget: () => Promise<void>;
  let before: Kysely<Database>;
  /** The version before: its migrations are the released ones without the last. */
  const migrateBefore = () =>
    new Migrator({
      db: before,
      provider: {
        getMigrations: async () =>
          Object.fromEntries(
            Object.entries(migrations)
              .slice(0, -1)
              .map(([name, { up }]) => [name, { up: (on: Kysely<unknown>) => up(on, columnsOf[kind]) }]),
          ),
      },
    }).migrateToLatest();
  const store = (key: string) =>
    before.insertInto("applied_changes").values({ org_id: "austral", change_key: key, at: 1 }).execute();

  beforeAll(async () => {
    ({ place, forget } = await newPlace(kind));
    before = new Kysely<Database>({
      dialect:
        "file" in place
          ? new SqliteDialect({ database: new SQLite(place.file) })
          : new PostgresDialect({ pool: new pg.Pool({ connectionString: place.databaseUrl }) }),
    });
    expect((await migrateBefore()).error).toBeUndefined();
  });
  afterAll(async () => {
    await before.destroy();
    await forget();
  });

  test("migrates what the old one stored and still stores, loses nothing, and the old one does not start again", async () => {
    const stored = [];
    for (let n = 0; n < 100; n++) {
      await store(`before ${n}`);
      stored.push(`before ${n}`);
    }
    // on PostgreSQL the old instance serves on until it is replaced; an embedded store has one service
    let replaced = false;
    const servesOn = async () => {
      for (let n = 0; kind === "postgres" && !replaced; n++) {
        await store(`beside ${n}`);
        stored.push(`beside ${n}`);
      }
    };
    const old = servesOn();
    const upgraded = await openStore(place, { serving: true });
    try {
      expect(await checkStore(upgraded)).toEqual([]);
      if (kind === "postgres") {
        const count = stored.length;
        while (stored.length < count + 20) await new Promise((next) => setImmediate(next));
      }
      replaced = true;
      await old;
      const rows = await upgraded.db.selectFrom("applied_changes").select("change_key").execute();
      expect(rows.map(({ change_key }) => change_key).sort()).toEqual(stored.sort());
    } finally {
      replaced = true;
      await upgraded.close();
    }
    const again = await migrateBefore();
    expect(String(again.error)).toContain("is missing");
  });
});
