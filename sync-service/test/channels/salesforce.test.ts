import { afterEach, expect, jest, test } from "@jest/globals";
import type { Kysely, Transaction } from "kysely";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { salesforceSender } from "../../src/lanes/salesforce.ts";
import { lateWrites, reassert, writeWithheld } from "../../src/outbox/write-back.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { recomputeClocks } from "../../src/clocks/recompute.ts";
import type { Database } from "../../src/store/schema.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
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
} from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { salesforceWire } from "./wires/salesforce.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

const opened = at("2026-11-25T10:00:00");

/** Opens the cases and computes their clocks. */
async function openedIn(tx: Transaction<Database>, orgId: string, cases: readonly string[]) {
  const facts = cases.map((caseId) => factRow(orgId, caseId, createdFact(orgId, opened)));
  await tx.insertInto("facts").values(facts).execute();
  const keys = cases.map((caseId) => ({ orgId, caseId }));
  await recomputeClocks(tx, keys, opened);
  return keys;
}

describeStores("write-backs", (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function org(settings: object = {}, realOrgId?: string) {
    const { db } = await open();
    const id = await client(db, { settings });
    const wire = await salesforceWire(realOrgId);
    const time = fastTime(opened, 20);
    const row = await db.selectFrom("orgs").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const connection = wire.connection(row, time.clock);
    const channel = salesforceSender(db, () => connection, id, time);
    const deliveries = new Deliveries({
      db,
      runtime: time,
      senders: (lane) => (lane === `salesforce:${id}` ? channel : null),
      holder: "one",
    });
    deliveries.start();
    closing.push(wire.close, () => deliveries.stop());
    const goTo = (when: number) => {
      time.leap(Math.max(0, when - time.clock.now()));
      return when;
    };
    return { db, id, wire, channel, deliveries, goTo };
  }
  const settled = (db: Kysely<Database>) =>
    until(async () =>
      (await outboxOf(db)).every(
        (row) => ["delivered", "dead"].includes(row.state) || !row.destination.startsWith("salesforce"),
      ),
    );

  test("a new case shows its deadline; a step writes what it changes and nothing else", async () => {
    const { db, id, wire, deliveries, goTo } = await org();
    const caseId = await openCase(db, id, 1, opened);
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({
      SLA_Status__c: "Running",
      SLA_Ack_Due_At__c: "2026-11-25T17:00:00.000Z",
      SLA_Target_Minutes__c: 240,
      SLA_Elapsed_Minutes__c: 0,
      SLA_Cycle__c: 1,
      SLA_Last_Step__c: null,
      SLA_Needs_Quote__c: false,
    });
    const ledger = JSON.parse(wire.cases.get(caseId)!["SLA_Explanation__c"] as string);
    expect(ledger.entries.reduce((sum: number, entry: { counted: number }) => sum + entry.counted, 0)).toBe(
      4 * 3_600_000,
    );

    await fireDue(db, goTo(at("2026-11-25T13:00:00")));
    deliveries.wake();
    await settled(db);
    const last = JSON.parse(
      wire.asked.findLast(({ method, body }) => method === "PATCH" && body.includes("SLA_Last_Step__c"))!
        .body,
    );
    // who was told of the step may be in time for the same request
    const [{ SLA_Explanation__c: _, ...written }] = last.records;
    expect(written).toEqual({
      attributes: { type: "Case" },
      id: caseId,
      SLA_Status__c: "At Risk",
      SLA_Elapsed_Minutes__c: 180,
      SLA_Last_Step__c: "warning",
    });
  });

  test("changes of many cases go 200 a call, several of one case as one", async () => {
    const { db, id, wire, deliveries } = await org();
    const cases = Array.from({ length: 1_000 }, (_, n) => caseIdOf(n));
    await db.transaction().execute(async (tx) => {
      const keys = await openedIn(tx, id, cases);
      await tx
        .insertInto("facts")
        .values(
          cases.map((caseId) =>
            factRow(id, caseId, {
              id: "raised",
              at: opened + 1000,
              by: consultant,
              kind: "category",
              category: "New Development",
            }),
          ),
        )
        .execute();
      await recomputeClocks(tx, keys, opened + 1000);
    });
    deliveries.wake();
    await settled(db);
    expect(wire.cases.size).toBe(1_000);
    expect(wire.batches()).toBe(5);
    expect(await outboxOf(db, "case.fields")).toHaveLength(1_000);
  });

  test("long ledgers go in several calls, and each arrives", async () => {
    const { db, id, wire, deliveries } = await org();
    const cases = Array.from({ length: 70 }, (_, n) => caseIdOf(n));
    const long = JSON.stringify({ entries: [], text: "x".repeat(32_000) });
    await db.transaction().execute(async (tx) => {
      await openedIn(tx, id, cases);
      for (const { case_id, wanted } of await tx.selectFrom("write_backs").selectAll().execute())
        await tx
          .updateTable("write_backs")
          .set({ wanted: JSON.stringify({ ...JSON.parse(wanted), SLA_Explanation__c: long }) })
          .where("case_id", "=", case_id)
          .execute();
    });
    deliveries.wake();
    await settled(db);
    const calls = wire.asked.filter(({ method }) => method === "PATCH");
    expect(calls.map(({ body }) => JSON.parse(body).records.length)).toEqual([31, 31, 8]);
    for (const caseId of cases) expect(wire.cases.get(caseId)!["SLA_Explanation__c"]).toBe(long);
    const kept = await db.selectFrom("write_backs").select(["wanted", "written"]).execute();
    for (const { wanted, written } of kept)
      expect(JSON.parse(written!).SLA_Explanation__c).toBe(JSON.parse(wanted).SLA_Explanation__c);
  });

  test("a locked row is tried again; a refusal is a dead letter, told to the admin once, and holds up no other case", async () => {
    const { db, id, wire, deliveries } = await org({
      recipients: { admin: [{ email: "admin@client.example" }] },
    });
    const refusal = (errorId: string) => ({
      statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION",
      message: `Completá el motivo. Error ID: ${errorId}`,
      fields: ["SLA_Status__c"],
    });
    wire.refuses.set(caseIdOf(1), [
      { statusCode: "UNABLE_TO_LOCK_ROW", message: "unable to obtain exclusive access", fields: [] },
    ]);
    wire.refuses.set(caseIdOf(2), [refusal("17-4")]);
    wire.refuses.set(caseIdOf(3), [refusal("99-7")]);
    wire.refuses.set(caseIdOf(4), [
      { statusCode: "ENTITY_IS_DELETED", message: "entity is deleted", fields: [] },
    ]);
    for (const n of [1, 2, 3, 4, 5]) await openCase(db, id, n, opened);
    deliveries.wake();
    await settled(db);
    expect([...wire.cases.keys()].sort()).toEqual([caseIdOf(1), caseIdOf(5)]);
    const rows = await outboxOf(db, "case.fields");
    expect(rows.map(({ state }) => state)).toEqual(["delivered", "dead", "dead", "delivered", "delivered"]);
    expect(rows[1]!.last_error).toBe(
      "FIELD_CUSTOM_VALIDATION_EXCEPTION: Completá el motivo. Error ID: 17-4 (SLA_Status__c)",
    );
    expect(await outboxOf(db, "report.email")).toHaveLength(1);
  });

  test("a breach raises the case, hands it to the escalation queue, comments and rings the bell", async () => {
    const { db, id, wire, deliveries, goTo } = await org({
      escalation: { queue: "Support_Escalation" },
      stepOverrides: [
        {
          step: "breach",
          do: [
            { type: "raiseEscalated" },
            { type: "reassign" },
            { type: "comment", public: true, text: { es: "Lo estamos viendo.", en: "We are on it." } },
            { type: "post", to: "chatter" },
            { type: "notify", roles: ["owner"], channels: ["salesforce"] },
          ],
        },
      ],
    });
    const caseId = await openCase(db, id, 1, opened);
    await fireDue(db, goTo(at("2026-11-25T14:00:00")));
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({
      IsEscalated: true,
      OwnerId: "00G000000000001AAA",
      SLA_Status__c: "Breached",
    });
    expect(wire.created).toEqual([
      {
        object: "CaseComment",
        fields: { ParentId: caseId, CommentBody: "Lo estamos viendo.", IsPublished: true },
      },
      {
        object: "FeedItem",
        fields: expect.objectContaining({
          ParentId: caseId,
          Body: expect.stringContaining("P1 · Incumplimiento · Caso 00000001"),
        }),
      },
    ]);
    expect(wire.notifications).toEqual([
      expect.objectContaining({
        customNotifTypeId: "0ML000000000001AAA",
        recipientIds: [consultant.userId],
        targetId: caseId,
      }),
    ]);

    // it was acknowledged in time, as turns out: the correction is not the step's own text once more
    const late = { id: "ack", at: at("2026-11-25T13:59:00"), by: consultant } as const;
    const now = goTo(at("2026-11-25T14:00:30"));
    await learn(db, id, caseId, [{ ...late, kind: "acknowledgement", via: "slack" }], now);
    deliveries.wake();
    await settled(db);
    expect(
      wire.created.slice(2).map(({ object, fields }) => [object, fields["CommentBody"] ?? fields["Body"]]),
    ).toEqual([
      ["CaseComment", expect.stringContaining("Corrección: Incumplimiento no correspondía")],
      ["FeedItem", expect.stringContaining("Corrección: Incumplimiento no correspondía")],
    ]);
  });

  test("nothing is written to another org than the one onboarded", async () => {
    const { db, id, wire, deliveries } = await org({}, "00D000000000666AAA");
    await openCase(db, id, 1, opened);
    deliveries.wake();
    await until(async () => (await outboxOf(db, "case.fields"))[0]!.last_error !== null);
    expect((await outboxOf(db, "case.fields"))[0]).toMatchObject({ state: "pending" });
    expect((await outboxOf(db, "case.fields"))[0]!.last_error).toContain("is now the org 00D000000000666AAA");
    expect(wire.batches()).toBe(0);
  });

  test("what somebody else wrote into the service's fields is written once more", async () => {
    const { db, id, wire, deliveries, goTo } = await org();
    const caseId = await openCase(db, id, 1, opened);
    deliveries.wake();
    await settled(db);
    wire.cases.set(caseId, { ...wire.cases.get(caseId), SLA_Status__c: "Acknowledged", Subject: "x" });
    const now = goTo(opened + 60_000);
    await db.transaction().execute((tx) => reassert(tx, id, [{ caseId, fields: ["SLA_Status__c"] }], now));
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({ SLA_Status__c: "Running", Subject: "x" });
    const last = JSON.parse(wire.asked.findLast(({ method }) => method === "PATCH")!.body);
    expect(last.records).toEqual([{ attributes: { type: "Case" }, id: caseId, SLA_Status__c: "Running" }]);

    // a name that no consultant wrote acknowledges nothing and goes; one written over who acknowledged goes back
    const name = { SLA_Acknowledged_By__c: "005000000000002AAA" };
    const overwrite = async (acknowledging: boolean, when: number) => {
      wire.cases.set(caseId, { ...wire.cases.get(caseId), ...name });
      await db
        .transaction()
        .execute((tx) => reassert(tx, id, [{ caseId, fields: Object.keys(name), acknowledging }], when));
      deliveries.wake();
      await settled(db);
      return wire.cases.get(caseId)!["SLA_Acknowledged_By__c"];
    };
    expect(await overwrite(false, goTo(opened + 90_000))).toBeNull();
    const ack = { id: "ack", at: opened + 120_000, by: consultant } as const;
    await learn(db, id, caseId, [{ ...ack, kind: "acknowledgement", via: "field" }], goTo(opened + 120_000));
    deliveries.wake();
    await settled(db);
    expect(await overwrite(true, goTo(opened + 180_000))).toBe(consultant.userId);
  });

  test.each(["its first write", "a later one"])(
    "what somebody writes into a case while %s is under way is not taken for the service's own",
    async (which) => {
      const { db, id, wire, deliveries, goTo } = await org();
      const theirs = async () => {
        const [caseId] = [...wire.cases.keys()];
        wire.cases.set(caseId!, { ...wire.cases.get(caseId!), SLA_Status__c: "Cancelled" });
        const overwritten = [{ caseId: caseId!, fields: ["SLA_Status__c"] }];
        await db.transaction().execute((tx) => reassert(tx, id, overwritten, goTo(opened + 1_000)));
      };
      if (which === "its first write") wire.beforeAnswer.push(theirs);
      const caseId = await openCase(db, id, 1, opened);
      deliveries.wake();
      await settled(db);
      if (which === "a later one") {
        wire.beforeAnswer.push(theirs);
        await fireDue(db, goTo(at("2026-11-25T13:00:00")));
        deliveries.wake();
        await until(() => wire.beforeAnswer.length === 0);
      }
      await settled(db);
      const { wanted } = await db.selectFrom("write_backs").selectAll().executeTakeFirstOrThrow();
      expect(wire.cases.get(caseId)).toMatchObject({
        SLA_Status__c: (JSON.parse(wanted) as Record<string, unknown>)["SLA_Status__c"],
      });
    },
  );

  test("a write that was given up is cancelled; carried out all the same, it does not undo a newer one", async () => {
    const { db, id, wire, deliveries, goTo } = await org();
    const caseId = await openCase(db, id, 1, opened);
    deliveries.wake();
    await settled(db);
    let goOn = () => {};
    const hangs = new Promise<void>((resolve) => (goOn = resolve));
    wire.beforeAnswer.push(() => hangs);
    await fireDue(db, goTo(at("2026-11-25T13:00:00")));
    deliveries.wake();
    const late = () =>
      wire.asked.filter(({ method, body }) => method === "PATCH" && body.includes("At Risk"));
    await until(() => late().length > 0 && late()[0]!.closed());
    const ack = { id: "ack", at: at("2026-11-25T13:30:00"), by: consultant } as const;
    await learn(db, id, caseId, [{ ...ack, kind: "acknowledgement", via: "slack" }], goTo(ack.at));
    goOn();
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({ SLA_Status__c: "Acknowledged" });

    wire.cases.set(caseId, { ...wire.cases.get(caseId), SLA_Status__c: "At Risk" });
    const now = goTo(ack.at + 60_000);
    await db.transaction().execute(async (tx) => {
      const found = await lateWrites(tx, id, [{ caseId, at: now, values: { SLA_Status__c: "At Risk" } }]);
      expect([...found]).toEqual([[caseId, ["SLA_Status__c"]]]);
      await reassert(tx, id, [{ caseId, fields: found.get(caseId)! }], now);
    });
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({ SLA_Status__c: "Acknowledged" });
  });

  test("an instance that stood still with an old write undoes nothing for long", async () => {
    const { db, id, wire, channel, deliveries, goTo } = await org();
    const caseId = await openCase(db, id, 1, opened);
    deliveries.wake();
    await settled(db);
    await fireDue(db, goTo(at("2026-11-25T13:00:00")));
    const row = (await outboxOf(db, "case.fields")).at(-1)!;
    const item = { ...row, orgId: id, caseId, payload: {}, createdAt: row.created_at };
    wire.beforeAnswer.push(async () => {
      // the other instance takes over, learns of the acknowledgement, writes it, and the org carries the old write out last
      const ack = { id: "ack", at: at("2026-11-25T13:30:00"), by: consultant } as const;
      await learn(db, id, caseId, [{ ...ack, kind: "acknowledgement", via: "slack" }], goTo(ack.at));
      deliveries.wake();
      await settled(db);
      expect(wire.cases.get(caseId)).toMatchObject({ SLA_Status__c: "Acknowledged" });
      wire.cases.set(caseId, { ...wire.cases.get(caseId), SLA_Status__c: "At Risk" });
    });
    await channel.deliver([item], new AbortController().signal);
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({ SLA_Status__c: "Acknowledged" });
  });

  test("when a dry run ends, each case is told what was withheld", async () => {
    const { db, id, wire, deliveries } = await org({ dryRun: true });
    const caseId = await openCase(db, id, 1, opened);
    deliveries.wake();
    expect((await outboxOf(db)).map(({ state }) => state)).toEqual(["withheld"]);
    expect(wire.batches()).toBe(0);
    await db.updateTable("orgs").set({ settings: "{}" }).execute();
    await db.transaction().execute((tx) => writeWithheld(tx, id, opened));
    deliveries.wake();
    await until(() => wire.cases.has(caseId));
    expect(wire.cases.get(caseId)).toMatchObject({ SLA_Status__c: "Running", SLA_Cycle__c: 1 });
  });

  test("an acknowledgement is written with who and when; a reopened case starts with the field empty", async () => {
    const { db, id, wire, deliveries, goTo } = await org();
    const caseId = await openCase(db, id, 1, opened);
    await learn(
      db,
      id,
      caseId,
      [{ id: "ack", at: opened + 60_000, by: consultant, kind: "acknowledgement", via: "slack" }],
      goTo(opened + 60_000),
    );
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({
      SLA_Status__c: "Acknowledged",
      SLA_Acknowledged_By__c: consultant.userId,
      SLA_Acknowledged_At__c: "2026-11-25T13:01:00.000Z",
      SLA_Elapsed_Minutes__c: 1,
    });
    const later = opened + 3_600_000;
    await learn(
      db,
      id,
      caseId,
      [
        { id: "closed", at: later, by: consultant, kind: "status", status: "Closed", closed: true },
        {
          id: "reopened",
          at: later + 60_000,
          by: { ...consultant, role: "requester", userId: "005000000000002AAA" },
          kind: "status",
          status: "New",
          closed: false,
        },
      ],
      goTo(later + 60_000),
    );
    deliveries.wake();
    await settled(db);
    expect(wire.cases.get(caseId)).toMatchObject({
      SLA_Cycle__c: 2,
      SLA_Status__c: "Running",
      SLA_Acknowledged_By__c: null,
      SLA_Acknowledged_At__c: null,
    });
  });
});
