// A request that was given up and carried out later: the case has each comment once, and in order.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Connection } from "jsforce";
import type { Delivery } from "../../src/channels/channel.ts";
import { salesforceSender } from "../../src/lanes/salesforce.ts";
import { forgetDeliveries } from "../../src/mirror/forget-deliveries.ts";
import { OrgConnection } from "../../src/orgs/connection.ts";
import { Registry } from "../../src/orgs/registry.ts";
import { systemClock } from "../../src/runtime.ts";
import { startWorld, type TestOrg, type World } from "../orgs/org-world.ts";
import { describeStores } from "../stores.ts";

let world: World;
let org: TestOrg;
beforeAll(async () => {
  world = await startWorld(["austral"]);
  org = world.orgs[0]!;
});
afterAll(() => world.close());

/** Its next creation of comments reaches the org only when the test says so. */
class SlowConnection extends OrgConnection {
  late: (() => Promise<unknown>) | null = null;
  slow = true;
  override use<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return super.use((connection) => {
      const request = (asked: { url: string; body?: string }) => {
        if (!this.slow || !asked.body?.includes("CaseComment")) return connection.request(asked as never);
        this.slow = false;
        this.late = () => connection.request(asked as never);
        return Promise.reject(new Error("No answer within 30 s."));
      };
      return work(
        new Proxy(connection, { get: (of, name) => (name === "request" ? request : Reflect.get(of, name)) }),
      );
    }, signal);
  }
}

describeStores("comments", (open) => {
  test("a creation that the org carries out after the next attempt writes no comment twice", async () => {
    const { db } = await open();
    await new Registry(db).save(org.entry);
    const caseId = org.open("martina");
    const { id: conversationId } = await db
      .insertInto("conversations")
      .values({
        ...{ org_id: "austral", channel: "whatsapp", contact_id: null, contact_name: "Martina Ibarra" },
        ...{ language: "es", address: "{}", case_id: caseId, started_at: 1, heard_at: 1 },
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const items: Delivery[] = [];
    for (const text of ["uno", "dos"]) {
      const { id: intakeId } = await db
        .insertInto("intakes")
        .values({
          ...{ key: `${caseId} ${text}`, channel: "whatsapp", kind: "message", org_id: "austral" },
          ...{
            conversation_id: conversationId,
            taken_at: Date.now(),
            received_at: Date.now(),
            sender: "+54",
          },
          ...{ message: JSON.stringify({ subject: null, text, files: [] }), state: "waiting" },
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      items.push({
        ...{ id: intakeId, key: `intake/${intakeId}`, orgId: "austral", caseId: null, kind: "intake" },
        ...{ destination: "salesforce:austral", payload: { intakeId }, attempts: 0, createdAt: Date.now() },
      });
    }
    const connection = new SlowConnection(org.entry, systemClock);
    const sender = salesforceSender(db, () => connection, "austral", { clock: systemClock, random: () => 0 });
    const send = () => sender.deliver(items, new AbortController().signal);
    expect((await send()).map(({ is }) => is)).toEqual(["unavailable", "unavailable"]);
    expect((await send()).map(({ is }) => is)).toEqual(["delivered", "delivered"]);
    await connection.late!();
    const texts = [...org.local.rows("CaseComment")]
      .filter((row) => row["ParentId"] === caseId)
      .map((row) => /uno|dos/.exec(String(row["CommentBody"]))![0]);
    expect(texts).toEqual(["uno", "dos"]);
    // their keys go once nothing can come a second time
    const keys = () => [...org.local.rows("Support_Delivery__c")].filter((row) => !row["IsDeleted"]).length;
    const before = keys();
    await forgetDeliveries(connection, Date.now());
    expect(keys()).toBe(before);
    await forgetDeliveries(connection, Date.now() + 8 * 24 * 3_600_000);
    expect([before >= 2, keys()]).toEqual([true, 0]);
  });
});
