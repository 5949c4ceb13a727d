import { expect, jest, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { nextDue } from "../../src/clocks/due-clocks.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import type { Database } from "../../src/store/schema.ts";
import { describeStores } from "../stores.ts";
import { at, client, clockOf, consultant, ledgerOf, learn, openCase, outboxOf, requester } from "./world.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

/** What is wanted on the one case. */
const shown = async (db: Kysely<Database>) =>
  JSON.parse((await db.selectFrom("write_backs").select("wanted").executeTakeFirstOrThrow()).wanted);

describeStores("firing", (open) => {
  test("every step is decided once, at its instant and never before", async () => {
    const { db } = await open();
    const org = await client(db);
    // Silver P1: four hours of coverage from Wednesday 14:00 end at 18:00
    const caseId = await openCase(db, org, 1, at("2026-11-25T14:00:00"));
    expect((await clockOf(db, caseId)).due_at).toBe(at("2026-11-25T18:00:00"));
    expect(await nextDue(db)).toBe(at("2026-11-25T14:00:00"));

    expect((await fireDue(db, at("2026-11-25T14:00:00") - 1)).fired).toEqual([]);
    const fired: string[] = [];
    for (let next = await nextDue(db); next !== null; next = await nextDue(db)) {
      const { fired: now } = await fireDue(db, next);
      fired.push(...now.map((step) => `${step.step} ${step.outcome} ${step.dueAt === next}`));
      expect((await fireDue(db, next)).fired).toEqual([]);
    }
    expect(fired).toEqual(
      ["opened", "notice", "warning", "critical", "breach", "escalation", "escalation2"].map(
        (step) => `${step} acted true`,
      ),
    );
    expect((await ledgerOf(db, caseId)).map((row) => row.step)).toHaveLength(7);
  });

  test("steps that passed while the service was away act together: the most severe acts for the others", async () => {
    const { db } = await open();
    const org = await client(db, {
      settings: { recipients: { lead: [{ email: "lead@provider.example" }] } },
    });
    const caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    const { fired } = await fireDue(db, at("2026-11-25T15:00:00"));
    expect(fired.map((step) => [step.step, step.outcome])).toEqual([
      ["opened", "stoodFor"],
      ["notice", "stoodFor"],
      ["warning", "stoodFor"],
      ["critical", "stoodFor"],
      ["breach", "acted"],
    ]);
    const notices = await outboxOf(db, "notice.email");
    expect(notices.map((row) => JSON.parse(row.payload).address).sort()).toEqual([
      "carla@provider.example",
      "lead@provider.example",
    ]);
    expect(JSON.parse(notices[0]!.payload).standsFor.map((label: { en: string }) => label.en)).toEqual([
      "Opened",
      "Notice",
      "Warning",
      "Critical moment",
    ]);
    expect((await clockOf(db, caseId)).status).toBe("Breached");
  });

  test("steps from before the org was onboarded pass silently", async () => {
    const { db } = await open();
    const org = await client(db);
    const caseId = await openCase(db, org, 1, at("2026-10-30T10:00:00"));
    await fireDue(db, at("2026-11-25T10:00:00"));
    const ledger = await ledgerOf(db, caseId);
    expect(ledger.every((row) => row.outcome === "silent")).toBe(true);
    expect(await outboxOf(db, "notice.email")).toEqual([]);
  });

  test("a late fact undoes a breach: the row stays, superseded, and its hearers get one correction", async () => {
    const { db } = await open();
    const org = await client(db);
    const caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    await fireDue(db, at("2026-11-25T14:00:00"));
    await db.updateTable("outbox").set({ state: "delivered" }).execute();

    const late = {
      id: "ack",
      at: at("2026-11-25T13:59:58"),
      by: consultant,
      kind: "acknowledgement",
      via: "field",
    } as const;
    await learn(db, org, caseId, [late], at("2026-11-25T14:00:03"));
    await learn(db, org, caseId, [late], at("2026-11-25T14:00:04"));

    const breach = (await ledgerOf(db, caseId)).find((row) => row.step === "breach");
    expect(breach).toMatchObject({ outcome: "acted", superseded_at: at("2026-11-25T14:00:03") });
    expect(await clockOf(db, caseId)).toMatchObject({ status: "Acknowledged", next_at: null });
    const corrections = (await outboxOf(db, "notice.email")).filter((row) =>
      row.key.startsWith("correction/"),
    );
    expect(corrections).toHaveLength(1);
    expect(JSON.parse(corrections[0]!.payload)).toMatchObject({
      about: "correction",
      step: "breach",
      because: { status: "Acknowledged", by: "Carla Consultora" },
    });
    expect(await shown(db)).toMatchObject({ SLA_Status__c: "Acknowledged", SLA_Last_Step__c: null });
  });

  test("a breach that did not hold is told again when it truly comes, once, and its row remembers both", async () => {
    const { db } = await open();
    const org = await client(db);
    const caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    await fireDue(db, at("2026-11-25T14:00:00"));
    await db.updateTable("outbox").set({ state: "delivered" }).execute();
    // the priority had been lowered before, which is heard of only now: P3's nine hours end on Thursday at 10:00
    const lowered = { id: "p", at: at("2026-11-25T11:00:00"), by: requester, kind: "priority" } as const;
    await learn(db, org, caseId, [{ ...lowered, priority: "P3" }], at("2026-11-25T14:05:00"));
    expect(await shown(db)).toMatchObject({ SLA_Status__c: "Running", SLA_Last_Step__c: null });

    await db.updateTable("outbox").set({ state: "delivered" }).execute();
    const fired: string[] = [];
    for (let next = await nextDue(db); next! <= at("2026-11-26T10:00:00"); next = await nextDue(db))
      fired.push(...(await fireDue(db, next!)).fired.map(({ step, outcome }) => `${step} ${outcome}`));
    expect(fired).toEqual(["notice", "warning", "critical", "breach"].map((step) => `${step} acted`));
    expect(await clockOf(db, caseId)).toMatchObject({ status: "Breached" });
    const breach = (await ledgerOf(db, caseId)).filter(({ step }) => step === "breach");
    expect(breach).toMatchObject([
      { due_at: at("2026-11-26T10:00:00"), outcome: "acted", superseded_at: null },
    ]);
    expect(JSON.parse(breach[0]!.earlier!)).toEqual([
      {
        dueAt: at("2026-11-25T14:00:00"),
        decidedAt: at("2026-11-25T14:00:00"),
        supersededAt: at("2026-11-25T14:05:00"),
      },
    ]);
    const told = async () =>
      (await outboxOf(db, "notice.email"))
        .map(({ key }) => key.replace(`step/${org}/${caseId}/1/`, "").split("/email/")[0])
        .filter((key) => key!.includes("breach"));
    const again = `breach@${at("2026-11-26T10:00:00")}`;
    expect(await told()).toEqual(["breach", "correction/breach", again]);

    // and should that one turn out not to hold either, it is the one that is corrected
    await db.updateTable("outbox").set({ state: "delivered" }).execute();
    const late = { id: "ack", at: at("2026-11-26T09:59:00"), by: consultant } as const;
    const heard = at("2026-11-26T10:01:00");
    await learn(db, org, caseId, [{ ...late, kind: "acknowledgement", via: "field" }], heard);
    expect(await told()).toEqual(["breach", "correction/breach", again, `correction/${again}`]);
  });

  test("after a change the recorded steps stay and the others move; the status follows the instants all the same", async () => {
    const { db } = await open();
    const org = await client(db);
    const caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    await fireDue(db, at("2026-11-25T13:00:00"));
    expect(await shown(db)).toMatchObject({ SLA_Status__c: "At Risk", SLA_Last_Step__c: "warning" });

    // P3's nine hours from Wednesday 10:00 end on Thursday at 10:00, three quarters of them at 16:45
    const lowered = { id: "p", at: at("2026-11-25T13:10:00"), by: requester, kind: "priority" } as const;
    await learn(db, org, caseId, [{ ...lowered, priority: "P3" }], lowered.at);
    expect(await shown(db)).toMatchObject({ SLA_Status__c: "Running", SLA_Last_Step__c: "warning" });

    expect(await nextDue(db)).toBe(at("2026-11-25T16:45:00"));
    expect((await fireDue(db, at("2026-11-25T16:45:00"))).fired).toEqual([]);
    expect(await clockOf(db, caseId)).toMatchObject({ status: "At Risk" });
    expect(await shown(db)).toMatchObject({ SLA_Status__c: "At Risk", SLA_Last_Step__c: "warning" });
    expect(await nextDue(db)).toBe(at("2026-11-26T09:06:00"));
    expect((await fireDue(db, at("2026-11-26T10:00:00"))).fired.map(({ step }) => step)).toEqual([
      "critical",
      "breach",
    ]);
  });

  test("a step that a dry run withheld is not corrected once the org is live", async () => {
    const { db } = await open();
    const org = await client(db, { settings: { dryRun: true } });
    const caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    await fireDue(db, at("2026-11-25T14:00:00"));
    expect((await outboxOf(db, "notice.email")).map(({ state }) => state)).toEqual(["withheld"]);
    await db.updateTable("orgs").set({ settings: "{}" }).execute();
    const late = { id: "ack", at: at("2026-11-25T13:59:58"), by: consultant } as const;
    await learn(
      db,
      org,
      caseId,
      [{ ...late, kind: "acknowledgement", via: "field" }],
      at("2026-11-25T14:00:03"),
    );
    const told = (await outboxOf(db)).filter(
      ({ kind, state }) => kind !== "case.fields" && state === "pending",
    );
    expect(told).toEqual([]);
  });

  test("the same facts leave the same rows, and nothing more to write", async () => {
    const { db } = await open();
    const org = await client(db);
    const caseId = await openCase(db, org, 1, at("2026-11-25T10:00:00"));
    const before = await clockOf(db, caseId);
    await learn(
      db,
      org,
      caseId,
      [{ id: "again", at: at("2026-11-25T10:05:00"), by: consultant, kind: "channel", channel: "Portal" }],
      at("2026-11-25T10:06:00"),
    );
    expect(await clockOf(db, caseId)).toEqual(before);
    expect(await outboxOf(db, "case.fields")).toHaveLength(1);
  });
});
