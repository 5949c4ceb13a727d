import { expect, test } from "@jest/globals";
import { computeClocks, type Fact } from "c/slaEngine";
import { explanationSentences, ledgerSentence } from "c/slaSentences";
import { explanationOf } from "../../src/case/sla-fields.ts";
import { at, contractOf, createdFact, policyOf, requester } from "./world.ts";

test("after 300 changes of priority the ledger still has its entries, and says what was cut", () => {
  const opened = at("2026-11-25T10:00:00");
  const changes = Array.from({ length: 300 }, (_, n): Fact => {
    const priority = n % 2 === 0 ? "P3" : "P2";
    return { id: `p${n}`, at: opened + (n + 1) * 1000, by: requester, kind: "priority", priority };
  });
  const contract = {
    status: "Active" as const,
    startsOn: "2026-01-01",
    endsOn: null,
    policy: policyOf("Silver"),
  };
  const [clock] = computeClocks(
    [createdFact("acme", opened, { priority: "P2" }), ...changes],
    [{ id: contractOf("acme"), ...contract }],
    opened + 3_600_000,
  );
  const whole = clock!.explanation!;
  expect(whole.changes.length).toBeGreaterThan(250);
  const text = explanationOf(clock!)!;
  expect(text.length).toBeLessThanOrEqual(32_768);
  const { entries, changes: kept, cut } = JSON.parse(text);
  expect(entries.length).toBeGreaterThan(0);
  expect(kept.length).toBeGreaterThan(0);
  expect(cut.changesOmitted).toBe(whole.changes.length - kept.length);
  expect(cut.omitted).toBe(whole.entries.length - entries.length);
  expect(kept.at(-1)).toEqual(whole.changes.at(-1));
  for (const language of ["es", "en"] as const) {
    expect(ledgerSentence(JSON.parse(text), language)).toMatch(/\d\d:\d\d–\d\d:\d\d, /);
    for (const sentence of explanationSentences(JSON.parse(text), language))
      expect(sentence).toMatch(/\w.*\.$/);
    // as an older service cut it: with nothing left of the ledger
    const empty = { ...JSON.parse(text), entries: [], changes: [] };
    for (const sentence of explanationSentences(empty, language)) expect(sentence).toMatch(/\w.*\.$/);
  }
});

test("a ledger that does not fit is written a few times, however much of it has to go", () => {
  let written = 0;
  const entry = {
    start: 0,
    end: 1,
    open: true,
    why: "window",
    toJSON: () => (written++, { why: "x".repeat(90) }),
  };
  const explanation = { plan: "Gold", changes: [], entries: Array.from({ length: 2_000 }, () => entry) };
  const text = explanationOf({ explanation } as never)!;
  expect(text.length).toBeLessThanOrEqual(32_768);
  expect(text.length).toBeGreaterThan(28_000);
  const { entries, cut } = JSON.parse(text);
  expect(cut).toEqual({ after: Math.ceil(entries.length / 2), omitted: 2_000 - entries.length });
  expect(written).toBeLessThanOrEqual(3 * 2_000);
});

test("of a case that was reopened the explanation tells how its earlier clocks ended", () => {
  const opened = at("2026-11-25T10:00:00");
  const minute = 60_000;
  const status = (n: number, value: string, closed: boolean): Fact => ({
    id: `s${n}`,
    at: opened + n * minute,
    by: requester,
    kind: "status",
    status: value,
    closed,
  });
  const contract = {
    status: "Active" as const,
    startsOn: "2026-01-01",
    endsOn: null,
    policy: policyOf("Silver"),
  };
  const clocks = computeClocks(
    [createdFact("acme", opened, { priority: "P2" }), status(5, "Closed", true), status(9, "New", false)],
    [{ id: contractOf("acme"), ...contract }],
    opened + 60 * minute,
  );
  expect(clocks).toHaveLength(2);
  const { earlier } = JSON.parse(explanationOf(clocks[1]!, clocks.slice(0, 1))!);
  expect(earlier).toEqual([
    expect.objectContaining({ cycle: 1, status: "Cancelled", end: opened + 5 * minute, elapsed: 5 * minute }),
  ]);
  expect(JSON.parse(explanationOf(clocks[0]!)!)).not.toHaveProperty("earlier");
});
