import { expect, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { csvOf } from "../../src/reports/csv.ts";
import { flat, mttaReport } from "../../src/reports/mtta.ts";
import type { Alternative } from "../../src/reports/alternative.ts";
import { whatIf } from "../../src/reports/what-if.ts";
import type { Store } from "../../src/store/open.ts";
import { caseIdOf, client, consultant, createdFact, factRow, policyOf, requester } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { byHand, monthByHand, type Told } from "./by-hand.ts";

const hour = 3_600_000;
const now = Date.parse("2026-12-30T15:20:00Z");
const zones = { sur: "America/Argentina/Buenos_Aires", norte: "America/New_York", este: "Pacific/Auckland" };

function randomFrom(seed: number): () => number {
  return () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
}

/** A year of cases; among them some within minutes of every month's end and of the zone's changes of hour. */
function yearOf(seed: number): Told[] {
  const random = randomFrom(seed);
  const starts: number[] = [];
  const first = Date.parse("2026-01-02T00:00:00Z");
  for (let n = 0; n < 80; n++) starts.push(first + Math.floor(random() * (now - first - hour)));
  for (let month = 2; month <= 12; month++) {
    const midnight = Date.parse(`2026-${String(month).padStart(2, "0")}-01T00:00:00Z`);
    for (let n = 0; n < 3; n++) starts.push(midnight + Math.floor((random() * 2 - 1) * 26 * hour));
  }
  for (const change of ["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2026-04-04T14:00Z", "2026-09-26T14:00Z"])
    for (let n = 0; n < 6; n++) starts.push(Date.parse(change) + Math.floor((random() * 2 - 1) * 30 * hour));
  for (let n = 0; n < 12; n++) starts.push(now - Math.floor(random() * 40 * hour) - hour);
  return starts.map((at): Told => {
    const start = Math.floor(at / 1000) * 1000;
    const later = Math.floor((start + random() * random() * 90 * hour) / 1000) * 1000;
    const ended = later < now ? later : null;
    const fate = random();
    return {
      start,
      priority: random() < 0.6 ? "P1" : "P3",
      acknowledged: fate < 0.75 ? ended : null,
      closed: fate >= 0.75 && fate < 0.88 ? ended : null,
    };
  });
}

async function seed(store: Store, orgId: string, zone: string, cases: readonly Told[], from: number) {
  await client(store.db, { id: orgId });
  await store.db
    .updateTable("contracts")
    .set({ policy: JSON.stringify(policyOf("Silver", zone)) })
    .where("org_id", "=", orgId)
    .execute();
  const rows = cases.flatMap(({ start, acknowledged, closed, priority }, n) => {
    const caseId = caseIdOf(from + n);
    const facts: Fact[] = [createdFact(orgId, start, { priority })];
    if (acknowledged !== null)
      facts.push({ id: "ack", at: acknowledged, by: consultant, kind: "acknowledgement", via: "field" });
    if (closed !== null)
      facts.push({ id: "closed", at: closed, by: requester, kind: "status", status: "Closed", closed: true });
    return facts.map((fact) => factRow(orgId, caseId, fact));
  });
  await store.db.transaction().execute(async (tx) => {
    for (let at = 0; at < rows.length; at += 500)
      await tx
        .insertInto("facts")
        .values(rows.slice(at, at + 500))
        .execute();
    await recomputeClocks(
      tx,
      cases.map((_, n) => ({ orgId, caseId: caseIdOf(from + n) })),
      now,
    );
  });
}

describeStores("MTTA", (open) => {
  test("the figures of a year in three zones equal a count by hand", async () => {
    const store = await open();
    const years = Object.entries(zones).map(([org, zone], n) => [org, zone, yearOf(7 + n)] as const);
    for (const [n, [org, zone, cases]] of years.entries()) await seed(store, org, zone, cases, n * 1000);
    const { rows } = await mttaReport(store.db, { period: { from: "2026-01", to: "2026-12" } }, now);
    const seen = { waiting: 0, overdue: 0, cancelled: 0 };
    for (const [org, zone, cases] of years) {
      const groups = Map.groupBy(cases, (one) => `${one.priority} ${monthByHand(one.start, zone)}`);
      expect(rows.filter(({ by }) => by.org === org)).toHaveLength(groups.size);
      for (const [key, some] of groups) {
        const [priority, month] = key.split(" ");
        const row = rows.find(({ by }) => by.org === org && by.priority === priority && by.month === month)!;
        const hand = byHand(some, zone, now);
        const f = row.figures;
        expect({ key, count: f.count, waiting: f.waiting, overdue: f.overdue, cancelled: f.cancelled }).toEqual({
          key,
          count: hand.count,
          waiting: hand.waiting,
          overdue: hand.overdue,
          cancelled: hand.cancelled,
        });
        for (const what of ["waiting", "overdue", "cancelled"] as const) seen[what] += hand[what];
        if (hand.count === 0) continue;
        expect(f.meanMinutes).toBeCloseTo(hand.mean, 6);
        expect(f.medianMinutes).toBeCloseTo(hand.median, 6);
        expect(f.p90Minutes).toBeCloseTo(hand.p90, 6);
        expect(f.shareWithinTarget).toBeCloseTo(hand.within, 9);
        expect(f.budgetMinutes).toBeCloseTo(hand.budget, 5);
      }
    }
    // the year holds what it is meant to hold
    for (const amount of Object.values(seen)) expect(amount).toBeGreaterThan(3);

    // computed once more from the facts alone: the same
    const period = { from: "2026-01", to: "2026-12" };
    const again = await mttaReport(store.db, { period, replay: true }, now);
    expect(again.rows).toEqual(rows);

    // as of a past instant: what was known then, whatever has happened since
    const then = Date.parse("2026-07-01T16:40:00Z");
    for (const [org, zone, cases] of years) {
      const until = (at: number | null) => (at !== null && at <= then ? at : null);
      const known = cases
        .filter(({ start }) => start <= then)
        .map((one) => ({ ...one, acknowledged: until(one.acknowledged), closed: until(one.closed) }));
      const hand = byHand(known, zone, then);
      const [past] = (await mttaReport(store.db, { orgIds: [org], period, by: [], replay: true }, then)).rows;
      const { asOf, count, waiting, overdue, cancelled, meanMinutes, budgetMinutes } = past!.figures;
      expect({ asOf, count, waiting, overdue, cancelled }).toEqual({
        asOf: then,
        count: hand.count,
        waiting: hand.waiting,
        overdue: hand.overdue,
        cancelled: hand.cancelled,
      });
      expect(meanMinutes).toBeCloseTo(hand.mean, 6);
      expect(budgetMinutes).toBeCloseTo(hand.budget, 5);
    }

    // what-if of the plan that the client has: what the stored clocks say, and nothing else
    const before = await everything(store);
    const same = await whatIf(store.db, { orgId: "norte", period, alternative: { plan: "silver" } }, now);
    const [all] = (await mttaReport(store.db, { orgIds: ["norte"], period, by: [] }, now)).rows;
    const total = same.rows.at(-1)!;
    expect(total.actual).toEqual(total.alternative);
    expect(same.changedCount).toBe(0);
    // the ledger and the outbox tell what happened: here no step has acted and no page was delivered
    expect({ steps: total.actual.steps, paged: total.actual.paged }).toEqual({ steps: 0, paged: 0 });
    expect(total.actual.meanMinutes).toBeCloseTo(all!.figures.meanMinutes!, 9);
    expect(total.actual.met / (total.actual.met + total.actual.missed)).toBe(all!.figures.shareWithinTarget);
    const gold = await whatIf(store.db, { orgId: "norte", period, alternative: { plan: "gold" } }, now);
    const better = gold.rows.at(-1)!;
    expect(gold.plans).toEqual({ actual: ["Silver"], alternative: ["Gold"] });
    expect(better.actual).toEqual(total.actual);
    expect(better.alternative.met).not.toBe(better.actual.met);
    expect(gold.changedCount).toBeGreaterThan(0);
    const open24 = await whatIf(
      store.db,
      { orgId: "norte", period, alternative: { holidays: "none", timeZone: "Asia/Kolkata" } },
      now,
    );
    expect(open24.rows.at(-1)!.alternative.cases).toBe(total.actual.cases);
    await expect(
      whatIf(store.db, { orgId: "norte", period, alternative: { plan: "Diamond" } }, now),
    ).rejects.toThrow("There is no plan Diamond; on sale are Silver");
    // Silver promises a business day, and days of unequal length need a reading of it
    const unequal = { mon: [["09:00", "18:00"]], tue: [["09:00", "13:00"]] } as Alternative["weekly"];
    await expect(
      whatIf(store.db, { orgId: "norte", period, alternative: { weekly: unequal } }, now),
    ).rejects.toThrow(
      expect.objectContaining({
        name: "NotAnAlternative",
        message: expect.stringContaining("days of unequal length: name the reading"),
      }),
    );
    const read = await whatIf(
      store.db,
      { orgId: "norte", period, alternative: { weekly: unequal, businessDay: "endOfNextBusinessDay" } },
      now,
    );
    expect(read.rows.at(-1)!.alternative.cases).toBe(total.actual.cases);
    expect(await everything(store)).toEqual(before);
  });

  test("each cycle counts once, under the priority it had when it was acknowledged, or has now", async () => {
    const store = await open();
    const org = await client(store.db);
    const opened = Date.parse("2026-12-01T13:00:00Z");
    const change = (id: string, minutes: number, priority: string): Fact => ({
      id,
      at: opened + minutes * 60_000,
      by: requester,
      kind: "priority",
      priority,
    });
    const facts: Fact[] = [
      createdFact(org, opened, { priority: "P3" }),
      change("raised", 10, "P1"),
      { id: "ack", at: opened + hour, by: consultant, kind: "acknowledgement", via: "field" },
      change("lowered", 90, "P4"),
      { id: "closed", at: opened + 2 * hour, by: consultant, kind: "status", status: "Closed", closed: true },
      { id: "again", at: opened + 3 * hour, by: requester, kind: "status", status: "New", closed: false },
    ];
    await store.db.transaction().execute(async (tx) => {
      await tx
        .insertInto("facts")
        .values(facts.map((fact) => factRow(org, caseIdOf(1), fact)))
        .execute();
      await recomputeClocks(tx, [{ orgId: org, caseId: caseIdOf(1) }], now);
    });
    const { rows } = await mttaReport(
      store.db,
      { period: { from: "2026-12", to: "2026-12" }, by: ["priority"] },
      opened + 4 * hour,
    );
    expect(rows.map(({ by, figures: f }) => [by.priority, f.count, f.waiting, f.meanMinutes])).toEqual([
      ["P1", 1, 0, 60],
      ["P4", 0, 1, null],
    ]);
  });

  test("groups by consultant with the time to resolve, and writes CSV without formulas", async () => {
    const store = await open();
    const org = await client(store.db);
    const start = Date.parse("2026-12-01T13:00:00Z");
    const facts: Fact[] = [
      createdFact(org, start),
      { id: "ack", at: start + hour, by: consultant, kind: "acknowledgement", via: "field" },
      { id: "done", at: start + 3 * hour, by: consultant, kind: "status", status: "Closed", closed: true },
    ];
    await store.db.transaction().execute(async (tx) => {
      await tx
        .insertInto("facts")
        .values(facts.map((fact) => factRow(org, caseIdOf(1), fact)))
        .execute();
      await recomputeClocks(tx, [{ orgId: org, caseId: caseIdOf(1) }], now);
    });
    await store.db.updateTable("people").set({ name: "=Carla, Consultora" }).execute();
    const period = { from: "2026-12", to: "2026-12" };
    const { rows, asOf } = await mttaReport(store.db, { period, by: ["consultant"] }, now);
    expect(asOf).toBe(now);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      by: { consultant: "=Carla, Consultora" },
      figures: { count: 1, meanMinutes: 60, shareWithinTarget: 1 },
      resolution: { count: 1, meanMinutes: 180 },
    });
    expect(csvOf(rows.map(flat)).split("\r\n")[1]).toMatch(/^"'=Carla, Consultora",1,60,/);
  });
});

async function everything({ db }: Store) {
  return {
    clocks: await db.selectFrom("clocks").selectAll().orderBy("org_id").orderBy("case_id").execute(),
    steps: await db.selectFrom("steps").selectAll().orderBy("case_id").orderBy("step").execute(),
    outbox: await db.selectFrom("outbox").selectAll().orderBy("id").execute(),
  };
}
