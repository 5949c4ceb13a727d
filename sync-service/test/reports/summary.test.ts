import { expect, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { raiseBudgetSteps } from "../../src/reports/budget.ts";
import { clientMonth } from "../../src/reports/client-month.ts";
import { clientMonthPdf } from "../../src/reports/client-month-pdf.ts";
import { firstOpening, monthMails, queueMonth, wantedMail } from "../../src/reports/month-mail.ts";
import { ReportsLoop } from "../../src/reports/loop.ts";
import { orgFigures } from "../../src/reports/org-figures.ts";
import { wantSummaries } from "../../src/reports/summary.ts";
import type { Store } from "../../src/store/open.ts";
import {
  at,
  caseIdOf,
  client,
  consultant,
  createdFact,
  factRow,
  learn,
  openCase,
  outboxOf,
  policyOf,
} from "../clocks/world.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
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

  test("summaries are queued only when figures moved, one item for all of them", async () => {
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

  test("a client's month says what was late and why, from the cases' own records", async () => {
    const store = await open();
    const org = await client(store.db);
    const opened = async (number: number, when: string, priority: string, category: string | null) => {
      const caseId = await openCase(store.db, org, number, at(when), { priority, category });
      await store.db
        .updateTable("cases")
        .set({ fields: JSON.stringify({ Service_Category__c: category, Support_Channel__c: "Email" }) })
        .where("id", "=", caseId)
        .execute();
      return caseId;
    };
    const acknowledge = (caseId: string, when: string) =>
      learn(
        store.db,
        org,
        caseId,
        [{ id: "ack", at: at(when), by: consultant, kind: "acknowledgement", via: "field" }],
        at(when),
      );
    await acknowledge(await opened(1, "2026-10-20T10:00:00", "P1", null), "2026-10-20T11:00:00");
    await acknowledge(await opened(2, "2026-11-25T10:00:00", "P1", "Training"), "2026-11-25T12:00:00");
    // 11 minutes before closing: the 4 hours end at 12:49 of the next day
    await acknowledge(await opened(3, "2026-11-25T17:49:00", "P1", "Training"), "2026-11-26T13:06:00");
    const raised = await opened(4, "2026-11-26T10:00:00", "P3", null);
    await learn(
      store.db,
      org,
      raised,
      [{ id: "raised", at: at("2026-11-26T10:40:00"), by: consultant, kind: "priority", priority: "P1" }],
      at("2026-11-26T10:40:00"),
    );
    const month = (await clientMonth(
      store.db,
      { orgId: org, month: "2026-11" },
      at("2026-11-27T10:00:00"),
    ))!;
    expect(month).toMatchObject({
      running: true,
      plans: [{ es: "Silver", en: "Silver" }],
      all: { count: 3, inTime: 1 },
      worst: { caseNumber: "00000004" },
      lateCount: 2,
    });
    expect(month.trend.map(({ month: name, count, inTime }) => [name, count, inTime])).toEqual([
      ...["2026-06", "2026-07", "2026-08", "2026-09"].map((name) => [name, 0, 0]),
      ["2026-10", 1, 1],
      ["2026-11", 3, 1],
    ]);
    expect(month.categories.map(({ name, count }) => [name.en, count])).toEqual([
      ["Functional training", 2],
      ["No category", 1],
    ]);
    expect(month.channels.map(({ name, count }) => [name.es, count])).toEqual([["Correo electrónico", 3]]);
    expect(month.late.map(({ caseNumber, reasons }) => [caseNumber, reasons])).toEqual([
      [
        "00000003",
        [
          { is: "nearClosing", minutes: 11 },
          { is: "acknowledged", minutesLate: 17 },
        ],
      ],
      [
        "00000004",
        [
          { is: "reprioritised", from: "P3", to: "P1", at: at("2026-11-26T10:40:00") },
          { is: "waiting" },
        ],
      ],
    ]);
  });

  test("a month's report is mailed once, on the first business day, to each reader in their language", async () => {
    const store = await open();
    const org = await client(store.db, {
      settings: {
        monthReport: {
          to: [{ email: "gerencia@client.example" }, { email: "boss@client.example", language: "en" }],
        },
      },
    });
    await acknowledged(store, org, 1, 90);
    const row = await store.db.selectFrom("orgs").selectAll().executeTakeFirstOrThrow();
    const opening = at("2026-12-01T09:00:00");
    expect(await wantedMail(store.db, row, opening - 1)).toBeNull();
    const wanted = (await wantedMail(store.db, row, opening))!;
    expect(wanted).toEqual({ month: "2026-11", sends: true });
    const reports = {
      clientMonth: (input: Parameters<typeof clientMonth>[1], now: number) => clientMonth(store.db, input, now),
      clientMonthPdf: (input: Parameters<typeof clientMonthPdf>[1], now: number) =>
        clientMonthPdf(store.db, input, now),
    };
    const mails = await monthMails(reports, row, wanted.month, { name: "Su Consultora" }, opening);
    const queue = () =>
      store.db.transaction().execute((tx) => queueMonth(tx, row, wanted, mails, opening));
    expect(await queue()).toBe(2);
    // another instance that decided the same at the same time
    expect(await queue()).toBe(0);
    expect(await wantedMail(store.db, row, opening + 60_000)).toBeNull();
    const queued = (await outboxOf(store.db, "report.email")).map(({ payload }) => JSON.parse(payload));
    expect(queued).toMatchObject([
      { about: "month", month: "2026-11", address: "gerencia@client.example", language: "es" },
      { about: "month", month: "2026-11", address: "boss@client.example", language: "en" },
    ]);
    for (const { pdf, language } of queued) {
      const file = Buffer.from(pdf.base64, "base64").toString("latin1");
      expect(file).toMatch(/^%PDF-/);
      expect(file).toContain(`/Lang (${language === "es" ? "es-AR" : "en"})`);
      // a bookmark for the client, and one for each heading
      expect(file.match(/\/Type \/Outlines|\/Outlines \d/g)).not.toBeNull();
      expect(file.match(/\/Dest \[/g)!.length).toBeGreaterThanOrEqual(3);
    }
  });

  test("the service sends the month's report by itself when the first business day opens", async () => {
    const { db } = await open();
    const org = await client(db, { settings: { monthReport: { to: [{ email: "gema@client.example" }] } } });
    const opening = at("2026-12-01T09:00:00");
    const time = fastTime(opening - 60 * minute, 100);
    let passes = 0;
    const loop = new ReportsLoop({
      db,
      reports: {
        orgFigures: (input, now) => (passes++, orgFigures(db, input, now)),
        clientMonth: (input, now) => clientMonth(db, input, now),
        clientMonthPdf: () => Promise.resolve(Buffer.from("%PDF-")),
      },
      provider: null,
      runtime: time,
      serves: () => true,
      wake: () => {},
    });
    loop.start();
    try {
      await until(() => passes === 1);
      time.leap(61 * minute);
      loop.changed(org);
      await until(async () => (await outboxOf(db, "report.email")).length === 1);
    } finally {
      await loop.stop();
    }
    const decided = await db.selectFrom("month_reports").select(["month", "outcome", "decided_at"]).execute();
    expect(decided).toEqual([{ month: "2026-11", outcome: "sent", decided_at: expect.any(Number) }]);
    expect(Number(decided[0]!.decided_at)).toBeGreaterThanOrEqual(opening);
  });

  test("no report goes out for a month before the onboarding, ten days late, or without readers", async () => {
    const store = await open();
    const org = await client(store.db, { settings: { monthReport: { to: [{ email: "a@client.example" }] } } });
    const row = await store.db.selectFrom("orgs").selectAll().executeTakeFirstOrThrow();
    expect(await wantedMail(store.db, row, at("2026-11-02T09:00:00"))).toEqual({
      month: "2026-10",
      sends: false,
    });
    expect((await wantedMail(store.db, row, at("2026-12-12T09:00:00")))!.sends).toBe(false);
    expect(await wantedMail(store.db, { ...row, settings: "{}" }, at("2026-12-02T09:00:00"))).toBeNull();
    expect(org).toBe("acme");
  });
});

test("the first business day is the first opening of office hours, also for a plan that is open round the clock", () => {
  expect(firstOpening(policyOf("Platinum"), "2026-11")).toBe(at("2026-11-02T08:00:00"));
  expect(firstOpening(policyOf("Silver"), "2026-12")).toBe(at("2026-12-01T09:00:00"));
  // the 1st is a Sunday, or a holiday on a Friday
  expect(firstOpening(policyOf("Silver"), "2026-11")).toBe(at("2026-11-02T09:00:00"));
  const newYear = { date: "2027-01-01", name: "Año Nuevo" };
  for (const plan of ["Silver", "Platinum"]) {
    const opening = firstOpening({ ...policyOf(plan), holidays: [newYear] }, "2027-01");
    expect([plan, opening]).toEqual([plan, at(`2027-01-04T${plan === "Silver" ? "09" : "08"}:00:00`)]);
  }
});
