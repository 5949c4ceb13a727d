import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Fact } from "c/slaEngine";
import { apply } from "../../src/mirror/apply.ts";
import { LeaseLost } from "../../src/mirror/leases.ts";
import { caseValue } from "../../src/case/fields.ts";
import type { CaseChange, CaseKey, RecomputeClocks } from "../../src/case/change.ts";
import type { Store } from "../../src/store/open.ts";
import { describeStores } from "../stores.ts";
import { change, contract, id, intake, monday, opened, org, orgId, reading, user } from "./world.ts";

const ignore: RecomputeClocks = async () => {};
const till = id("500", 1);

async function factsOf(store: Store, caseId = till): Promise<Fact[]> {
  const rows = await store.db
    .selectFrom("facts")
    .select("fact")
    .where("case_id", "=", caseId)
    .orderBy("at")
    .orderBy("commit_number")
    .orderBy("id")
    .execute();
  return rows.map((row) => JSON.parse(row.fact) as Fact);
}
const caseRow = (store: Store, caseId = till) =>
  store.db.selectFrom("cases").selectAll().where("id", "=", caseId).executeTakeFirst();
const told = (facts: Fact[]) =>
  facts.map((f) => `${f.kind} by ${f.by.role}${f.inferred ? ", inferred" : ""}`);

async function mirrorOf(open: () => Promise<Store>) {
  const store = await open();
  await store.db.insertInto("orgs").values(org).execute();
  return store;
}

describeStores("the one transaction", (open) => {
  test("keeps facts, values and the position, and names the cases to recompute", async () => {
    const store = await mirrorOf(open);
    const recomputed: CaseKey[] = [];
    const done = await apply(
      store,
      async (_tx, cases) => void recomputed.push(...cases),
      intake({
        changes: [
          opened(till),
          change(till, "UPDATE", { OwnerId: user.camila }, { commitUser: user.camila }),
        ],
        position: { channel: "/data/X", position: "AAE=", transport: "pubsub" },
      }),
    );
    expect(done).toMatchObject({ applied: 2, duplicates: 0 });
    expect(told(await factsOf(store))).toEqual(["created by requester", "owner by consultant"]);
    expect(await caseRow(store)).toMatchObject({
      subject: "The till prints nothing",
      contract_id: contract,
      is_closed: 0,
    });
    expect(recomputed).toEqual([{ orgId, caseId: till }]);
    expect(await store.db.selectFrom("stream_positions").select("position").execute()).toEqual([
      { position: "AAE=" },
    ]);
  });

  test("stores nothing at all when a part of it fails, the position included", async () => {
    const store = await mirrorOf(open);
    const failing: RecomputeClocks = async () => {
      throw new Error("the clocks' half failed");
    };
    await expect(
      apply(
        store,
        failing,
        intake({ changes: [opened(till)], position: { channel: "c", position: "x", transport: "pubsub" } }),
      ),
    ).rejects.toThrow("half");
    for (const table of ["cases", "facts", "applied_changes", "stream_positions"] as const)
      expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([]);
  });

  test("ends with the same state in any order and with any duplicates", async () => {
    const story = [
      opened(till, {}, { seconds: 0 }),
      change(
        till,
        "UPDATE",
        { Support_Priority__c: "P1", Subject: "The tills print nothing" },
        { seconds: 10 },
      ),
      change(till, "UPDATE", { Status: "Working" }, { seconds: 20, commitUser: user.camila }),
      change(
        till,
        "UPDATE",
        { Support_Priority__c: null, OwnerId: user.camila },
        { seconds: 30, commitUser: user.camila },
      ),
      change(till, "UPDATE", { Status: "Closed" }, { seconds: 40, commitUser: user.camila }),
      change(till, "DELETE", {}, { seconds: 50 }),
      change(till, "UNDELETE", {}, { seconds: 60 }),
    ];
    const straight = await mirrorOf(open);
    for (const one of story) await apply(straight, ignore, intake({ changes: [one] }));
    const expected = { row: await caseRow(straight), facts: await factsOf(straight) };
    // the first to arrive is the creation: the service reads the past from the org (see below)
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 1, 3, 5], { minLength: 9 }),
        fc.integer({ min: 1, max: 4 }),
        async (order, size) => {
          const store = straight;
          for (const table of ["cases", "facts", "applied_changes"] as const)
            await store.db.deleteFrom(table).execute();
          const arriving = [0, ...order].map((at) => story[at]!);
          for (let from = 0; from < arriving.length; from += size)
            await apply(store, ignore, intake({ changes: arriving.slice(from, from + size) }));
          expect(await factsOf(store)).toEqual(expected.facts);
          const { versions: _v, ...row } = (await caseRow(store))!;
          const { versions: _w, ...wanted } = expected.row!;
          const sorted = (json: string) =>
            Object.fromEntries(Object.entries(JSON.parse(json) as object).sort());
          expect({ ...row, fields: sorted(row.fields) }).toEqual({
            ...wanted,
            fields: sorted(wanted.fields),
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  test("one event for many records touches each, and changes that share a transaction are told apart", async () => {
    const store = await mirrorOf(open);
    const others = [1, 2, 3].map((n) => id("500", n));
    await apply(store, ignore, intake({ changes: others.map((caseId) => opened(caseId)) }));
    const merged = { transactionKey: "one", commitNumber: 2_000_000, seconds: 100 };
    const both = others.flatMap((caseId) => [
      change(caseId, "UPDATE", { Status: "Working" }, { ...merged, sequenceNumber: 1 }),
      change(caseId, "UPDATE", { Status: "Waiting" }, { ...merged, sequenceNumber: 2 }),
    ]);
    expect((await apply(store, ignore, intake({ changes: both }))).applied).toBe(6);
    expect((await apply(store, ignore, intake({ changes: both }))).duplicates).toBe(6);
    for (const caseId of others)
      expect(JSON.parse((await caseRow(store, caseId))!.fields)).toMatchObject({ Status: "Waiting" });
  });

  test("a case without a contract leaves no trace", async () => {
    const store = await mirrorOf(open);
    const done = await apply(
      store,
      ignore,
      intake({
        changes: [
          opened(till, { Support_Contract__c: null }),
          change(till, "UPDATE", { Subject: "private" }),
        ],
      }),
    );
    expect([...done.foreign]).toEqual([till]);
    for (const table of ["cases", "facts", "applied_changes"] as const)
      expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([]);
  });

  test("a case that leaves the contract keeps its facts and loses its content", async () => {
    const store = await mirrorOf(open);
    await apply(
      store,
      ignore,
      intake({ changes: [opened(till), change(till, "UPDATE", { Support_Contract__c: null })] }),
    );
    expect(await caseRow(store)).toMatchObject({
      subject: null,
      case_number: null,
      contract_id: null,
      fields: "{}",
    });
    expect(told(await factsOf(store))).toEqual(["created by requester", "contract by requester"]);
  });

  test("a case that is first seen by an update is read with its history", async () => {
    const store = await mirrorOf(open);
    const update = change(till, "UPDATE", { Status: "Working" }, { seconds: 600, commitUser: user.camila });
    const history = [
      {
        id: "017a",
        field: "Support_Priority__c" as const,
        from: "P3",
        to: "P1",
        at: monday + 300_000,
        by: user.martina,
      },
      {
        id: "017b",
        field: "Status" as const,
        from: "New",
        to: "Working",
        at: monday + 600_000,
        by: user.camila,
      },
    ];
    const values = {
      Status: "Working",
      Support_Contract__c: contract,
      Support_Priority__c: "P1",
      OwnerId: id("00G", 1),
      CreatedById: user.martina,
      CreatedDate: monday,
    };
    await apply(
      store,
      ignore,
      intake({
        changes: [update],
        snapshots: [reading(till, values, { history, systemModstamp: monday + 600_000 })],
      }),
    );
    const facts = await factsOf(store);
    expect(facts.map((f) => f.kind)).toEqual(["created", "priority", "status"]);
    expect(facts[0]).toMatchObject({ at: monday, status: "New", priority: "P3", by: { role: "requester" } });
    expect(facts[2]).toMatchObject({ by: { role: "consultant" } });
  });

  test("after a gap the history is the source, and changes without a row are marked as inferred", async () => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    const held = JSON.parse((await caseRow(store))!.fields) as Record<string, never>;
    const done = await apply(
      store,
      ignore,
      intake({
        snapshots: [
          reading(
            till,
            { ...held, Status: "Working", Support_Priority__c: "P1" },
            {
              history: [
                {
                  id: "017c",
                  field: "Status",
                  from: "New",
                  to: "Working",
                  at: monday + 1_800_000,
                  by: user.camila,
                },
              ],
            },
          ),
        ],
      }),
    );
    expect(done.differences.get(till)).toEqual(["Status", "Support_Priority__c"]);
    expect(told(await factsOf(store)).slice(1)).toEqual([
      "status by consultant",
      "priority by consultant, inferred",
    ]);
  });

  test("a reading older than an event does not undo it", async () => {
    const store = await mirrorOf(open);
    await apply(
      store,
      ignore,
      intake({ changes: [opened(till), change(till, "UPDATE", { Status: "Working" }, { seconds: 5_000 })] }),
    );
    const held = JSON.parse((await caseRow(store))!.fields) as Record<string, never>;
    await apply(store, ignore, intake({ snapshots: [reading(till, { ...held, Status: "New" })] }));
    expect(JSON.parse((await caseRow(store))!.fields)).toMatchObject({ Status: "Working" });
  });

  describe("in the second of the last change", () => {
    const status = async (store: Store) =>
      (JSON.parse((await caseRow(store))!.fields) as { Status: string }).Status;
    const held = { Support_Contract__c: contract, Status: "New", OwnerId: id("00G", 1) };
    const saved = monday + 100_000;
    const read = (Status: string, askedAt: number) =>
      reading(till, { ...held, Status }, { systemModstamp: saved, readAt: askedAt });
    const working = () => change(till, "UPDATE", { Status: "Working" }, { seconds: 100 });

    test("a reading from before an event does not undo it, and the case is read again", async () => {
      const store = await mirrorOf(open);
      await apply(store, ignore, intake({ changes: [opened(till)] }));
      await apply(store, ignore, intake({ changes: [working()], arrivedAt: saved + 900 }));
      const done = await apply(store, ignore, intake({ snapshots: [read("New", saved + 800)] }));
      expect([...done.undecided]).toEqual([till]);
      expect(await status(store)).toBe("Working");
    });

    test("a reading from after the event is newer", async () => {
      const store = await mirrorOf(open);
      await apply(store, ignore, intake({ changes: [opened(till)] }));
      await apply(store, ignore, intake({ changes: [working()], arrivedAt: saved + 900 }));
      const done = await apply(store, ignore, intake({ snapshots: [read("Escalated", saved + 901)] }));
      expect(done.undecided.size).toBe(0);
      expect(await status(store)).toBe("Escalated");
    });

    test("an event that the reading may not have seen is laid over it, an earlier one that came late is not", async () => {
      const store = await mirrorOf(open);
      await apply(store, ignore, intake({ changes: [opened(till)] }));
      const [late, first, second] = [
        change(till, "UPDATE", { Status: "Waiting" }, { seconds: 100 }),
        working(),
        change(till, "UPDATE", { Status: "Escalated" }, { seconds: 100 }),
      ];
      await apply(store, ignore, intake({ changes: [first], arrivedAt: saved + 500 }));
      await apply(store, ignore, intake({ snapshots: [read("Working", saved + 600)] }));
      await apply(store, ignore, intake({ changes: [late], arrivedAt: saved + 700 }));
      expect(await status(store)).toBe("Working");
      await apply(store, ignore, intake({ changes: [second], arrivedAt: saved + 800 }));
      expect(await status(store)).toBe("Escalated");
    });
  });

  test("a case that the org does not have counts as deleted", async () => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    await apply(store, ignore, intake({ snapshots: [reading(till, null, { isDeleted: true })] }));
    expect(told(await factsOf(store)).at(-1)).toBe("deleted by automation, inferred");
    expect((await caseRow(store))!.is_deleted).toBe(1);
  });

  test("an instance that lost its lease writes nothing", async () => {
    const store = await mirrorOf(open);
    await store.db
      .insertInto("leases")
      .values({ org_id: orgId, holder: "b", token: 2, until: monday })
      .execute();
    await expect(
      apply(store, ignore, intake({ changes: [opened(till)], lease: { holder: "a", token: 1 } })),
    ).rejects.toThrow(LeaseLost);
    expect(await caseRow(store)).toBeUndefined();
  });
});

describeStores("who acknowledged", (open) => {
  test.each([
    ["a consultant", { commitUser: user.camila }, "acknowledgement by consultant"],
    ["the client, naming a consultant", { commitUser: user.martina }, "acknowledgement by requester"],
    ["automation", { commitUser: user.machine }, "acknowledgement by automation"],
    ["somebody whose permission has ended", { commitUser: user.former }, "acknowledgement by other"],
  ])("%s: the one who committed, never the value", async (_who, by, expected) => {
    const store = await mirrorOf(open);
    await apply(
      store,
      ignore,
      intake({
        changes: [opened(till), change(till, "UPDATE", { SLA_Acknowledged_By__c: user.camila }, by)],
      }),
    );
    expect(told(await factsOf(store)).at(-1)).toBe(expected);
  });

  test("the service's own write-back is no acknowledgement", async () => {
    const store = await mirrorOf(open);
    await apply(
      store,
      ignore,
      intake({
        changes: [
          opened(till),
          change(till, "UPDATE", { SLA_Acknowledged_By__c: user.camila }, { commitUser: user.sync }),
        ],
      }),
    );
    expect((await factsOf(store)).map((f) => f.kind)).toEqual(["created"]);
  });

  test.each([
    ["its user", { commitUser: user.sync }],
    ["its name", { changeOrigin: "com/salesforce/api/rest/68.0;client=Compromiso" }],
  ])("the echo of the service's own write, known by %s, is news of nothing", async (_, by) => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    const written = { SLA_Status__c: "At Risk", SLA_Last_Step__c: "warning" };
    const echo = await apply(
      store,
      ignore,
      intake({ changes: [change(till, "UPDATE", written, { sequenceNumber: 2, ...by })] }),
    );
    expect(echo).toMatchObject({ applied: 1, overwritten: [], touched: [] });
    expect(await store.db.selectFrom("outbox").selectAll().execute()).toEqual([]);
  });

  test("an event of the service's own user that brings back what a newer write replaced is noticed", async () => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    const values = JSON.stringify({ SLA_Status__c: "Acknowledged", SLA_Last_Step__c: "warning" });
    const echoOf = (fields: object, seconds: number) =>
      apply(
        store,
        ignore,
        intake({
          changes: [
            change(till, "UPDATE", fields, {
              commitUser: user.sync,
              transactionKey: `own-${seconds}`,
              commitTimestamp: monday + seconds * 1000,
            }),
          ],
        }),
      );
    await store.db
      .insertInto("write_backs")
      .values({
        ...{ org_id: orgId, case_id: till, wanted: values, written: values, version: 2 },
        written_at: monday + 100_000,
      })
      .execute();
    expect((await echoOf({ SLA_Status__c: "Running" }, 60)).overwritten).toEqual([]);
    expect((await echoOf({ SLA_Status__c: "Acknowledged" }, 100)).overwritten).toEqual([]);
    expect((await echoOf({ SLA_Status__c: "Running" }, 130)).overwritten).toMatchObject([
      { caseId: till, fields: ["SLA_Status__c"], by: user.sync },
    ]);
    expect(await store.db.selectFrom("outbox").select("kind").execute()).toEqual([{ kind: "case.fields" }]);
  });

  test("notices a stranger's write to the service's fields, and computes the case again", async () => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    const done = await apply(
      store,
      ignore,
      intake({ changes: [change(till, "UPDATE", { SLA_Status__c: "Acknowledged" })] }),
    );
    expect(done.overwritten).toEqual([{ caseId: till, fields: ["SLA_Status__c"], by: user.martina }]);
    expect(done.touched).toEqual([{ orgId, caseId: till }]);
  });

  test("notices a stranger's write without an event when the case is read", async () => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    const held = JSON.parse((await caseRow(store))!.fields) as Record<string, never>;
    const due = "2026-11-23T17:00:00.000Z";
    const written = JSON.stringify({ SLA_Status__c: "Running", SLA_Ack_Due_At__c: due });
    await store.db
      .insertInto("write_backs")
      .values({ org_id: orgId, case_id: till, wanted: written, written, version: 1 })
      .execute();
    const read = async (seconds: number, status: string) => {
      const values = { ...held, SLA_Status__c: status, SLA_Ack_Due_At__c: Date.parse(due) };
      const systemModstamp = monday + seconds * 1000;
      const snapshots = [reading(till, values, { systemModstamp, readAt: systemModstamp + 1000 })];
      return (await apply(store, ignore, intake({ snapshots }))).overwritten.map((one) => one.fields);
    };
    // what the service wrote itself, and whose event is still on its way
    expect(await read(4000, "Running")).toEqual([]);
    expect(await read(5000, "Acknowledged")).toEqual([["SLA_Status__c"]]);
    const [waiting] = await store.db.selectFrom("outbox").selectAll().execute();
    expect(JSON.parse(waiting!.payload)).toEqual({ fields: { SLA_Status__c: "Running" } });
  });

  test("a refused statement undoes the statements beside it", async () => {
    const store = await mirrorOf(open);
    await expect(
      apply(
        store,
        ignore,
        intake({
          changes: [opened(till), change(till, "UPDATE", { Status: "Working" }, { commitNumber: NaN })],
          gaps: [{ kind: "overflow", detail: "at x", since: null, repaired_at: null }],
          position: { channel: "c", position: "x", transport: "pubsub" },
        }),
      ),
    ).rejects.toThrow(/NOT NULL|bigint/);
    for (const table of ["cases", "facts", "applied_changes", "stream_positions", "gaps"] as const)
      expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([]);
  });

  test("a text is kept as the org has it; characters that no store takes are replaced", async () => {
    const store = await mirrorOf(open);
    const subjects = ['"quoted" \\ back\\slash', "two\nlines\tand a tab", "{NULL}", "NULL", "", "caña 🧾"];
    const changes = subjects.map((Subject, n) => opened(id("500", n + 1), { Subject }));
    await apply(store, ignore, intake({ changes }));
    const rows = await store.db.selectFrom("cases").select(["subject", "fields"]).orderBy("id").execute();
    expect(rows.map(({ subject }) => subject)).toEqual(subjects);
    expect(rows.map(({ fields }) => (JSON.parse(fields) as { Subject: string }).Subject)).toEqual(subjects);
    expect(caseValue("Subject", "cut \ud83e and \0")).toBe("cut \ufffd and \ufffd");
  });

  test("only a consultant may write an acknowledgement, and nobody the ledger", async () => {
    const store = await mirrorOf(open);
    await apply(store, ignore, intake({ changes: [opened(till)] }));
    const touch = async (fields: CaseChange["fields"], more: Partial<CaseChange>) =>
      (
        await apply(store, ignore, intake({ changes: [change(till, "UPDATE", fields, more)] }))
      ).overwritten.map((one) => one.fields);
    expect(await touch({}, { explanation: true })).toEqual([["SLA_Explanation__c"]]);
    const named = { SLA_Acknowledged_By__c: user.camila };
    expect(await touch(named, { commitUser: user.martina })).toEqual([["SLA_Acknowledged_By__c"]]);
    // acknowledging is what a consultant writes it for
    expect(await touch(named, { commitUser: user.camila })).toEqual([]);
    expect(await touch({ SLA_Acknowledged_By__c: null }, { commitUser: user.camila })).toEqual([
      ["SLA_Acknowledged_By__c"],
    ]);
  });
});
