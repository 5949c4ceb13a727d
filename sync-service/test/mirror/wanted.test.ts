// What the service wants on a case, and what the org holds: undone values are put back, but not for ever.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { salesforceSender } from "../../src/lanes/salesforce.ts";
import { settingsSchema } from "../../src/orgs/org.ts";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { systemClock, systemTimers, silentLog } from "../../src/runtime.ts";
import type { Store } from "../../src/store/open.ts";
import { startWorld, until, type TestOrg, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";
import { startFollowing, type Following } from "./following.ts";

let world: World;
let org: TestOrg;
beforeAll(async () => {
  world = await startWorld();
  org = world.orgs[0]!;
}, 120_000);
afterAll(() => world.close());

const admin = "admin@austral.example";

describeStores("what is wanted on a case", (open) => {
  let store: Store;
  let following: Following;
  let deliveries: Deliveries;
  let flow: NodeJS.Timeout | undefined;
  beforeEach(async () => {
    store = await open();
    const settings = settingsSchema.parse({
      ...org.entry.settings,
      recipients: { admin: [{ email: admin }] },
    });
    following = await startFollowing(store, org, { entry: { settings } });
    const runtime = { clock: systemClock, timers: systemTimers, random: () => 0, log: silentLog };
    const sender = salesforceSender(store.db, () => following.follower.connection, org.entry.id, runtime);
    deliveries = new Deliveries({
      db: store.db,
      runtime,
      senders: (lane) => (lane === `salesforce:${org.entry.id}` ? sender : null),
      holder: "one",
    });
    deliveries.start();
    await until(() => following.follower.health.state === "streaming", "the stream", 30_000);
  });
  afterEach(async () => {
    clearInterval(flow);
    await deliveries.stop();
    await following.stop();
  });

  const inOrg = (id: string) => [...org.local.rows("Case")].find((row) => row.Id === id)!;
  const becomes = (id: string, fields: Record<string, unknown>, what: string) =>
    until(
      () => {
        deliveries.wake();
        const row = inOrg(id);
        return Object.entries(fields).every(([field, value]) => row[field] === value);
      },
      what,
      30_000,
    );
  const kept = async (id: string) =>
    store.db.selectFrom("write_backs").selectAll().where("case_id", "=", id).executeTakeFirst();
  /** Resolves once the org accepted all that is wanted, and the mirror has heard of it. */
  const written = async () => {
    const id = org.open("martina");
    await becomes(id, { SLA_Status__c: "Running" }, "the first write");
    await until(async () => (await kept(id))?.written === (await kept(id))?.wanted, "its acceptance");
    await following.equal();
    return id;
  };

  test("the event of our own late write shows it, and the service puts it right", async () => {
    const id = await written();
    org.change("sync", id, { SLA_Status__c: "Acknowledged", SLA_Acknowledged_By__c: org.id("camila") });
    await becomes(id, { SLA_Status__c: "Running", SLA_Acknowledged_By__c: null }, "what is wanted");
    expect(await following.told(id)).toEqual(["created by requester"]);
  });

  test("a flow that runs as the service's user is answered three times; then the org's admin is told, once", async () => {
    const id = await written();
    let answers = 0;
    const isCancelled = () => inOrg(id)["SLA_Status__c"] === "Cancelled";
    // it acts once the service knows that the org took its value; what comes before is found by a reconciliation
    const answer = async () => {
      if (isCancelled()) return;
      const known = JSON.parse((await kept(id))?.written ?? "{}") as Record<string, unknown>;
      if (known["SLA_Status__c"] !== "Running" || isCancelled()) return;
      answers++;
      org.change("sync", id, { SLA_Status__c: "Cancelled" });
    };
    flow = setInterval(() => void answer(), 20);
    const reports = () =>
      store.db.selectFrom("outbox").select(["kind", "payload"]).where("kind", "=", "report.email").execute();
    await until(async () => (deliveries.wake(), (await reports()).length > 0), "the report", 40_000);
    expect(answers).toBe(4);
    expect(await reports()).toHaveLength(1);
    expect((await reports())[0]!.payload).toContain("SLA_Status__c");
    clearInterval(flow);
    // it stays a difference: a reconciliation counts it, and tries again
    await store.db
      .updateTable("write_backs")
      .set({ written_at: systemClock.now() - 60_000 })
      .execute();
    const { differences, repaired } = await following.follower.reconcile({ since: null, reason: "asked" });
    expect([differences, repaired]).toEqual([[{ caseId: id, fields: ["SLA_Status__c"] }], 1]);
    await becomes(id, { SLA_Status__c: "Running" }, "what is wanted");
  });

  test("a reconciliation finds what the org holds otherwise than wanted, and puts it back", async () => {
    const id = await written();
    // as after a flow that changes the value before it is saved: no event tells of it
    const row = (await kept(id))!;
    const wanted = JSON.stringify({ ...(JSON.parse(row.wanted) as object), SLA_Elapsed_Minutes__c: 7 });
    const at = row.written_at! - 60_000;
    await store.db
      .updateTable("write_backs")
      .set({ wanted, written: wanted, written_at: at })
      .where("case_id", "=", id)
      .execute();
    const compare = (dryRun: boolean) =>
      following.follower.reconcile({ since: null, reason: "asked", dryRun });
    const differences = [{ caseId: id, fields: ["SLA_Elapsed_Minutes__c"] }];
    expect(await compare(true)).toMatchObject({ differences, repaired: 0 });
    expect(await compare(false)).toMatchObject({ differences, repaired: 1 });
    await becomes(id, { SLA_Elapsed_Minutes__c: 7 }, "what is wanted");
    await following.equal();
    expect(await compare(true)).toMatchObject({ differences: [] });
  });
});
