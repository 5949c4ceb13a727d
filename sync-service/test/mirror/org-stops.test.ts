// What needs a person: each org stops with a reason that says what to do, and nothing is written where it should not be.
import { describe, expect, test } from "@jest/globals";
import { maySubscribe } from "../../src/events/channel.ts";
import { examine } from "../../src/doctor/doctor.ts";
import { storedFleet } from "../../src/reports/fleet.ts";
import { StreamFault } from "../../src/events/stream.ts";
import type { pubsubStream } from "../../src/events/pubsub/subscribe.ts";
import { causes } from "../../src/mirror/health.ts";
import { needsPerson, OrgTrouble, type TroubleKind } from "../../src/orgs/trouble.ts";
import { systemClock, type Log } from "../../src/runtime.ts";
import { until, type TestOrg } from "../orgs/org-world.ts";
import { followOrg, following, org, setUp, store, useOneOrg } from "./one-org.ts";

useOneOrg();

const often = { contracts: 100 };
const start = async (entry: Partial<TestOrg["entry"]> = {}) => {
  await followOrg({ entry, periods: often });
};
const startStreaming = async (entry: Partial<TestOrg["entry"]> = {}) => {
  await start(entry);
  await until(() => following.follower.health.state === "streaming", "the stream", 20_000);
};

const stop = async () => {
  await until(() => following.stopped.length > 0, "the org's stop", 20_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(following.follower.health)}`);
  });
  expect(following.follower.health.state).toBe("stopped");
  return following.stopped[0]!;
};
const contracts = () => [...org.local.rows("Support_Contract__c")].map((row) => ({ ...row }));
const action = async (name: string, body: object) => {
  const answer = await fetch(`${org.local.instanceUrl}/_local/faults/actions/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.anything()]);
};

const elsewhere = "00D000000000001EAA";

test("another org under the address is not read and not written", async () => {
  const before = contracts();
  const used = org.local.limits.used();
  await start({ orgId: elsewhere });
  const { kind, message } = await stop();
  expect(kind).toBe("anotherOrg");
  expect(message).toContain(`is now the org ${org.local.id}; onboarded was ${elsewhere}`);
  expect(message).toMatch(/Remove austral and add it anew/);
  expect(org.local.limits.used()).toBe(used);
  expect(contracts()).toEqual(before);
  expect(await store.db.selectFrom("cases").selectAll().execute()).toEqual([]);
});

test("a sign-in at another org ends the connection's writes", async () => {
  await startStreaming();
  following.follower.connection.org.orgId = elsewhere;
  org.local.sessions.expireAll();
  org.local.faults.dropStreams();
  expect((await stop()).kind).toBe("anotherOrg");
  const before = contracts();
  const { connection } = following.follower;
  await expect(
    connection.use((c) =>
      c.sobject("Support_Contract__c").update({ Id: org.contractId, Synced_At__c: new Date().toISOString() }),
    ),
  ).rejects.toThrow(/Nothing is written to it/);
  expect(contracts()).toEqual(before);
});

test("a frozen user stops the org at the next sign-in, and the reason names the user", async () => {
  await startStreaming();
  await action("freeze", { username: org.entry.username, isFrozen: true });
  org.local.sessions.expireAll();
  const { kind, message } = await stop().finally(() =>
    action("freeze", { username: org.entry.username, isFrozen: false }),
  );
  expect(kind).toBe("signIn");
  expect(message).toMatch(/does not let sync@austral\.example in .*not frozen/);
});

test("hiding the package's fields stops the org, and the reason names the permission set", async () => {
  await startStreaming();
  const held = [...org.local.rows("PermissionSetAssignment")].find(
    (row) => row["AssigneeId"] === org.id("sync"),
  )!;
  setUp({ op: "delete", object: "PermissionSetAssignment", id: held.Id });
  const { kind, message } = await stop().finally(() =>
    setUp({
      op: "insert",
      object: "PermissionSetAssignment",
      fields: { AssigneeId: org.id("sync"), PermissionSetId: held["PermissionSetId"] },
    }),
  );
  expect(["packageGone", "forbidden"]).toContain(kind);
  expect(message).toMatch(/assign .*Support_Sync|Assign .*Support_Sync/);
});

test("removing the package stops the org, and the reason says to deploy it", async () => {
  await startStreaming();
  const contract = org.local.schema.object("Support_Contract__c")!;
  org.local.schema.removeObject("Support_Contract__c");
  const { kind, message } = await stop().finally(() => org.local.schema.putObject(contract));
  expect(kind).toBe("packageGone");
  expect(message).toMatch(/The package is missing.*Deploy it again/);
});

describe("found later in the org: doctor and page say so, clocks keep what they had", () => {
  const page = async () => (await storedFleet(store.db, {}, Date.now())).orgs[0]!.problems.join();
  const doctor = async () => {
    const { connection } = following.follower;
    const found = await examine(connection, {
      subscribe: () => maySubscribe(connection),
      now: systemClock.now,
      onboarded: true,
    });
    return found.find(({ check }) => check === "contract")!;
  };
  const clock = (id: string) =>
    store.db.selectFrom("clocks").select(["status", "due_at"]).where("case_id", "=", id).executeTakeFirst();

  test.each([
    ["a policy that does not parse", { Policy__c: "{" }, /policy is damaged/],
    ["a time zone that does not exist", { Time_Zone__c: "Mars/Olympus" }, /no time zone .?Mars\/Olympus/],
  ])("%s", async (_what, fields, said) => {
    await startStreaming();
    const [before] = contracts();
    const kept = Object.fromEntries(Object.keys(fields).map((name) => [name, before![name]]));
    const update = (to: object) =>
      org.as("sync", {
        op: "update",
        object: "Support_Contract__c",
        id: org.contractId,
        fields: { ...to },
      });
    update(fields);
    await until(async () => said.test(await page()), "the page's word");
    expect(await doctor()).toMatchObject({ is: "fault", says: expect.stringMatching(said) });
    const id = org.open("martina");
    await following.equal();
    expect(await clock(id)).toMatchObject({ status: "Running", due_at: expect.any(Number) });
    update(kept);
    await until(async () => (await page()) === "", "the page's silence");
    expect(await doctor()).toMatchObject({ is: "ok" });
  });

  test("with two contracts in force, running cases keep their clocks and a new case gets no promise", async () => {
    await startStreaming();
    const running = org.open("martina");
    await following.equal();
    const promised = await clock(running);
    const [first] = contracts();
    const [second] = org.as("sync", {
      op: "insert",
      object: "Support_Contract__c",
      fields: {
        ...{
          Name: "By mistake",
          Plan__c: first!["Plan__c"],
          Status__c: "Active",
          Starts_On__c: "2020-01-01",
        },
        ...{ Time_Zone__c: first!["Time_Zone__c"], Policy__c: first!["Policy__c"] },
      },
    });
    await until(async () => /2 contracts are in force/.test(await page()), "the page's word");
    expect(await doctor()).toMatchObject({ is: "fault", says: expect.stringContaining(second!) });
    // the org keeps whole seconds of when a record was made
    const made = new Date(contracts().find(({ Id }) => Id === second)!["CreatedDate"] as number).getTime();
    await until(() => org.local.now() >= made + 1000, "the next second");
    const id = org.open("martina");
    await following.equal();
    expect(await clock(id)).toEqual({ status: "Not Covered", due_at: null });
    expect(await clock(running)).toEqual(promised);
    setUp({ op: "delete", object: "Support_Contract__c", id: second! });
    await until(async () => (await page()) === "", "the page's silence");
    expect(await clock(running)).toEqual(promised);
  });
});

test.each(["pubsub", "cometd"] as const)(
  "deleting the channel over %s stops the org, and the reason says to deploy it",
  async (transport) => {
    await startStreaming({ transport });
    const channels = ["PlatformEventChannel", "PlatformEventChannelMember"].flatMap((type) =>
      org.local.components.list(type),
    );
    await action("delete-channel", { channel: "Support_Cases__chn" });
    const { kind, message } = await stop().finally(() => {
      for (const component of channels) org.local.components.put(component);
    });
    expect(kind).toBe("channelGone");
    expect(message).toMatch(/Support_Cases__chn.*Deploy the package's platformEventChannels/);
  },
);

test.each(Object.keys(causes).filter((kind) => !["store", "lease", "behind"].includes(kind)))(
  "trouble of the kind %s is in the health and in the log, with its org and its cause",
  async (kind) => {
    const said: object[] = [];
    const note = (fields: object) => void said.push(fields);
    const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
    const reason = `because of ${kind}`;
    const failing: typeof pubsubStream = async () => {
      throw kind === "stream"
        ? new StreamFault("broken", reason)
        : new OrgTrouble(kind as TroubleKind, reason);
    };
    await followOrg({ periods: often, log, streams: { pubsub: failing, cometd: failing } });
    const { health } = following.follower;
    const state = needsPerson.has(kind as TroubleKind) ? "stopped" : "waiting";
    await until(() => health.reason?.includes(reason) === true && health.state === state, "the trouble");
    expect(health.kind).toBe(kind);
    await until(() => said.some((fields) => "kind" in fields), "the log");
    expect(said).toContainEqual({
      org: org.entry.id,
      kind: kind === "stream" ? "broken" : kind,
      reason: expect.stringContaining(reason),
    });
  },
);
