// One history gives one clock from every source: the event, a gap's header, or a reading with the history's own row.
import { describe, expect, test } from "@jest/globals";
import type { Fact } from "c/slaEngine";
import { apply, type Intake } from "../../src/mirror/apply.ts";
import { Publications } from "../../src/mirror/publications.ts";
import { describeStores } from "../stores.ts";
import { change, contract, id, intake, monday, opened, org, reading, user } from "./world.ts";

const hour = 3_600_000;
/** When the import was committed. */
const committed = monday + 10_000;
const imports = {
  "an admin names a consultant as the creator": {
    by: user.martina,
    fields: { CreatedById: user.camila, CreatedDate: committed },
    expected: { role: "requester", userId: user.martina, at: committed },
  },
  "a consultant names a client as the creator": {
    by: user.camila,
    fields: { CreatedById: user.martina, CreatedDate: committed },
    expected: { role: "consultant", userId: user.camila, at: committed },
  },
  "a creation in the future counts as now": {
    by: user.martina,
    fields: { CreatedById: user.martina, CreatedDate: committed + hour },
    expected: { role: "requester", userId: user.martina, at: committed },
  },
  "a creation in the past is kept": {
    by: user.martina,
    fields: { CreatedById: user.martina, CreatedDate: committed - 24 * hour },
    expected: { role: "requester", userId: user.martina, at: committed - 24 * hour },
  },
};

describeStores("an import", (open) => {
  describe.each(Object.entries(imports))("%s", (_what, { by, fields, expected }) => {
    const caseId = id("500", 7);
    const values = { Status: "New", Support_Contract__c: contract, Support_Priority__c: "P2", ...fields };
    const byEvent = () => opened(caseId, values, { seconds: 10, commitUser: by });
    const byGap = () => change(caseId, "GAP", {}, { seconds: 10, commitUser: by, creates: true });
    const read = (creation: { at: number; by: string } | null) => reading(caseId, values, { creation });
    const history = { at: committed, by };
    const ways: Record<string, Partial<Intake>[]> = {
      "by its event": [{ changes: [byEvent()] }],
      "by a gap's header": [{ changes: [byGap()], snapshots: [read(null)] }],
      "by a reading": [{ snapshots: [read(history)] }],
      "by its event, then by a reading": [{ changes: [byEvent()] }, { snapshots: [read(history)] }],
      "by a reading that lacks the history's row, then by its event": [
        { snapshots: [read(null)] },
        { changes: [byEvent()] },
      ],
    };
    test.each(Object.entries(ways))("told %s", async (_way, intakes) => {
      const store = await open();
      await store.db.deleteFrom("facts").execute();
      await store.db.deleteFrom("cases").execute();
      await store.db.deleteFrom("applied_changes").execute();
      await store.db
        .insertInto("orgs")
        .values(org)
        .onConflict((c) => c.column("id").doNothing())
        .execute();
      for (const one of intakes) await apply(store, async () => {}, intake(one));
      const rows = await store.db.selectFrom("facts").select("fact").execute();
      const facts = rows.map((row) => JSON.parse(row.fact) as Fact).filter(({ kind }) => kind === "created");
      expect(facts.map(({ at, by: { role, userId } }) => ({ role, userId, at }))).toEqual([expected]);
    });
  });
});

describe("who published a comment, and when", () => {
  const record = (more: object) => ({
    Id: "00a000000000001",
    IsPublished: true,
    CreatedDate: new Date(monday).toISOString(),
    CreatedById: user.camila,
    LastModifiedDate: new Date(monday + 60_000).toISOString(),
    LastModifiedById: user.martina,
    ...more,
  });
  const byCamila = { at: monday, by: user.camila };
  const byMartina = { at: monday + 60_000, by: user.martina };

  test("a comment that somebody else saved again belongs to its author", () => {
    expect(new Publications().of(record({}))).toEqual(byCamila);
  });
  test("a comment that its author saved again during a pause counts from its publication", () => {
    expect(new Publications().of(record({ LastModifiedById: user.camila }))).toEqual(byCamila);
  });
  test("the last save publishes a comment that was seen while it was internal", () => {
    const publications = new Publications();
    expect(publications.of(record({ IsPublished: false }))).toBeNull();
    expect(publications.of(record({}))).toEqual(byMartina);
  });
  test("one that an earlier process would have kept, had it been public, is published by its last save", () => {
    const publications = new Publications();
    publications.seenUntil = monday + 1_000;
    expect(publications.of(record({}))).toEqual(byMartina);
  });
});
