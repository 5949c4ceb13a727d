import { expect, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { raiseBudgetSteps } from "../../src/reports/budget.ts";
import { orgFigures } from "../../src/reports/org-figures.ts";
import { wantSummaries } from "../../src/reports/summary.ts";
import type { Store } from "../../src/store/open.ts";
import { at, caseIdOf, client, consultant, createdFact, factRow, outboxOf } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";

const period = { from: "2026-11", to: "2026-11" };
const minute = 60_000;

/** A P1 of Silver (4 h) opened at 10:00, acknowledged after so many minutes. */
async function acknowledged(store: Store, org: string, number: number, minutes: number): Promise<void> {
  const start = at("2026-11-25T10:00:00");
  const facts: Fact[] = [
    createdFact(org, start),
    { id: "ack", at: start + minutes * minute, by: consultant, kind: "acknowledgement", via: "field" },
  ];
  await store.db.transaction().execute(async (tx) => {
    await tx
      .insertInto("facts")
      .values(facts.map((fact) => factRow(org, caseIdOf(number), fact)))
      .execute();
    await recomputeClocks(tx, [{ orgId: org, caseId: caseIdOf(number) }], start + minutes * minute);
  });
}

describeStores("summaries and budgets", (open) => {
  test("a budget's steps speak once a month and group, from five cases on", async () => {
    const store = await open();
    const org = await client(store.db, {
      settings: {
        language: "es",
        slackChannel: "C0123456789",
        recipients: { lead: [{ email: "lead@provider.example", language: "en" }] },
      },
    });
    const row = await store.db.selectFrom("orgs").selectAll().executeTakeFirstOrThrow();
    const now = at("2026-11-26T12:00:00");
    const raise = async () => {
      const figures = await orgFigures(store.db, { orgId: org, period }, now);
      return store.db.transaction().execute((tx) => raiseBudgetSteps(tx, row, figures, now));
    };
    for (let n = 1; n <= 4; n++) await acknowledged(store, org, n, 200);
    expect(await raise()).toBe(0);
    await acknowledged(store, org, 5, 200);
    expect(await raise()).toBe(1);
    expect(await raise()).toBe(0);
    const [email, slack] = [await outboxOf(store.db, "report.email"), await outboxOf(store.db, "report.slack")];
    expect(email).toHaveLength(1);
    expect(slack).toHaveLength(1);
    expect(JSON.parse(email[0]!.payload)).toMatchObject({
      about: "budget",
      step: "budgetLow",
      priority: "P1",
      month: "2026-11",
      count: 5,
      language: "en",
    });
    for (let n = 6; n <= 8; n++) await acknowledged(store, org, n, 400);
    expect(await raise()).toBe(1);
    expect(await raise()).toBe(0);
    const steps = await store.db.selectFrom("budget_steps").select(["step", "outcome"]).orderBy("step").execute();
    expect(steps).toEqual([
      { step: "budgetLow", outcome: "acted" },
      { step: "budgetSpent", outcome: "acted" },
    ]);
    expect(await outboxOf(store.db, "report.email")).toHaveLength(2);
  });

  test("summaries are queued only when figures moved, one effect for all of them", async () => {
    const store = await open();
    const org = await client(store.db);
    const keep = async (now: number) => {
      const figures = await orgFigures(store.db, { orgId: org, period }, now);
      return store.db
        .transaction()
        .execute((tx) => wantSummaries(tx, org, figures, now, false));
    };
    await acknowledged(store, org, 1, 90);
    const now = at("2026-11-26T12:00:00");
    expect(await keep(now)).toBe(1);
    expect(await keep(now + minute)).toBe(0);
    await acknowledged(store, org, 2, 30);
    expect(await keep(now + 2 * minute)).toBe(1);
    expect(await outboxOf(store.db, "summaries")).toHaveLength(1);
    const [row] = await store.db.selectFrom("summaries").selectAll().execute();
    expect(JSON.parse(row!.wanted)).toEqual({
      Name: "2026-11 P1",
      Month__c: "2026-11-01",
      Priority__c: "P1",
      Count__c: 2,
      Mean_Minutes__c: 60,
      Median_Minutes__c: 60,
      P90_Minutes__c: 90,
      Within_Target__c: 100,
      Target_Minutes__c: 240,
      Budget_Minutes__c: 360,
      Waiting__c: 0,
      As_Of__c: new Date(now + 2 * minute).toISOString(),
    });
    // its last case gone, the group says zero instead of what it once was
    await store.db.deleteFrom("clocks").execute();
    expect(await keep(now + 3 * minute)).toBe(1);
    const [emptied] = await store.db.selectFrom("summaries").selectAll().execute();
    expect(JSON.parse(emptied!.wanted)).toMatchObject({ Count__c: 0, Mean_Minutes__c: null });
  });
});
