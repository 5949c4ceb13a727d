import { linkSync, rmSync, symlinkSync } from "node:fs";
import { join, dirname } from "node:path";
import { expect, test } from "@jest/globals";
import { openStore } from "../../src/store/open.ts";
import { newPlace } from "../places.ts";

test("a second service is refused, also when it names the store by a symbolic link", async () => {
  const { place, forget } = await newPlace("sqlite");
  const { file } = place as { file: string };
  const store = await openStore(place, { serving: true });
  const link = join(dirname(file), "by-another-name.sqlite");
  symlinkSync(file, link);
  await expect(openStore({ file: link }, { serving: true })).rejects.toThrow(/is serving from/);
  await store.close();
  const again = await openStore({ file: link }, { serving: true });
  await again.close();
  await forget();
});

test("a store with a second hard link is refused by either name, and served once the other is gone", async () => {
  const { place, forget } = await newPlace("sqlite");
  const { file } = place as { file: string };
  await (await openStore(place)).close();
  const other = join(dirname(file), "linked.sqlite");
  linkSync(file, other);
  for (const name of [file, other])
    await expect(openStore({ file: name }, { serving: true })).rejects.toThrow(/2 names .*delete the other/);
  rmSync(other);
  await (await openStore(place, { serving: true })).close();
  await forget();
});
