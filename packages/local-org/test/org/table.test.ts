import { expect, test } from "@jest/globals";
import { Table } from "../../src/org/table.ts";

test("rows since an instant: in its order, each once, as they are now, however they moved", () => {
  const table = new Table();
  let seed = 7;
  const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
  let clock = 1_000;
  const moments: number[] = [];
  for (let step = 0; step < 4_000; step++) {
    clock += random(50) === 0 ? -random(20) : random(3);
    const id = `500${random(120)}`;
    if (random(12) === 0) table.remove(id);
    else table.put({ Id: id, SystemModstamp: clock });
    if (step % 40 !== 0) continue;
    const from = clock - random(60);
    const found = [...table.since("SystemModstamp", from)];
    const stamps = found.map((row) => Number(row.SystemModstamp));
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    const expected = [...table.rows.values()].filter((row) => Number(row.SystemModstamp) >= from);
    expect(found.map((row) => row.Id).sort()).toEqual(expected.map((row) => row.Id).sort());
    moments.push(found.length);
  }
  expect(Math.max(...moments)).toBeGreaterThan(5);
});
