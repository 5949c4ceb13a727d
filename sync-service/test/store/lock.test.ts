import { linkSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { isMountedAlone } from "../../src/store/lock.ts";
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

test("a second service is refused that names the store by a path from its own folder", async () => {
  const { place, forget } = await newPlace("sqlite");
  const { file } = place as { file: string };
  const store = await openStore(place, { serving: true });
  for (const name of [
    relative(process.cwd(), file),
    join(dirname(file), "..", basename(dirname(file)), ".", basename(file)),
  ])
    await expect(openStore({ file: name }, { serving: true })).rejects.toThrow(/is serving from/);
  await store.close();
  await forget();
});

test("a file that is mounted by itself is told apart from one whose folder is mounted", () => {
  const mounts = [
    "29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw",
    "41 29 8:1 /srv/a /data rw,relatime - ext4 /dev/root rw",
    "42 29 8:1 /srv/a/store.sqlite /mnt/my\\040store.sqlite rw,relatime - ext4 /dev/root rw",
  ].join("\n");
  expect(isMountedAlone("/data/store.sqlite", mounts)).toBe(false);
  expect(isMountedAlone("/mnt/my store.sqlite", mounts)).toBe(true);
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
