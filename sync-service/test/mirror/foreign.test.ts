// A case that is not ours: the store writes no byte of it, for any kind of event.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openStore } from "../../src/store/open.ts";
import { startWorld, type World } from "../orgs/org-world.ts";
import { newPlace } from "../places.ts";
import { startFollowing } from "./following.ts";

jest.setTimeout(180_000);

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world.close());

/** Files below a folder that hold the text, the write-ahead log included. */
function holding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => contentOf(file).includes(text));
}

/** PostgreSQL takes files away while others are read, those of databases that are dropped among them. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

test.each(["sqlite", "postgres"] as const)("leaves no trace on %s", async (kind) => {
  const org = world.orgs[0]!;
  const { place, forget } = await newPlace(kind);
  const store = await openStore(place);
  const folder = "file" in place ? dirname(place.file) : process.env["COMPROMISO_TEST_POSTGRES"]!;
  const following = await startFollowing(store, org);
  await following.equal();
  const subject = `The secret of another customer, ${kind}`;
  const { streams } = org.local.faults;
  const foreign = () => org.open("martina", { Support_Contract__c: null, Subject: subject });
  // gaps and overflows pass the channel's filter, which has no values to look at
  for (const fault of ["gapNext", "overflowNext", "corruptNext"] as const) {
    streams[fault] = 1;
    const id = foreign();
    org.change("martina", id, { Subject: `${subject}, told again` });
    streams[fault] = 1;
    org.change("martina", id, { Subject: `${subject}, and again` });
    await following.follower.reconcile({ since: null, reason: "asked" });
  }
  const ours = `The till, ${kind}`;
  org.open("martina", { Subject: ours });
  await following.equal();
  // the search finds what is there
  expect(holding(folder, ours)).not.toEqual([]);
  expect(holding(folder, "secret of another customer")).toEqual([]);
  await following.stop();
  await store.close();
  expect(holding(folder, "secret of another customer")).toEqual([]);
  await forget();
});
