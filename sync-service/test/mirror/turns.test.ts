import { expect, test } from "@jest/globals";
import { Turns } from "../../src/mirror/turns.ts";

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

test("cases that cost much are taken in turns of at most a tenth of a second", async () => {
  expect(await turnsOf(40, 15)).toEqual([1, 4, 6, 6, 6, 6, 6, 5]);
});

test("a case that costs more than a turn is taken alone", async () => {
  expect(await turnsOf(3, 400)).toEqual([1, 1, 1]);
});

test("one cheap case after another lets no large turn through unmeasured", async () => {
  let now = 0;
  const turns = new Turns({ steady: () => now }, 500);
  const timed = turns.timed(async () => void (now += 1));
  for (let n = 0; n < 100; n++) await timed(null as never, [{ orgId: "a", caseId: "1" }], 0);
  expect(turns.size).toBe(4);
});
