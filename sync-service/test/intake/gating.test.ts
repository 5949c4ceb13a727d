// Which channels open a case on which plan: the table that operators read, produced by taking a message in by each.
import { expect, test } from "@jest/globals";
import type { IncomingMessage, SenderAddress } from "../../src/channels/door.ts";
import { pruneConversations } from "../../src/intake/prune.ts";
import { takeIncoming } from "../../src/intake/take.ts";
import { prune } from "../../src/outbox/prune.ts";
import { addressHash } from "../../src/orgs/sender-hash.ts";
import { catalogue, client } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";

const now = Date.parse("2026-11-25T13:00:00Z");
const ways: Record<string, { from: SenderAddress; to: object; priority?: string }> = {
  email: { from: { kind: "email", value: "martina@acme.example" }, to: { lane: "martina@acme.example" } },
  whatsapp: { from: { kind: "phone", value: "+5491123456789" }, to: { phoneId: "1", to: "5491123456789" } },
  slack: { from: { kind: "slack", value: "T1/U1" }, to: { lane: "C0000000001", thread: "1.1" } },
  pagerduty: { from: { kind: "onCall", value: "PSVC" }, to: { incident: "P1" }, priority: "P1" },
  bridge: { from: { kind: "onCall", value: "PSVC" }, to: { call: "1" }, priority: "P1" },
  "pagerduty, P3": { from: { kind: "onCall", value: "PSVC" }, to: { incident: "P3" }, priority: "P3" },
};

describeStores("plans and channels", (open) => {
  test("a message opens a case by the plan's channels, and by the others an answer names the plan that has it", async () => {
    const table: Record<string, Record<string, string>> = {};
    for (const { code: plan } of catalogue.plans) {
      const { db } = await open();
      const id = await client(db, { plan, settings: { doors: { contacts: "Id != null" }, language: "en" } });
      table[plan] = {};
      for (const [way, { from, to, priority }] of Object.entries(ways)) {
        await db
          .insertInto("senders")
          .values({
            ...{
              org_id: id,
              kind: from.kind,
              contact_id: "003000000000001AAA",
              name: "Martina Ibarra",
              learned: 0,
            },
            hash: addressHash(from, "AR")!,
          })
          .onConflict((c) => c.doNothing())
          .execute();
        const message: IncomingMessage = {
          ...{ is: "message", key: `${way}:1`, takenAt: now, from: [from], shown: from.value },
          ...{ thread: [way], names: [way], to, subject: null, text: "It is slow", files: [] },
          ...(priority === undefined ? {} : { priority }),
        };
        await takeIncoming(db, way.split(",")[0]!, [message], now);
        const row = await db
          .selectFrom("intakes")
          .selectAll()
          .where("key", "=", message.key)
          .executeTakeFirstOrThrow();
        const answer = await db
          .selectFrom("outbox")
          .select("payload")
          .where("key", "=", `talk/refused/${row.id}`)
          .executeTakeFirst();
        table[plan]![way] =
          row.state === "waiting" ? "opens" : (JSON.parse(answer!.payload) as { text: string }).text;
      }
    }
    const kept = "We opened no case, and your message is kept. You can use:";
    const onCall = "Your plan PLAN does not include On-call; Platinum does.";
    const silver = "Portal, Email, WhatsApp.";
    const gold = "Portal, Email, WhatsApp, Slack.";
    expect(table).toEqual({
      Silver: {
        ...{ email: "opens", whatsapp: "opens" },
        slack: `Your plan Silver does not include Slack; Gold and Platinum do. ${kept} ${silver}`,
        pagerduty: `${onCall.replace("PLAN", "Silver")} ${kept} ${silver}`,
        bridge: `${onCall.replace("PLAN", "Silver")} ${kept} ${silver}`,
        "pagerduty, P3": `${onCall.replace("PLAN", "Silver")} ${kept} ${silver}`,
      },
      Gold: {
        ...{ email: "opens", whatsapp: "opens", slack: "opens" },
        pagerduty: `${onCall.replace("PLAN", "Gold")} ${kept} ${gold}`,
        bridge: `${onCall.replace("PLAN", "Gold")} ${kept} ${gold}`,
        "pagerduty, P3": `${onCall.replace("PLAN", "Gold")} ${kept} ${gold}`,
      },
      Platinum: {
        ...{ email: "opens", whatsapp: "opens", slack: "opens", pagerduty: "opens", bridge: "opens" },
        "pagerduty, P3": `On-call is for P1 cases. ${kept} ${gold}`,
      },
    });
  });

  test("two orgs with one number are answered and open nothing; a time that is too old or in the future counts from a bound", async () => {
    const { db } = await open();
    const hash = addressHash(ways["whatsapp"]!.from, "AR")!;
    for (const [n, id] of ["acme", "bravo"].entries()) {
      await client(db, { id, settings: { doors: { contacts: "Id != null" } } });
      await db
        .insertInto("senders")
        .values({
          org_id: id,
          kind: "phone",
          hash,
          contact_id: `00300000000000${n}AAA`,
          name: "M",
          learned: 0,
        })
        .execute();
    }
    const message = (key: string, takenAt: number, value: string): IncomingMessage => ({
      ...{ is: "message", key, takenAt, from: [{ kind: "phone", value }], shown: value },
      ...{ thread: [], names: [key], to: { phoneId: "1", to: value }, subject: null, text: "x", files: [] },
    });
    await takeIncoming(db, "whatsapp", [message("a", now, "+5491123456789")], now);
    const states = await db.selectFrom("intakes").select(["state", "why"]).execute();
    expect(states).toEqual([{ state: "refused", why: "several" }]);
    const day = 86_400_000;
    await takeIncoming(
      db,
      "whatsapp",
      [message("b", now + day, "+5491100000000"), message("c", 0, "+5491100000000")],
      now,
    );
    const taken = await db
      .selectFrom("intakes")
      .select(["key", "taken_at"])
      .where("key", "in", ["b", "c"])
      .orderBy("key")
      .execute();
    expect(taken.map(({ taken_at }) => taken_at)).toEqual([now, now - 7 * day]);
  });

  test("9. a message of ours never goes back in its status, a failure keeps its code, and one told early is held", async () => {
    const { db } = await open();
    const told = (
      status: "sent" | "delivered" | "read" | "failed",
      messageId = "m",
      reason: string | null = null,
    ) =>
      takeIncoming(
        db,
        "whatsapp",
        [{ is: "status", messageId, outboxKey: null, status, at: now, reason }],
        now,
      );
    for (const status of ["read", "delivered", "delivered", "sent"] as const) await told(status);
    await told("sent", "n");
    await told("failed", "n", "131047 Re-engagement message");
    await told("delivered", "n");
    const rows = await db
      .selectFrom("said")
      .select(["message_id", "status", "reason"])
      .orderBy("message_id")
      .execute();
    expect(rows).toEqual([
      { message_id: "m", status: "read", reason: null },
      { message_id: "n", status: "failed", reason: "131047 Re-engagement message" },
    ]);
  });

  test("a conversation goes after half a year of silence; an answer that waited in it becomes a dead letter, and a younger one waits on", async () => {
    const { db } = await open();
    const id = await client(db, { plan: "Silver", settings: {} });
    const day = 24 * 3_600_000;
    const ids: number[] = [];
    for (const days of [181, 40]) {
      const row = await db
        .insertInto("conversations")
        .values({
          ...{ org_id: id, channel: "whatsapp", contact_id: null, contact_name: "Martina", language: "es" },
          ...{ address: "{}", started_at: 0, heard_at: now - days * day },
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      ids.push(row.id);
      const place = { org_id: id, conversation_id: row.id };
      await db
        .insertInto("conversation_names")
        .values({ channel: "whatsapp", name: `n${days}`, ...place })
        .execute();
      await db
        .insertInto("outbox")
        .values({
          ...{ key: `talk/${row.id}/comment/1`, org_id: id, case_id: null, destination: `whatsapp:${id}` },
          ...{ kind: "talk.whatsapp", payload: "{}", created_at: now - days * day, not_before: 0 },
          ...{ attempts: 1, state: "held" },
        })
        .execute();
    }
    await prune(db, 0, now);
    expect(await pruneConversations(db, now)).toBe(false);
    const items = await db
      .selectFrom("outbox")
      .select("state")
      .where("org_id", "=", id)
      .orderBy("id")
      .execute();
    expect(items.map(({ state }) => state)).toEqual(["dead", "held"]);
    const left = await db.selectFrom("conversations").select("id").where("org_id", "=", id).execute();
    expect(left).toEqual([{ id: ids[1] }]);
    const names = await db.selectFrom("conversation_names").select("name").where("org_id", "=", id).execute();
    expect(names).toEqual([{ name: "n40" }]);
  });
});
