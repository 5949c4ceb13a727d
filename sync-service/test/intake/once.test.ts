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

const day = 24 * 3_600_000;

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
  /** A conversation of a case, and its messages on their way. */
  async function talk(caseId: string, messages: { text: string; takenAt?: number }[]) {
    const { db } = await open();
    await new Registry(db).save(org.entry);
    const { id: conversationId } = await db
      .insertInto("conversations")
      .values({
        ...{ org_id: "austral", channel: "whatsapp", contact_id: null, contact_name: "Martina Ibarra" },
        ...{ language: "es", address: "{}", case_id: caseId, started_at: 1, heard_at: 1 },
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const items: Delivery[] = [];
    for (const { text, takenAt = Date.now() } of messages) {
      const { id: intakeId } = await db
        .insertInto("intakes")
        .values({
          ...{ key: `${caseId} ${text}`, channel: "whatsapp", kind: "message", org_id: "austral" },
          ...{ conversation_id: conversationId, taken_at: takenAt, received_at: takenAt, sender: "+54" },
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
    const send = async (some = items) =>
      (await sender.deliver(some, new AbortController().signal)).map(({ is }) => is);
    /** As after a crash between the org's answer and the store's note of it. */
    const again = async () => {
      await db.updateTable("intakes").set({ state: "waiting" }).execute();
      return send();
    };
    return { items, connection, send, again };
  }

  test("a creation that the org carries out after the next attempt writes no comment twice", async () => {
    const caseId = org.open("martina");
    const { connection, send, again } = await talk(caseId, [{ text: "uno" }, { text: "dos" }]);
    expect(await send()).toEqual(["unavailable", "unavailable"]);
    expect(await send()).toEqual(["delivered", "delivered"]);
    await connection.late!();
    const texts = [...org.local.rows("CaseComment")]
      .filter((row) => row["ParentId"] === caseId)
      .map((row) => /uno|dos/.exec(String(row["CommentBody"]))![0]);
    expect(texts).toEqual(["uno", "dos"]);
    // somebody deletes one meanwhile: an attempt that comes again does not bring it back
    const [one] = [...org.local.rows("CaseComment")].filter((row) => row["ParentId"] === caseId);
    org.as("admin", { op: "delete", object: "CaseComment", id: one!.Id });
    expect(await again()).toEqual(["delivered", "delivered"]);
    const left = [...org.local.rows("CaseComment")].filter(
      (row) => row["ParentId"] === caseId && row["IsDeleted"] !== true,
    );
    expect(left).toHaveLength(1);
    // their keys go once nothing can come a second time
    const keys = () => [...org.local.rows("Support_Delivery__c")].filter((row) => !row["IsDeleted"]).length;
    const before = keys();
    await forgetDeliveries(connection, Date.now());
    expect(keys()).toBe(before);
    await forgetDeliveries(connection, Date.now() + 8 * day);
    expect([before >= 2, keys()]).toEqual([true, 0]);
  });

  test("a message within 14 days of the closing opens its case again; a later one opens a new case under the old one", async () => {
    const caseId = org.open("martina");
    const read = (id: string) => [...org.local.rows("Case")].find((row) => row.Id === id)!;
    const close = () => {
      org.change("camila", caseId, { Status: "Closed" });
      return Date.now();
    };
    let closedAt = close();
    const early = await talk(caseId, [{ text: "a tiempo", takenAt: closedAt + 13 * day }]);
    early.connection.slow = false;
    expect(await early.send()).toEqual(["delivered"]);
    expect(read(caseId)["IsClosed"]).toBe(false);
    closedAt = close();
    const late = await talk(caseId, [{ text: "tarde", takenAt: closedAt + 15 * day }]);
    late.connection.slow = false;
    expect(await late.send()).toEqual(["delivered"]);
    expect(read(caseId)["IsClosed"]).toBe(true);
    const next = [...org.local.rows("Case")].find(
      (row) => row["Support_Intake_Key__c"] === `${caseId} tarde`,
    )!;
    expect(next).toMatchObject({ ParentId: caseId, Subject: "tarde" });
  });
});
