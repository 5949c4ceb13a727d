// Requests to an org: counted, kept inside a share of its limit, across restarts; parked, and resumed without anybody.
import { expect, test } from "@jest/globals";
import { keepApiUse, recallApiUse } from "../../src/orgs/api-use.ts";
import { ApiBudget } from "../../src/orgs/budget.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { orgOf } from "../../src/orgs/org.ts";
import { org } from "../mirror/world.ts";
import { describeStores } from "../stores.ts";

const minute = 60_000;
const hour = 60 * minute;
let now = Date.parse("2026-11-23T13:00:00Z");
const clock = { now: () => now };

test("past its share of the org's limit nothing is asked, until enough of the day is over", () => {
  const budget = new ApiBudget(0.1, clock);
  budget.saw(40, 100);
  for (let n = 0; n < 10; n++) {
    budget.admit();
    budget.count();
  }
  expect(() => budget.admit()).toThrow(/used its share .*10 of 10 in 24 hours/);
  expect(budget.status()).toMatchObject({ used: 10, allowed: 10, usedByAll: 40, limit: 100, parked: true });
  now += 25 * hour;
  budget.admit();
  expect(budget.status()).toMatchObject({ used: 0, parked: false });
});

test("an org whose limit everybody together has spent is left alone for a quarter of an hour, then asked again", () => {
  const budget = new ApiBudget(1, clock);
  budget.saw(100, 100);
  expect(() => budget.admit()).toThrow(/spent; asking again at/);
  expect(budget.status().parked).toBe(true);
  now += 15 * minute;
  budget.admit();
  budget.saw(3, 100);
  expect(budget.status().parked).toBe(false);
});

describeStores("what was asked of an org", (open) => {
  test("is remembered by the next process, each request once, for a day", async () => {
    const { db } = await open();
    const entry = orgOf({ ...org, settings: JSON.stringify({ apiShare: 0.5 }) });
    const first = new OrgConnection(entry, clock);
    for (let n = 0; n < 3; n++) first.budget.count();
    await keepApiUse(db, first);
    first.budget.count();
    await keepApiUse(db, first);
    await keepApiUse(db, first);
    const second = new OrgConnection(entry, clock);
    await recallApiUse(db, second);
    second.budget.count();
    expect(second.budget.used()).toBe(5);
    now += 26 * hour;
    expect(second.budget.used()).toBe(0);
    second.budget.count();
    await keepApiUse(db, second);
    const third = new OrgConnection(entry, clock);
    await recallApiUse(db, third);
    expect(third.budget.used()).toBe(1);
  });
});
