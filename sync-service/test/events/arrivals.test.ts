// Everything that can arrive, through a real local org's faults: both transports, both stores.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commandRuntime } from "../../src/cli/reach.ts";
import { readParked } from "../../src/events/parked.ts";
import { streams } from "../../src/mirror/follow.ts";
import { startFollowing, type Following } from "../mirror/following.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";
import { systemTimers, type Timers, type WallClock } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";

/** The service's pauses pass this much faster: what it waits for is tested elsewhere. */
const hurry = 5;
const hurried: Timers = { after: (ms, work) => systemTimers.after(ms / hurry, work) };

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
    const start = (more: { periods?: object; clock?: WallClock } = {}) =>
      startFollowing(store, org, { entry: { transport }, timers: hurried, ...more });
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

    const storedPosition = () =>
      store.db
        .selectFrom("stream_positions")
        .select(["channel", "position"])
        .where("channel", "=", org.entry.channel)
        .executeTakeFirstOrThrow();

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

    const openedUnheard = () => {
      const id = org.open("martina", { Support_Contract__c: null });
      org.local.faults.streams.loseNext = 1;
      org.change("martina", id, { Support_Contract__c: org.contractId });
      return id;
    };

    test("first seen by its deletion: it is read in the recycle bin", async () => {
      const id = openedUnheard();
      org.as("camila", { op: "delete", object: "Case", id });
      await until(async () => (await following.told(id)).length === 3, "what is told of it");
      expect(await following.told(id)).toEqual([
        "created by requester",
        "contract by requester",
        "deleted by consultant",
      ]);
      const clock = store.db.selectFrom("clocks").select("status").where("case_id", "=", id);
      expect(await clock.executeTakeFirst()).toEqual({ status: "Cancelled" });
      await following.equal();
    });

    test("first seen by being merged into another: known to be merged", async () => {
      const loser = openedUnheard();
      const masterId = org.open("martina");
      org.as("camila", { op: "merge", object: "Case", masterId, loserIds: [loser] });
      const deleted = () =>
        store.db
          .selectFrom("facts")
          .select("fact")
          .where("case_id", "=", loser)
          .where("kind", "=", "deleted")
          .executeTakeFirst();
      await until(async () => (await deleted()) !== undefined, "the loser's end");
      expect(JSON.parse((await deleted())!.fact)).toMatchObject({ merged: true });
      await following.equal();
    });

    test("first seen by a gap: it is read", async () => {
      const id = org.open("martina", { Support_Contract__c: null });
      org.local.faults.streams.gapNext = 1;
      org.change("martina", id, { Support_Contract__c: org.contractId });
      await following.equal();
      expect(await following.told(id)).toEqual(["created by requester", "contract by requester"]);
      expect((await gaps()).at(-1)).toBe("gap event");
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

    test("an overflow: the service reconciles the changes", async () => {
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

    test("a parked event is asked for again, from the org that still has it", async () => {
      await following.equal();
      const { channel, position: askedAfter } = await storedPosition();
      const id = org.open("martina", { Subject: "Asked for again" });
      org.change("camila", id, { Status: "Working" });
      await following.equal();
      const { connection } = following.follower;
      const positions: string[] = [];
      const seen = new AbortController();
      await streams[transport]({
        ...{ connection, channel, runtime: commandRuntime, signal: seen.signal },
        startAt: { after: askedAfter },
        async deliver({ events }) {
          for (const { position, changes } of events)
            if (changes.some((c) => c.fields.Subject === "Asked for again")) positions.push(position);
          if (positions.length > 0) seen.abort();
        },
      });
      const again = (position: string) =>
        readParked(streams[transport], connection, { channel, position, askedAfter }, commandRuntime);
      expect(await again(positions[0]!)).toMatchObject([{ caseId: id, kind: "CREATE" }]);
    });

    test("a field added meanwhile: events of the new shape are read", async () => {
      const id = org.open("martina");
      await following.equal();
      const cases = org.local.schema.object("Case")!;
      const added = { ...cases.fields.get("Subject")!, name: "Added__c", custom: true };
      // in front of all others: what every bit of a bitmap means has moved
      org.local.schema.putObject({ ...cases, fields: new Map([["Added__c", added], ...cases.fields]) });
      org.change("camila", id, { Status: "Working", Support_Priority__c: "P2" });
      await following.equal();
      org.local.schema.putObject(cases);
      expect((await following.told(id)).sort()).toEqual([
        "created by requester",
        "priority by consultant",
        "status by consultant",
      ]);
    });

    test("the same events once more, from an earlier position: nothing is told twice", async () => {
      const earlier = await storedPosition();
      const id = org.open("martina");
      org.change("camila", id, { Status: "Working" });
      org.change("camila", id, { Status: "New" });
      org.change("camila", id, { Status: "Working" });
      await following.equal();
      await following.stop();
      await store.db
        .updateTable("stream_positions")
        .set({ position: earlier.position })
        .where("channel", "=", earlier.channel)
        .execute();
      following = await start();
      await until(() => following.follower.health.duplicates >= 4, "the events again");
      await following.equal();
      expect(await following.told(id)).toEqual([
        "created by requester",
        ...Array.from({ length: 3 }, () => "status by consultant"),
      ]);
    });

    test("there and back again, while the case is being read for a gap: as often as it happened", async () => {
      const id = org.open("martina");
      await following.equal();
      for (let n = 0; n < 3; n++) {
        org.change("camila", id, { Status: "Working" });
        org.local.faults.streams.gapNext = 1;
        org.change("camila", id, { Status: "New" });
      }
      await following.equal();
      await following.follower.readEvidence([id]);
      expect(await following.told(id)).toEqual([
        "created by requester",
        ...Array.from({ length: 6 }, () => "status by consultant"),
      ]);
    });

    test("an org whose clock is off: its instants are its own", async () => {
      org.local.faults.clockOffset = 90_000;
      const id = org.open("martina");
      org.local.faults.streams.gapNext = 1;
      org.change("camila", id, { Status: "Working" });
      org.change("camila", id, { Status: "Waiting on Customer" });
      await following.equal();
      org.local.faults.clockOffset = 0;
      expect(await following.told(id)).toEqual([
        "created by requester",
        "status by consultant",
        "status by consultant",
      ]);
    });

    test("deleted for good without a sign: gone, as far as can be told", async () => {
      const id = org.open("martina");
      await following.equal();
      org.local.faults.streams.loseNext = 1;
      org.as("martina", { op: "delete", object: "Case", id });
      org.local.purge("Case", id);
      const result = await following.follower.reconcile({ since: null, reason: "asked" });
      expect(result.differences).toEqual([{ caseId: id, fields: ["(extra)"] }]);
      expect(await following.told(id)).toEqual(["created by requester", "deleted by automation, inferred"]);
      expect(await following.differences()).toEqual([]);
    });

    test("a position that the org does not know: it begins with what is retained, and says so", async () => {
      const id = org.open("martina");
      await following.equal();
      await following.stop();
      const nonsense = transport === "pubsub" ? Buffer.alloc(8, 0xee).toString("base64") : "1";
      await store.db.updateTable("stream_positions").set({ position: nonsense }).execute();
      org.change("camila", id, { Status: "Working" });
      following = await start();
      await following.equal();
      await until(async () => (await gaps()).includes("position refused"), "the repaired gap");
      expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
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

    test("a consultant's draft is no reply, and becomes one when it is published or sent", async () => {
      const id = org.open("martina");
      await following.equal();
      const [comment, email] = org.as(
        "camila",
        {
          op: "insert",
          object: "CaseComment",
          fields: { ParentId: id, CommentBody: "Between us.", IsPublished: false },
        },
        {
          op: "insert",
          object: "EmailMessage",
          fields: { ParentId: id, Subject: "About your case", Incoming: false, Status: "5" },
        },
      );
      await following.follower.readEvidence([id]);
      expect(await following.told(id)).toEqual(["created by requester"]);
      const sent = new Date(org.local.now()).toISOString();
      org.as(
        "camila",
        { op: "update", object: "CaseComment", id: comment!, fields: { IsPublished: true } },
        { op: "update", object: "EmailMessage", id: email!, fields: { Status: "3", MessageDate: sent } },
      );
      await following.follower.readEvidence([id]);
      expect(await following.told(id)).toEqual([
        "created by requester",
        "reply by consultant",
        "reply by consultant",
      ]);
    });

    test("the streams dropped, the token ended: it goes on where it stood", async () => {
      await following.stop();
      let later = 0;
      following = await start({ clock: { now: () => Date.now() + later } });
      await following.equal();
      // a token that the org has just given is not renewed at once
      later = 5_000;
      const id = org.open("martina");
      org.local.sessions.expireAll();
      org.local.faults.dropStreams();
      org.change("camila", id, { Status: "Working" });
      await following.equal();
      expect(await following.told(id)).toEqual(["created by requester", "status by consultant"]);
    });

    test("told to stop while it still connects, it stops", async () => {
      await following.stop();
      const connecting = await start();
      await connecting.stop();
      expect(connecting.follower.health.state).toBe("starting");
      following = await start();
      await following.equal();
    });

    test("back after a while, the service says at once that it is there", async () => {
      await following.stop();
      const syncedAt = () =>
        Number(
          [...org.local.rows("Support_Contract__c")].find(({ Id }) => Id === org.contractId)!["Synced_At__c"],
        );
      const long = new Date(org.local.now() - 3_600_000).toISOString();
      const fields = { Synced_At__c: long };
      org.as("sync", { op: "update", object: "Support_Contract__c", id: org.contractId, fields });
      const back = Math.floor(org.local.now() / 1000) * 1000;
      following = await start();
      await until(() => syncedAt() >= back, "the sign of life");
      await following.equal();
    });

    test("a silent stream is noticed and taken up again", async () => {
      await following.stop();
      following = await start({ periods: { silentAfter: 1_000 * hurry } });
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
