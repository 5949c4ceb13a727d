// Everything that can arrive, through a real local org's faults: both transports, both stores.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commandRuntime } from "../../src/cli/reach.ts";
import { readParked } from "../../src/events/parked.ts";
import { streams } from "../../src/mirror/follow.ts";
import { startFollowing, type Following } from "../mirror/following.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";
import type { Store } from "../../src/store/open.ts";

let world: World;
let org: TestOrg;
beforeAll(async () => {
  world = await startWorld();
  org = world.orgs[0]!;
}, 60_000);
afterAll(() => world.close());

describe.each(["pubsub", "cometd"] as const)("over %s", (transport) => {
  describeStores("what arrives", (open) => {
    let store: Store;
    let following: Following;
    const start = (periods = {}) => startFollowing(store, org, { entry: { transport }, periods });
    beforeAll(async () => {
      store = await open();
      following = await start();
      await following.equal();
    });
    afterAll(async () => {
      org.local.faults.reset();
      await following.stop();
    });
    const gaps = async () =>
      (await store.db.selectFrom("gaps").select(["kind", "repaired_at"]).orderBy("id").execute()).map(
        (g) => `${g.kind}${g.repaired_at === null ? ", open" : ""}`,
      );

    test("created, updated, deleted, undeleted, each with who did it", async () => {
      const id = org.open("martina");
      org.change("camila", id, { OwnerId: org.id("camila") });
      await following.equal();
      org.as("martina", { op: "delete", object: "Case", id });
      await following.equal();
      org.as("martina", { op: "undelete", object: "Case", id });
      await following.equal();
      expect(await following.told(id)).toEqual([
        "created by requester",
        "owner by consultant",
        "deleted by requester",
        "undeleted by requester",
      ]);
    });

    test("one transaction over many cases", async () => {
      const ids = [1, 2, 3].map(() => org.open("martina"));
      org.as(
        "camila",
        ...ids.map((id) => ({ op: "update" as const, object: "Case", id, fields: { Status: "Working" } })),
      );
      await following.equal();
      for (const id of ids)
        expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
    });

    test("a merge: the loser is gone, and known to be merged", async () => {
      const [masterId, loser] = [org.open("martina"), org.open("martina")];
      await following.equal();
      org.as("camila", { op: "merge", object: "Case", masterId, loserIds: [loser] });
      await following.equal();
      const row = await store.db
        .selectFrom("facts")
        .select("fact")
        .where("case_id", "=", loser)
        .where("kind", "=", "deleted")
        .executeTakeFirstOrThrow();
      expect(JSON.parse(row.fact)).toMatchObject({ merged: true });
    });

    test("first seen by an update: its beginning is read", async () => {
      const id = org.open("martina", { Support_Contract__c: null, Status: "New" });
      org.change("martina", id, { Support_Contract__c: org.contractId });
      org.change("camila", id, { Status: "Working" });
      await following.equal();
      const [created, ...rest] = await following.told(id);
      expect(created).toBe("created by requester");
      expect(rest.sort()).toEqual(["contract by requester", "status by consultant"]);
    });

    test("a gap event: the case is read again", async () => {
      const id = org.open("martina");
      await following.equal();
      org.local.faults.streams.gapNext = 1;
      org.change("camila", id, { Status: "Working" });
      await following.equal();
      expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
      expect((await gaps()).at(-1)).toBe("gap event");
    });

    test("an overflow: what changed is reconciled", async () => {
      const id = org.open("martina");
      await following.equal();
      org.local.faults.streams.overflowNext = 1;
      org.change("camila", id, { Support_Priority__c: "P1" });
      await following.equal();
      await until(async () => (await gaps()).at(-1) === "overflow", "the repaired gap");
    });

    test("an event that cannot be read is parked; the stream goes on, and the case is read", async () => {
      const id = org.open("martina");
      await following.equal();
      org.local.faults.streams.corruptNext = 1;
      org.change("camila", id, { Status: "Working" });
      const after = org.open("martina");
      await following.equal();
      expect(await following.told(after)).toEqual(["created by requester"]);
      const [parked] = await store.db.selectFrom("parked_events").selectAll().orderBy("id", "desc").execute();
      expect(parked).toMatchObject({ resolved_at: null });
      const { channel, position, asked_after: askedAfter } = parked!;
      await expect(
        readParked(
          streams[transport],
          following.follower.connection,
          { channel, position, askedAfter },
          commandRuntime,
        ),
      ).rejects.toThrow(/still cannot be read/);
    });

    test("events lost in silence are found by the reconciliation, and counted", async () => {
      const id = org.open("martina");
      await following.equal();
      org.local.faults.streams.loseNext = 1;
      org.change("camila", id, { Status: "Working" });
      const result = await following.follower.reconcile({ since: null, reason: "asked" });
      expect(result.differences).toEqual([{ caseId: id, fields: ["Status"] }]);
      expect(await following.differences()).toEqual([]);
      expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
      expect((await following.follower.reconcile({ since: null, reason: "asked" })).differences).toEqual([]);
    });

    test("a case that leaves the contract goes without a farewell; reconciliation notices", async () => {
      const id = org.open("martina");
      await following.equal();
      org.change("martina", id, { Support_Contract__c: null });
      await following.follower.reconcile({ since: null, reason: "asked" });
      expect(await following.differences()).toEqual([]);
      expect(await following.told(id)).toEqual(["created by requester", "contract by requester"]);
      expect(
        await store.db
          .selectFrom("cases")
          .select(["subject", "fields"])
          .where("id", "=", id)
          .executeTakeFirst(),
      ).toEqual({ subject: null, fields: "{}" });
    });

    test("a public comment and an outbound email of a consultant are evidence", async () => {
      const id = org.open("martina");
      await following.equal();
      org.as("camila", {
        op: "insert",
        object: "CaseComment",
        fields: { ParentId: id, CommentBody: "On it.", IsPublished: true },
      });
      org.as("camila", {
        op: "insert",
        object: "CaseComment",
        fields: { ParentId: id, CommentBody: "Between us.", IsPublished: false },
      });
      await following.follower.readEvidence([id]);
      expect(await following.told(id)).toEqual(["created by requester", "reply by consultant"]);
    });

    test("the streams dropped, the token ended: it goes on where it stood", async () => {
      const id = org.open("martina");
      org.local.sessions.expireAll();
      org.local.faults.dropStreams();
      org.change("camila", id, { Status: "Working" });
      await following.equal();
      expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
    });

    test("a silent stream is noticed and taken up again", async () => {
      await following.stop();
      following = await start({ silentAfter: 1_000 });
      await following.equal();
      org.local.faults.streams.stalled = true;
      const id = org.open("martina");
      await until(() => following.follower.health.reconnects > 0, "a new subscription");
      org.local.faults.streams.stalled = false;
      await following.equal();
      expect(await following.told(id)).toEqual(["created by requester"]);
    });

    test("away for longer than events are kept: it reconciles and says so", async () => {
      const id = org.open("martina");
      await following.equal();
      await following.stop();
      org.change("camila", id, { Status: "Working" });
      const closed = org.open("martina");
      org.as("martina", { op: "delete", object: "Case", id: closed });
      org.local.faults.retention = 1;
      org.open("martina");
      following = await start();
      await following.equal();
      org.local.faults.retention = 72 * 3_600_000;
      expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
      await until(async () => (await gaps()).includes("position refused"), "the repaired gap");
      const [last] = await store.db.selectFrom("reconciliations").selectAll().orderBy("id", "desc").execute();
      expect(last!.differences).toBeGreaterThan(0);
    });
  });
});
