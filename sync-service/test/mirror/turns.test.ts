import { expect, test } from "@jest/globals";
import { caseFieldNames, writtenFields } from "../../src/case/fields.ts";
import { OrgMirror, type MirrorParts } from "../../src/mirror/org-mirror.ts";
import { Turns } from "../../src/mirror/turns.ts";
import { silentLog, systemTimers } from "../../src/runtime.ts";
import { openStore } from "../../src/store/open.ts";
import { newPlace } from "../places.ts";
import { contract, id, opened, org, reading, user } from "./world.ts";

/** Sizes of the turns in which so many cases are taken, if each costs so many ms. */
async function turnsOf(cases: number, each: number): Promise<number[]> {
  let now = 0;
  const turns = new Turns({ steady: () => now }, 500);
  const timed = turns.timed(async (_tx, keys) => void (now += keys.length * each));
  const sizes: number[] = [];
  for (let left = cases; left > 0; left -= sizes.at(-1)!) {
    sizes.push(Math.min(left, turns.size));
    const keys = Array.from({ length: sizes.at(-1)! }, (_, n) => ({ orgId: "a", caseId: String(n) }));
    await timed(null as never, keys, 0);
  }
  return sizes;
}

test("cases that cost little are soon taken by hundreds", async () => {
  expect(await turnsOf(1_000, 0.1)).toEqual([1, 4, 16, 64, 256, 500, 159]);
});

test("cases that cost much are taken in turns of at most a twentieth of a second", async () => {
  expect(await turnsOf(20, 15)).toEqual([1, 3, 3, 3, 3, 3, 3, 1]);
});

test("a case that costs more than a turn is taken alone", async () => {
  expect(await turnsOf(3, 400)).toEqual([1, 1, 1]);
});

test("after a turn of dear cases the org rests, and after one of cheap cases it does not", async () => {
  for (const [cases, each, rests] of [
    [2, 15, [15]],
    [1, 400, [25]],
    [250, 0.2, []],
  ] as const) {
    let now = 0;
    const asked: number[] = [];
    const turns = new Turns({ steady: () => now }, 500);
    const keys = Array.from({ length: cases }, (_, n) => ({ orgId: "a", caseId: String(n) }));
    await turns.timed(async () => void (now += cases * each))(null as never, keys, 0);
    const after = (ms: number, work: () => void) => {
      asked.push(ms);
      queueMicrotask(work);
      return { cancel() {} };
    };
    for (let n = 0; n < 2; n++) await turns.rest({ after });
    expect(asked).toEqual(rests);
  }
});

test("one cheap case after another lets no large turn through unmeasured", async () => {
  let now = 0;
  const turns = new Turns({ steady: () => now }, 500);
  const timed = turns.timed(async () => void (now += 1));
  for (let n = 0; n < 100; n++) await timed(null as never, [{ orgId: "a", caseId: "1" }], 0);
  expect(turns.size).toBe(4);
});

test("the rest of the process has its turn between two turns of an org, of events and of readings", async () => {
  const { place, forget } = await newPlace("sqlite");
  const store = await openStore(place);
  try {
    await store.db.insertInto("orgs").values(org).execute();
    const happened: string[] = [];
    let now = Date.parse("2026-11-23T14:00:00Z");
    const parts = {
      ...{ store, wake: () => {} },
      connection: {
        ...{ org: { ...org, settings: { neverCounts: [] } }, session: async () => ({ userId: user.sync }) },
        query: async () => [],
        together: (all: () => unknown) => all(),
        describe: async () => ({
          fields: [...caseFieldNames, ...writtenFields].map((name) => ({ name, updateable: true })),
        }),
      },
      async recompute(_tx: unknown, cases: readonly unknown[]) {
        now += 60 * cases.length;
        happened.push(`${cases.length}`);
      },
      runtime: {
        ...{
          clock: { now: () => now, steady: () => now },
          timers: systemTimers,
          log: silentLog,
          random: Math.random,
        },
        breathe: async () => void happened.push("others"),
      },
    } as unknown as MirrorParts;
    const mirror = new OrgMirror(parts);
    const events = [1, 2, 3].map((n) => ({
      ...{ position: `${n}`, changes: [opened(id("500", n))], overflow: false, unreadable: null },
    }));
    const standing = () => ({ position: null, before: { position: null, committedAt: null } });
    await mirror.receive({ events, completeTo: null }, standing, () => {});
    expect(happened).toEqual(["1", "others", "1", "others", "1"]);
    happened.length = 0;
    await mirror.take({
      snapshots: [4, 5, 6].map((n) => reading(id("500", n), { Support_Contract__c: contract })),
    });
    expect(happened).toEqual(["1", "others", "1", "others", "1"]);
  } finally {
    await store.close();
    await forget();
  }
});
