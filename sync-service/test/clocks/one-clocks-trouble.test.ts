// A fault of one clock does not stop another clock, of its own org or of another.
import { expect, test } from "@jest/globals";
import { sql, type Kysely } from "kysely";
import { fireDue } from "../../src/clocks/firing.ts";
import { writeLedger } from "../../src/clocks/ledger.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import { ClockTroubles } from "../../src/clocks/troubles.ts";
import { locksRows } from "../../src/store/dialect.ts";
import type { Database } from "../../src/store/schema.ts";
import { mttaReport } from "../../src/reports/mtta.ts";
import { whatIf } from "../../src/reports/what-if.ts";
import { describeStores } from "../stores.ts";
import {
  at,
  caseIdOf,
  client,
  clockOf,
  createdFact,
  factRow,
  ledgerOf,
  openCase,
  outboxOf,
  policyOf,
} from "./world.ts";

const opened = at("2026-11-25T10:00:00");
const hour = 3_600_000;
const settings = { recipients: { lead: [{ email: "lead@provider.example" }] } };
const stepsOf = async (db: Kysely<Database>, caseId: string) =>
  (await ledgerOf(db, caseId)).map(({ step }) => step);

/** The store refuses every step of this case. */
async function refuse(db: Kysely<Database>, caseId: string): Promise<void> {
  if (!locksRows(db)) {
    await sql`create trigger refusing before insert on steps when new.case_id = ${sql.lit(caseId)}
      begin select raise(abort, 'refused by a test'); end`.execute(db);
    return;
  }
  await sql`create function refusing() returns trigger language plpgsql as
    $$ begin if new.case_id = ${sql.lit(caseId)} then raise exception 'refused by a test'; end if; return new; end $$`.execute(
    db,
  );
  await sql`create trigger refusing before insert on steps for each row execute function refusing()`.execute(
    db,
  );
}

describeStores("one clock's trouble", (open) => {
  test("a notice that cannot be made stops no other org's breach, and is named", async () => {
    const { db } = await open();
    const [bad, good] = [
      await client(db, { id: "bad", plan: "Platinum", settings }),
      await client(db, { id: "good", plan: "Platinum", settings }),
    ];
    const poisoned = await openCase(db, bad, 1, opened);
    const beside = await openCase(db, bad, 2, opened);
    const healthy = await openCase(db, good, 3, opened);
    await db.updateTable("cases").set({ fields: "null" }).where("id", "=", poisoned).execute();
    const troubles = new ClockTroubles();
    await fireDue(db, opened + hour, troubles);
    expect(await stepsOf(db, healthy)).toContain("breach");
    expect(await stepsOf(db, beside)).toContain("breach");
    expect(await stepsOf(db, poisoned)).toEqual([]);
    expect((await outboxOf(db, "notice.email")).map(({ case_id }) => case_id)).toEqual(
      expect.arrayContaining([healthy, beside]),
    );
    expect(troubles.byOrg()).toEqual([
      { orgId: bad, clocks: 1, caseId: poisoned, cause: expect.stringMatching(/null/) },
    ]);
    // it is looked at again, and goes on once what was wrong is mended
    expect((await clockOf(db, poisoned)).next_at).toBe(opened + hour + 60_000);
    await db.updateTable("cases").set({ fields: "{}" }).where("id", "=", poisoned).execute();
    await fireDue(db, opened + hour + 60_000, troubles);
    expect(await stepsOf(db, poisoned)).toContain("breach");
    expect(troubles.byOrg()).toEqual([]);
  });

  test("a step whose policy cannot be read any more waits for it, is named, and is told once it can be", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum", settings });
    const caseId = await openCase(db, org, 1, opened);
    const { policy } = await db.selectFrom("contracts").select("policy").executeTakeFirstOrThrow();
    await db.updateTable("contracts").set({ policy: "{" }).execute();
    const troubles = new ClockTroubles();
    await fireDue(db, opened + hour, troubles);
    expect(await stepsOf(db, caseId)).toEqual([]);
    expect(troubles.byOrg()).toEqual([
      {
        orgId: org,
        clocks: 1,
        caseId,
        cause: expect.stringMatching(/policy of its contract cannot be read/),
      },
    ]);
    await db.updateTable("contracts").set({ policy }).execute();
    await fireDue(db, opened + hour + 60_000, troubles);
    expect(await stepsOf(db, caseId)).toContain("breach");
    expect((await outboxOf(db, "notice.email")).map(({ case_id }) => case_id)).toContain(caseId);
    expect(troubles.byOrg()).toEqual([]);
  });

  test("a refusal of the store for one clock does not stop the forty beside it", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum" });
    const other = await client(db, { id: "other", plan: "Platinum" });
    for (let n = 1; n <= 20; n++) await openCase(db, org, n, opened);
    for (let n = 21; n <= 41; n++) await openCase(db, other, n, opened);
    await refuse(db, caseIdOf(7));
    const troubles = new ClockTroubles();
    const { fired } = await fireDue(db, opened + hour, troubles);
    expect(new Set(fired.map(({ caseId }) => caseId)).size).toBe(40);
    expect(await stepsOf(db, caseIdOf(7))).toEqual([]);
    expect(troubles.byOrg()).toEqual([
      { orgId: org, clocks: 1, caseId: caseIdOf(7), cause: expect.stringMatching(/refused by a test/) },
    ]);
    expect((await fireDue(db, opened + hour, troubles)).claimed).toBe(0);
    expect((await clockOf(db, caseIdOf(7))).next_at).toBeGreaterThan(opened + hour);
  });

  test("a row that is in the ledger already means that the step is taken", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum" });
    const caseId = await openCase(db, org, 1, opened);
    const fired = {
      ...{ orgId: org, caseId, cycle: 1, step: "notice", outcome: "acted" as const },
      ...{ dueAt: opened, decidedAt: opened },
    };
    for (const decidedAt of [opened, opened + 1])
      await db
        .transaction()
        .execute((tx) => writeLedger(tx, [{ fired: { ...fired, decidedAt }, again: false }]));
    expect(await ledgerOf(db, caseId)).toMatchObject([{ step: "notice", decided_at: opened }]);
  });

  test("names of steps from before they were checked are told apart, whatever they hold", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum" });
    const caseId = await openCase(db, org, 1, opened);
    const odd = ["notice/", "no\ntice", '"'];
    for (const step of odd)
      await db
        .insertInto("steps")
        .values({
          ...{ org_id: org, case_id: caseId, cycle: 1, step, outcome: "acted" },
          ...{ due_at: opened, decided_at: opened },
        })
        .execute();
    const clock = JSON.parse((await clockOf(db, caseId)).clock);
    clock.steps.push(...odd.map((name, n) => ({ name, share: 0.1, at: opened + n, severity: -1 })));
    await db
      .updateTable("clocks")
      .set({ clock: JSON.stringify(clock) })
      .execute();
    const { fired } = await fireDue(db, opened + hour);
    expect(fired.map(({ step }) => step)).toEqual(["opened", "notice", "warning", "critical", "breach"]);
  });

  test("a case that cannot be computed keeps its clock, and its neighbours get theirs", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Silver" });
    await db.updateTable("contracts").set({ starts_on: null }).execute();
    const facts = [
      // an import may say that a case was opened in 1700
      factRow(org, caseIdOf(1), createdFact(org, Date.UTC(1700, 1))),
      factRow(org, caseIdOf(2), createdFact(org, opened)),
      { ...factRow(org, caseIdOf(3), createdFact(org, opened)), fact: "{" },
    ];
    const troubles = new ClockTroubles();
    await db.transaction().execute(async (tx) => {
      await tx.insertInto("facts").values(facts).execute();
      await recomputeClocks(
        tx,
        [1, 2, 3].map((n) => ({ orgId: org, caseId: caseIdOf(n) })),
        opened,
        troubles,
      );
    });
    expect((await clockOf(db, caseIdOf(2))).status).toBe("Running");
    // the weekly pattern reaches any year
    expect(await clockOf(db, caseIdOf(1))).toMatchObject({ status: "Breached" });
    expect(troubles.byOrg()).toEqual([
      { orgId: org, clocks: 1, caseId: caseIdOf(3), cause: expect.stringMatching(/JSON/) },
    ]);

    const before = await clockOf(db, caseIdOf(2));
    await db.updateTable("facts").set({ fact: "{" }).where("case_id", "=", caseIdOf(2)).execute();
    await db
      .transaction()
      .execute((tx) => recomputeClocks(tx, [{ orgId: org, caseId: caseIdOf(2) }], opened, troubles));
    expect(await clockOf(db, caseIdOf(2))).toEqual(before);
  });

  test("a new case under a policy that cannot be read says so, and everybody's report is made", async () => {
    const { db } = await open();
    const [bad, good] = [
      await client(db, { id: "bad", plan: "Platinum" }),
      await client(db, { id: "good", plan: "Platinum" }),
    ];
    const running = await openCase(db, bad, 1, opened);
    await openCase(db, good, 2, opened);
    const damaged = { ...policyOf("Platinum"), otherPlans: [{ plan: "Gold" }] };
    await db
      .updateTable("contracts")
      .set({ policy: JSON.stringify(damaged) })
      .where("org_id", "=", bad)
      .execute();
    const fresh = await openCase(db, bad, 3, opened);
    expect(JSON.parse((await clockOf(db, fresh)).clock).notCovered).toBe("unreadablePolicy");
    expect((await clockOf(db, running)).due_at).toBe(opened + hour);
    const period = { from: "2026-11", to: "2026-11" };
    for (const replay of [false, true]) {
      const { rows } = await mttaReport(db, { period, replay }, opened + 2 * hour);
      expect(rows.map(({ by }) => by.org)).toContain(good);
    }
    const compared = await whatIf(db, { orgId: bad, period, alternative: { plan: "Gold" } }, opened + hour);
    expect(compared.changedCount).toBe(0);
  });
});
