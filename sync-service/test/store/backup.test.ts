import { copyFileSync, linkSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { backup, restore } from "../../src/store/backup.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { describeStores, newPlace } from "../stores.ts";

const add = (store: Store, key: string) =>
  store.db.insertInto("applied_changes").values({ org_id: "o", change_key: key, at: 1 }).execute();
const keys = async (store: Store) =>
  (await store.db.selectFrom("applied_changes").select("change_key").orderBy("change_key").execute()).map(
    (r) => r.change_key,
  );

describeStores("store check", (open) => {
  test("a sound store has no faults; a missing column and table are named", async () => {
    const store = await open();
    expect(await checkStore(store)).toEqual([]);
    await store.db.schema.alterTable("gaps").dropColumn("detail").execute();
    await store.db.schema.dropTable("leases").execute();
    expect(await checkStore(store)).toEqual(["column gaps.detail is missing", "table leases is missing"]);
  });
});

async function embedded() {
  const { place, forget } = await newPlace("sqlite");
  const file = (place as { file: string }).file;
  return { place, file, forget, beside: (name: string) => join(dirname(file), name) };
}

test("a backup taken while the service writes holds everything up to it, and comes back", async () => {
  const { place, file, forget, beside } = await embedded();
  const store = await openStore(place, { serving: true });
  await add(store, "before");
  await backup(file, beside("backup.sqlite"));
  await add(store, "after");
  await expect(backup(file, beside("backup.sqlite"))).rejects.toThrow("never overwrites");
  expect(() => restore(file, beside("backup.sqlite"), 0)).toThrow("is serving from");
  await store.close();

  const kept = restore(file, beside("backup.sqlite"), 0)!;
  const restored = await openStore(place);
  expect(await keys(restored)).toEqual(["before"]);
  await restored.close();
  const putAside = await openStore({ file: kept });
  expect(await keys(putAside)).toEqual(["after", "before"]);
  await putAside.close();
  await forget();
});

test("a restore that was killed before its last step leaves the old store, and works when it is done again", async () => {
  const { place, file, forget, beside } = await embedded();
  const store = await openStore(place);
  await add(store, "before");
  await backup(file, beside("backup.sqlite"));
  await add(store, "after");
  await store.close();
  // what is there between the old store's second name and the renaming
  copyFileSync(beside("backup.sqlite"), `${file}.restoring`);
  linkSync(file, `${file}.before-restore-killed`);
  const left = await openStore(place);
  expect(await keys(left)).toEqual(["after", "before"]);
  await left.close();
  restore(file, beside("backup.sqlite"), 0);
  const restored = await openStore(place, { serving: true });
  expect(await keys(restored)).toEqual(["before"]);
  await restored.close();
  await forget();
});

test("a damaged backup is refused, and the store stays", async () => {
  const { place, file, forget, beside } = await embedded();
  const store = await openStore(place);
  for (let n = 0; n < 500; n++) await add(store, `key ${n}`);
  await store.close();
  copyFileSync(file, beside("cut.sqlite"));
  truncateSync(beside("cut.sqlite"), 8_192);
  writeFileSync(beside("text.sqlite"), "no database at all, only words");
  const before = readFileSync(file);
  for (const damaged of ["cut.sqlite", "text.sqlite"])
    expect(() => restore(file, beside(damaged), 0)).toThrow("damaged");
  expect(readFileSync(file).equals(before)).toBe(true);
  await forget();
});
