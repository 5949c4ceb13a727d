// The service believes nothing of an org for ever: it notices, tells and repairs each change and loss.
import { describe, expect, test } from "@jest/globals";
import { Registry } from "../../src/orgs/registry.ts";
import { until } from "../orgs/org-world.ts";
import { followOrg, following, org, setUp, store, useOneOrg } from "./one-org.ts";

useOneOrg(() => {
  for (const back of undo.reverse()) back();
  undo = [];
});
let undo: (() => void)[] = [];

const follow = async (more: Parameters<typeof followOrg>[0] = {}, proved = true) => {
  await followOrg({
    ...more,
    periods: { contracts: 200, replies: 300, ...more.periods },
  });
  await until(() => following.follower.health.state === "streaming", "the stream", 30_000);
  if (proved && more.periods?.contracts === undefined)
    await until(() => following.follower.health.provedAt !== null, "a complete look", 30_000);
};
const stop = async () => {
  await until(() => following.stopped.length > 0, "the org's stop", 30_000);
  return following.stopped[0]!;
};
const resume = async (more: Parameters<typeof followOrg>[0] = {}) => {
  await following.stop();
  await new Registry(store.db).setStatus(org.entry.id, "active");
  await follow(more);
};
const clock = (id: string) =>
  store.db
    .selectFrom("clocks")
    .select(["status", "due_at", "effective_priority", "acknowledged_at"])
    .where("case_id", "=", id)
    .orderBy("cycle", "desc")
    .executeTakeFirst();
const gaps = () =>
  store.db.selectFrom("gaps").select(["kind", "repaired_at"]).where("kind", "!=", "never read").execute();

test("a look costs six requests at most", async () => {
  await follow({ periods: { replies: 3_600_000 } });
  const looked = async () => {
    const before = following.follower.health.provedAt;
    await until(() => following.follower.health.provedAt !== before, "a look");
    return org.local.limits.used();
  };
  await looked();
  const before = await looked();
  await looked();
  await looked();
  const cost = (await looked()) - before;
  expect(cost / 3).toBeLessThanOrEqual(6);
});

const closed = () =>
  until(async () => (await gaps()).every(({ repaired_at }) => repaired_at !== null), "the gaps' end", 20_000);

describe("statuses", () => {
  const mean = (status: string, closed: boolean) => {
    const values = org.local.schema.object("Case")!.fields.get("Status")!.picklist!.values;
    Object.assign(
      values.find(({ value }) => value === status)!,
      { closed },
    );
    const row = [...org.local.rows("CaseStatus")].find(({ ApiName }) => ApiName === status)!;
    setUp({ op: "update", object: "CaseStatus", id: row.Id, fields: { IsClosed: closed } });
  };

  test("a status that comes to mean closed cancels the clock of its cases", async () => {
    await follow({ periods: { contracts: 3_600_000 } });
    const id = org.open("martina");
    await following.equal(15_000);
    mean("Working", true);
    undo.push(() => mean("Working", false));
    org.change("martina", id, { Status: "Working" });
    await following.equal(15_000);
    await until(async () => (await clock(id))?.status === "Cancelled", "the end of the clock", 10_000);
  });

  test("a record that the org closed by it unseen is found by the look, and by a reconciliation", async () => {
    await follow();
    const id = org.open("martina", { Status: "Working" });
    await following.equal(15_000);
    expect((await clock(id))?.status).toBe("Running");
    // a record that was closed within two seconds was closed by the same save
    const opened = org.local.now();
    await until(() => org.local.now() > opened + 3_000, "another moment");
    mean("Working", true);
    undo.push(() => mean("Working", false));
    // saved by somebody else for another reason, with its event lost
    org.local.faults.streams.loseNext = 1;
    org.change("martina", id, { Subject: "The till prints nothing at all" });
    await until(async () => (await clock(id))?.status === "Cancelled", "the end of the clock", 20_000);
    expect((await following.told(id)).at(-1)).toBe("status by automation, inferred");
  });

  test("a case that is saved next after its status came to mean closed was closed by nobody", async () => {
    await follow();
    const id = org.open("martina", { Status: "Working" });
    await following.equal(15_000);
    mean("Working", true);
    undo.push(() => mean("Working", false));
    org.change("camila", id, { Subject: "The till prints nothing at all" });
    await following.equal(15_000);
    await until(async () => (await clock(id))?.status === "Cancelled", "the end of the clock", 20_000);
  });

  test("a status that the list lacks is judged by the record", async () => {
    await follow();
    const [closed, open] = [org.open("martina"), org.open("martina")] as const;
    await following.equal(15_000);
    const row = { ...[...org.local.rows("CaseStatus")].find(({ ApiName }) => ApiName === "Closed")! };
    // closed while the org still knows the status, told when it lists it no more
    org.local.faults.streams.stalled = true;
    org.change("martina", closed, { Status: "Closed" });
    setUp({ op: "delete", object: "CaseStatus", id: row.Id });
    undo.push(() =>
      setUp({
        op: "insert",
        object: "CaseStatus",
        fields: { ApiName: "Closed", MasterLabel: "Closed", IsClosed: true, IsDefault: false, SortOrder: 9 },
      }),
    );
    org.local.faults.streams.stalled = false;
    org.local.faults.dropStreams();
    await following.equal(15_000);
    expect((await clock(closed))?.status).toBe("Cancelled");
    expect((await clock(open))?.status).toBe("Running");
  });
});

describe("fields and objects that the service's user may read and write", () => {
  const access = (field: string, to: { PermissionsRead?: boolean; PermissionsEdit?: boolean }) => {
    const rows = [...org.local.rows("FieldPermissions")].filter(
      (row) => row["Field"] === field && row["IsDeleted"] !== true,
    );
    const sync = [...org.local.rows("PermissionSet")].find(({ Name }) => Name === "Support_Sync")!.Id;
    const row = rows.find(({ ParentId }) => ParentId === sync)!;
    const before = { PermissionsRead: row["PermissionsRead"], PermissionsEdit: row["PermissionsEdit"] };
    setUp({ op: "update", object: "FieldPermissions", id: row.Id, fields: to });
    const back = () => {
      setUp({ op: "update", object: "FieldPermissions", id: row.Id, fields: before });
    };
    undo.push(back);
    return back;
  };

  test.each(["pubsub", "cometd"] as const)(
    "losing the right to read over %s stops the org with a reason, and it catches up afterwards",
    async (transport) => {
      await follow({ entry: { transport } });
      const id = org.open("martina", { Support_Priority__c: "P3" });
      await following.equal(15_000);
      const due = (await clock(id))!.due_at;
      const back = access("Case.Support_Priority__c", { PermissionsRead: false, PermissionsEdit: false });
      org.change("martina", id, { Support_Priority__c: "P1" });
      const { kind, message } = await stop();
      expect(kind).toBe("packageGone");
      expect(message).toMatch(/Support_Priority__c.*Support_Sync/);
      expect(await gaps()).toContainEqual({ kind: "packageGone", repaired_at: null });
      back();
      await resume({ entry: { transport } });
      await following.equal(15_000);
      await until(async () => (await clock(id))!.effective_priority === "P1", "the change", 20_000);
      expect((await clock(id))!.due_at).toBeLessThan(due!);
      expect(await following.told(id)).toEqual(["created by requester", "priority by requester"]);
      await closed();
    },
  );

  test.each([
    ["read", "Case.Support_Priority__c", { PermissionsRead: false, PermissionsEdit: false }, "packageGone"],
    ["write", "Case.SLA_Status__c", { PermissionsEdit: false }, "forbidden"],
  ])(
    "where nothing happens, the look alone finds that the right to %s is lost",
    async (_, field, to, kind) => {
      await follow({ periods: { replies: 3_600_000 } });
      await following.equal(15_000);
      access(field, to);
      expect(await stop()).toMatchObject({ kind, message: expect.stringContaining("Support_Sync") });
    },
  );

  test("the next look finds what was missed while the right to read was lost", async () => {
    let ahead = 0;
    await follow({ clock: { now: () => Date.now() + ahead } });
    const id = org.open("martina");
    await following.equal(15_000);
    const back = access("Case.SLA_Acknowledged_By__c", { PermissionsRead: false, PermissionsEdit: false });
    org.local.faults.streams.loseNext = 1;
    org.change("camila", id, { SLA_Acknowledged_By__c: org.id("camila") });
    back();
    // a change of a moment ago is still on its way, and no difference
    ahead = 20_000;
    await until(async () => (await clock(id))!.acknowledged_at !== null, "the acknowledgement", 40_000);
  });

  test("losing the right to write stops the org, and names the field", async () => {
    await follow({}, false);
    access("Case.SLA_Status__c", { PermissionsEdit: false });
    const { kind, message } = await stop();
    expect(kind).toBe("forbidden");
    expect(message).toMatch(/does not let sync@austral\.example write SLA_Status__c of Case.*Support_Sync/);
  });

  test("deleting one of our fields stops the org", async () => {
    await follow({}, false);
    const object = org.local.schema.object("Case")!;
    const { Service_Category__c: field } = Object.fromEntries(object.fields);
    org.local.schema.putObject({
      ...object,
      fields: new Map([...object.fields].filter(([name]) => name !== "Service_Category__c")),
    } as never);
    undo.push(() => org.local.schema.putObject(object));
    expect(field).toBeDefined();
    expect((await stop()).message).toMatch(/Service_Category__c/);
  });
});

describe.each(["pubsub", "cometd"] as const)("the channel's member over %s", (transport) => {
  test("deleting the members of the channel stops the org, and it catches up afterwards", async () => {
    await follow({ entry: { transport } });
    const members = org.local.components.list("PlatformEventChannelMember");
    for (const { fullName } of members) org.local.components.remove("PlatformEventChannelMember", fullName);
    undo.push(() => members.forEach((member) => org.local.components.put(member)));
    const id = org.open("martina");
    const { kind, message } = await stop();
    expect(kind).toBe("channelGone");
    expect(message).toMatch(/carries no changes of cases. Deploy the package's/);
    expect(await gaps()).toContainEqual({ kind: "channelGone", repaired_at: null });
    members.forEach((member) => org.local.components.put(member));
    await resume({ entry: { transport } });
    await following.equal(15_000);
    await until(async () => (await clock(id))?.status === "Running", "the clock of the case", 20_000);
    await closed();
  });

  test("another filter of the channel stops the org", async () => {
    await follow({ entry: { transport } }, false);
    const members = org.local.components.list("PlatformEventChannelMember");
    undo.push(() => members.forEach((member) => org.local.components.put(member)));
    for (const member of members)
      org.local.components.put({
        ...member,
        files: new Map(
          [...member.files].map(([name, bytes]) => [
            name,
            Buffer.from(
              Buffer.from(bytes)
                .toString("utf8")
                .replace(/Support_Contract__c != null/, "Support_Priority__c = 'P1'"),
            ),
          ]),
        ),
      } as never);
    const { kind, message } = await stop();
    expect(kind).toBe("channelGone");
    expect(message).toMatch(/by the filter Support_Priority__c = 'P1', not by Support_Contract__c != null/);
  });
});

describe("who committed was what they were then", () => {
  const activate = (IsActive: boolean) =>
    setUp({ op: "update", object: "User", id: org.id("bruno"), fields: { IsActive } });

  test("a consultant who is deactivated before the service looks has acknowledged", async () => {
    await follow();
    const id = org.open("martina");
    await following.equal(15_000);
    await following.stop();
    org.change("bruno", id, { SLA_Acknowledged_By__c: org.id("bruno") });
    activate(false);
    undo.push(() => activate(true));
    await follow();
    await until(async () => (await clock(id))!.status === "Acknowledged", "the acknowledgement", 20_000);
    const wanted = await store.db
      .selectFrom("write_backs")
      .select("wanted")
      .where("case_id", "=", id)
      .executeTakeFirst();
    expect((JSON.parse(wanted!.wanted) as Record<string, unknown>)["SLA_Acknowledged_By__c"]).toBe(
      org.id("bruno"),
    );
  });

  test("one whose permission is taken before the service looks has acknowledged; their later acts count for nothing", async () => {
    await follow({ periods: { contracts: 3_600_000 } });
    const [before, after] = [org.open("martina"), org.open("martina")] as const;
    await following.equal(15_000);
    await following.stop();
    org.change("bruno", before, { Status: "Working" });
    const held = [...org.local.rows("PermissionSetAssignment")].filter(
      (row) => row["AssigneeId"] === org.id("bruno") && row["IsDeleted"] !== true,
    );
    setUp(...held.map(({ Id }) => ({ op: "delete" as const, object: "PermissionSetAssignment", id: Id })));
    undo.push(() =>
      setUp({
        op: "insert",
        object: "PermissionSetAssignment",
        fields: { AssigneeId: org.id("bruno"), PermissionSetId: held[0]!["PermissionSetId"] },
      }),
    );
    await follow();
    await until(async () => (await clock(before))!.status === "Acknowledged", "the acknowledgement", 20_000);
    // the service cannot know earlier than at its look; events carry whole seconds
    await until(
      async () => {
        const { is_consultant, consultant_until } = await store.db
          .selectFrom("people")
          .select(["is_consultant", "consultant_until"])
          .where("user_id", "=", org.id("bruno"))
          .executeTakeFirstOrThrow();
        const gone = consultant_until ?? (is_consultant === 0 ? 0 : null);
        return gone !== null && Date.now() > gone + 1_000;
      },
      "the look that finds the permission gone",
      20_000,
    );
    org.change("bruno", after, { Status: "Working" });
    await following.equal(15_000);
    expect((await clock(after))!.status).toBe("Running");
  });
});
