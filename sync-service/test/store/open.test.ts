import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { migrate, pendingMigrations } from "../../src/store/migrate.ts";
import { openStore } from "../../src/store/open.ts";
import { describeStores, newPlace } from "../stores.ts";

describeStores("a store", (open) => {
  test("is brought forward on opening, and again without harm", async () => {
    const { db, kind } = await open();
    expect(await pendingMigrations(db, kind)).toEqual([]);
    await migrate(db, kind);
  });

  test("that a newer version has been at is refused in words, and left as it is", async () => {
    const { db, kind } = await open();
    await db
      .insertInto("kysely_migration" as never)
      .values({ name: "9999_from_the_future", timestamp: "2030-01-01" } as never)
      .execute();
    await expect(migrate(db, kind)).rejects.toThrow(/newer version.*9999_from_the_future/);
  });

  test("gives integers back as numbers, beyond 32 bits too", async () => {
    const { db } = await open();
    const at = 10_585_193_272_713;
    await db.insertInto("applied_changes").values({ org_id: "o", change_key: "k", at }).execute();
    expect(await db.selectFrom("applied_changes").select("at").executeTakeFirst()).toEqual({ at });
  });

  test("undoes a transaction that fails", async () => {
    const { db } = await open();
    await expect(
      db.transaction().execute(async (tx) => {
        await tx.insertInto("applied_changes").values({ org_id: "o", change_key: "k", at: 1 }).execute();
        throw new Error("and then the power went");
      }),
    ).rejects.toThrow("power");
    expect(await db.selectFrom("applied_changes").selectAll().execute()).toEqual([]);
  });
});

test("a second service on the same embedded store is refused, and let in when the first has gone", async () => {
  const { place, forget } = await newPlace("sqlite");
  const first = await openStore(place, { serving: true });
  await expect(openStore(place, { serving: true })).rejects.toThrow(`pid ${process.pid}`);
  const command = await openStore(place);
  expect(await command.db.selectFrom("orgs").selectAll().execute()).toEqual([]);
  await command.close();
  await first.close();
  await (await openStore(place, { serving: true })).close();
  expect("file" in place && existsSync(`${place.file}.serving.json`)).toBe(false);
  await forget();
});

test("a database that cannot be reached is said in words", async () => {
  await expect(openStore({ databaseUrl: "postgres://nobody@127.0.0.1:1/none" })).rejects.toThrow(
    "127.0.0.1:1",
  );
});

test("a new embedded store that several processes open at once is migrated once", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "store-")), "store.db");
  // a connection each, as each process has
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore({ file })));
  for (const { db, kind } of stores) expect(await pendingMigrations(db, kind)).toEqual([]);
  await Promise.all(stores.map((store) => store.close()));
});
