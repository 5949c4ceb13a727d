import { afterEach, expect, jest, test } from "@jest/globals";
import { sql, type Kysely } from "kysely";
import { discardDeadLetters, listDeadLetters, retryDeadLetters } from "../../src/outbox/dead-letters.ts";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import type { Sender, Delivery, Outcome } from "../../src/channels/channel.ts";
import { enqueue } from "../../src/outbox/outbox.ts";
import { locksRows } from "../../src/store/dialect.ts";
import type { Database } from "../../src/store/schema.ts";
import { prune } from "../../src/outbox/prune.ts";
import { client, openCase } from "../clocks/world.ts";
import { fastTime, until, type FastTime } from "../clocks/fast-time.ts";
import { describeStores } from "../stores.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

const start = Date.parse("2026-11-25T12:00:00Z");

/** A destination that answers as it is told to. */
function destination(answer: (item: Delivery, time: FastTime) => Outcome | Promise<Outcome>, time: FastTime) {
  const received: { key: string; at: number }[] = [];
  const channel: Sender = {
    batch: 10,
    linger: 0,
    deliver: (items) =>
      Promise.all(
        items.map((item) => {
          received.push({ key: item.key, at: time.clock.now() });
          return answer(item, time);
        }),
      ),
  };
  return { channel, received };
}

const queue = (db: Kysely<Database>, lane: string, count: number, now: number, withheld = false) =>
  db.transaction().execute((tx) =>
    enqueue(
      tx,
      Array.from({ length: count }, (_, n) => ({
        key: `${lane}/${n}`,
        orgId: lane.split(":")[1] ?? "acme",
        caseId: null,
        destination: lane,
        kind: "webhook",
        payload: { n },
      })),
      now,
      () => withheld,
    ),
  );

const states = async (db: Kysely<Database>, lane: string) =>
  (await db.selectFrom("outbox").select("state").where("destination", "=", lane).execute()).map(
    (row) => row.state,
  );
const allAre = async (db: Kysely<Database>, lane: string, state: string) =>
  (await states(db, lane)).every((s) => s === state);

/** The store refuses this reason, as PostgreSQL refuses some characters. */
async function refuseReason(db: Kysely<Database>, reason: string): Promise<void> {
  if (!locksRows(db)) {
    await sql`create trigger refusing before update on outbox when new.last_error = ${sql.lit(reason)}
      begin select raise(abort, 'refused by a test'); end`.execute(db);
    return;
  }
  await sql`create function refusing() returns trigger language plpgsql as
    $$ begin if new.last_error = ${sql.lit(reason)} then raise exception 'refused by a test'; end if; return new; end $$`.execute(
    db,
  );
  await sql`create trigger refusing before update on outbox for each row execute function refusing()`.execute(
    db,
  );
}

describeStores("deliveries", (open) => {
  const running: Deliveries[] = [];
  afterEach(() => Promise.all(running.splice(0).map((deliveries) => deliveries.stop())));
  const serve = (db: Kysely<Database>, time: FastTime, channels: Record<string, Sender>, holder = "one") => {
    const deliveries = new Deliveries({
      db,
      runtime: time,
      senders: (lane) => channels[lane] ?? null,
      holder,
    });
    running.push(deliveries);
    deliveries.start();
    return deliveries;
  };

  test("a dead destination, one that hangs and one that asks to slow down delay nobody else, and get all in the end", async () => {
    const { db } = await open();
    const time = fastTime(start, 3600);
    const upAgain = start + 3_600_000;
    const dead = destination(
      (_, { clock }) => (clock.now() < upAgain ? { is: "unavailable", reason: "down" } : { is: "delivered" }),
      time,
    );
    let stuck = 2;
    const hangs = destination(() => (stuck-- > 0 ? new Promise(() => {}) : { is: "delivered" }), time);
    let slow = true;
    const limited = destination(() => {
      if (!slow) return { is: "delivered" };
      slow = false;
      return { is: "unavailable", reason: "429", after: 120_000 };
    }, time);
    const well = destination(() => ({ is: "delivered" }), time);
    for (const lane of ["webhook:a:dead", "webhook:a:hangs", "webhook:a:limited"])
      await queue(db, lane, 3, start);
    const channels = {
      "webhook:a:dead": dead.channel,
      "webhook:a:hangs": hangs.channel,
      "webhook:a:limited": limited.channel,
      "webhook:a:well": well.channel,
    };
    const deliveries = serve(db, time, channels);
    await until(() => dead.received.length > 0 && limited.received.length > 0);
    await queue(db, "webhook:a:well", 50, time.clock.now());
    deliveries.wake();
    await until(() => allAre(db, "webhook:a:well", "delivered"));
    expect(await allAre(db, "webhook:a:dead", "delivered")).toBe(false);

    for (const lane of Object.keys(channels)) await until(() => allAre(db, lane, "delivered"));
    // an hour passes in a second here: what a busy machine stores too late is sent again, with its key
    expect(new Set(well.received.map(({ key }) => key)).size).toBe(50);
    expect(new Set(dead.received.map(({ key }) => key)).size).toBe(3);
    // left alone while it was down: an hour of it took few attempts
    expect(dead.received.length).toBeLessThan(3 * 60);
    const [first, second] = [limited.received[0]!, limited.received[3]!];
    expect(second.at - first.at).toBeGreaterThanOrEqual(120_000);
    expect(await listDeadLetters(db)).toEqual([]);
  });

  test("an item that waits delays no other org on the channel, and keeps its attempts", async () => {
    const { db } = await open();
    const time = fastTime(start, 100);
    let served = false;
    const waits = destination(
      () => (served ? { is: "delivered" } : { is: "later", reason: "not served" }),
      time,
    );
    const well = destination(() => ({ is: "delivered" }), time);
    await queue(db, "email:a", 2, start);
    const deliveries = serve(db, time, { "email:a": waits.channel, "email:b": well.channel });
    await until(() => waits.received.length > 2 * 12);
    expect(deliveries.troubled).toEqual([]);
    await queue(db, "email:b", 1, time.clock.now());
    deliveries.wake();
    await until(() => allAre(db, "email:b", "delivered"));
    served = true;
    await until(() => allAre(db, "email:a", "delivered"));
  });

  test("a place that takes one message a second gets no more, whichever orgs write to it", async () => {
    const { db } = await open();
    const time = fastTime(start, 2);
    const place = destination(() => ({ is: "delivered" }), time);
    const sender = { ...place.channel, batch: 1, pace: 1_000 };
    const lanes = ["slack:a:C0PLACE", "slack:b:C0PLACE"];
    for (const lane of lanes) await queue(db, lane, 3, start);
    serve(db, time, { "slack:a:C0PLACE": sender, "slack:b:C0PLACE": sender });
    for (const lane of lanes) await until(() => allAre(db, lane, "delivered"));
    const times = place.received.map(({ at }) => at);
    expect(times).toHaveLength(6);
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(4_500);
  });

  test("an item that is refused for good or too often is a dead letter, and a retry keeps its key", async () => {
    const { db } = await open();
    const time = fastTime(start, 600);
    let mended = false;
    const refusing = destination((item) => {
      if (mended) return { is: "delivered" };
      return item.key.endsWith("/0")
        ? { is: "dead", reason: "no such channel" }
        : { is: "retry", reason: "locked" };
    }, time);
    await queue(db, "webhook:a:x", 2, start);
    await queue(db, "slack:a", 1, start);
    const deliveries = serve(db, time, { "webhook:a:x": refusing.channel });
    await until(async () => (await listDeadLetters(db)).length === 3);
    const letters = await listDeadLetters(db);
    expect(Object.fromEntries(letters.map(({ key, reason }) => [key, reason]))).toEqual({
      "webhook:a:x/0": "no such channel",
      "webhook:a:x/1": "Given up after 12 attempts: locked",
      "slack:a/0": "slack is not configured.",
    });

    mended = true;
    expect(await retryDeadLetters(db, { all: { destination: "webhook:a:x" } }, time.clock.now())).toBe(2);
    deliveries.wake();
    await until(() => allAre(db, "webhook:a:x", "delivered"));
    expect(refusing.received.at(-1)!.key).toMatch(/^webhook:a:x\/[01]$/);
    const [left] = await listDeadLetters(db);
    expect(await discardDeadLetters(db, { ids: [left!.id] }, "Olga", time.clock.now())).toBe(1);
    expect(await listDeadLetters(db)).toEqual([]);
  });

  test("whatever a channel makes of an answer, each item of the batch keeps an outcome and is sent once", async () => {
    const { db } = await open();
    const time = fastTime(start, 1);
    const outcomes: Outcome[] = [
      { is: "dead", reason: "bad\0 body" },
      { is: "later", reason: "soon", after: 5_000.5 },
      { is: "later", reason: "some day", after: 1e300 },
      { is: "later", reason: "never", after: NaN },
      { is: "delivered", note: "\0\ud800" },
      { is: "delivered", receipt: { id: "a\0" } },
      { is: "delivered" },
    ];
    const odd = destination((item) => outcomes[(item.payload as { n: number }).n]!, time);
    await queue(db, "webhook:a:x", outcomes.length, start);
    serve(db, time, { "webhook:a:x": odd.channel });
    const rows = () => db.selectFrom("outbox").selectAll().orderBy("id").execute();
    await until(async () =>
      (await rows()).every(({ last_error, state }) => last_error ?? state !== "pending"),
    );
    await until(async () => (await rows()).every(({ state }) => state !== "sending"));
    const kept = (await rows()).map((row) => [row.state, row.last_error, row.not_before > start + 3_600_000]);
    expect(kept.slice(0, 4)).toEqual([
      ["dead", "bad body", false],
      ["pending", "soon", false],
      ["pending", "some day", expect.any(Boolean)],
      ["pending", "never", false],
    ]);
    expect(kept.slice(4).map(([state]) => state)).toEqual(["delivered", "delivered", "delivered"]);
    expect(Math.max(...(await rows()).map((row) => row.not_before))).toBeLessThan(start + 3_700_000);
    expect(odd.received.map(({ key }) => key).sort()).toEqual(outcomes.map((_, n) => `webhook:a:x/${n}`));
  });

  test("an outcome that the store refuses is kept in other words, and the rest of its batch keeps its own", async () => {
    const { db } = await open();
    const time = fastTime(start, 1);
    await refuseReason(db, "poison");
    const odd = destination(
      (item) => (item.key.endsWith("/1") ? { is: "dead", reason: "poison" } : { is: "delivered" }),
      time,
    );
    await queue(db, "webhook:a:x", 3, start);
    serve(db, time, { "webhook:a:x": odd.channel });
    await until(async () =>
      (await states(db, "webhook:a:x")).every((s) => s === "delivered" || s === "dead"),
    );
    expect(await states(db, "webhook:a:x")).toEqual(
      expect.arrayContaining(["delivered", "dead", "delivered"]),
    );
    expect((await listDeadLetters(db)).map(({ reason }) => reason)).toEqual([
      "The destination's answer has characters that the store cannot hold.",
    ]);
    expect(odd.received).toHaveLength(3);
  });

  test("the next process sends the items of one that died, with the same keys", async () => {
    const { db } = await open();
    const time = fastTime(start, 100);
    await queue(db, "webhook:a:x", 1, start);
    await db
      .updateTable("outbox")
      .set({ state: "sending", claimed_by: "one", claimed_until: start + 3_600_000 })
      .execute();
    const well = destination(() => ({ is: "delivered" }), time);
    serve(db, time, { "webhook:a:x": well.channel });
    await until(() => allAre(db, "webhook:a:x", "delivered"));
    expect(well.received.map(({ key }) => key)).toEqual(["webhook:a:x/0"]);
  });

  test("two processes share the lanes: each item is sent by one of them", async () => {
    const { db } = await open();
    const time = fastTime(start, 10);
    const well = destination(() => ({ is: "delivered" }), time);
    await queue(db, "webhook:a:x", 300, start);
    serve(db, time, { "webhook:a:x": well.channel }, "one");
    serve(db, time, { "webhook:a:x": well.channel }, "two");
    await until(() => allAre(db, "webhook:a:x", "delivered"));
    expect(well.received).toHaveLength(300);
  });

  test("the outbox forgets sent items after 30 days, dead letters after 90 and lost cases after one", async () => {
    const { db } = await open();
    const day = 24 * 3_600_000;
    const orgId = await client(db);
    const left = await openCase(db, orgId, 1, start);
    const stays = await openCase(db, orgId, 2, start);
    await db.deleteFrom("outbox").execute();
    await db.updateTable("cases").set({ contract_id: null }).where("id", "=", left).execute();
    const rows: [key: string, caseId: string | null, state: string, age: number][] = [
      ["sent", stays, "delivered", 31],
      ["sent lately", stays, "delivered", 29],
      ["withheld", null, "withheld", 31],
      ["dead", stays, "dead", 91],
      ["dead lately", null, "dead", 89],
      ["of a case that left", left, "delivered", 2],
      ["dead, of a case that left", left, "dead", 2],
      ["just sent, of a case that left", left, "delivered", 0.5],
      ["waiting", left, "pending", 200],
    ];
    for (const [key, case_id, state, age] of rows)
      await db
        .insertInto("outbox")
        .values({
          ...{ key, org_id: orgId, case_id, state, destination: "email:acme", kind: "notice.email" },
          ...{ payload: "{}", attempts: 1, created_at: start - age * day, not_before: start },
        })
        .execute();
    expect(await prune(db, 0, start)).toBe(0);
    const kept = await db.selectFrom("outbox").select("key").orderBy("id").execute();
    expect(kept.map(({ key }) => key)).toEqual([
      "sent lately",
      "dead lately",
      "just sent, of a case that left",
      "waiting",
    ]);
  });

  test("messages of clients go after 30 days, and the content of a lost case's after one", async () => {
    const { db } = await open();
    const day = 24 * 3_600_000;
    const orgId = await client(db);
    const left = await openCase(db, orgId, 1, start);
    const stays = await openCase(db, orgId, 2, start);
    await db.updateTable("cases").set({ contract_id: null }).where("id", "=", left).execute();
    const message = JSON.stringify({ subject: "The till", text: "prints nothing", files: [] });
    const rows: [key: string, caseId: string | null, state: string, age: number | null][] = [
      ["done", stays, "done", 31],
      ["done lately", stays, "done", 29],
      ["refused", null, "refused", 31],
      ["of a case that left", left, "done", 2],
      ["just sent, of a case that left", left, "done", 0.5],
      ["waiting", null, "waiting", null],
    ];
    for (const [key, case_id, state, age] of rows)
      await db
        .insertInto("intakes")
        .values({
          ...{ key, org_id: orgId, case_id, state, message, channel: "slack", kind: "message", sender: "U1" },
          ...{ taken_at: start - 40 * day, received_at: start - 40 * day },
          settled_at: age === null ? null : start - age * day,
        })
        .execute();
    await prune(db, 0, start);
    const kept = await db.selectFrom("intakes").select(["key", "message", "sender"]).orderBy("id").execute();
    expect(kept.filter(({ message: text }) => text === message).map(({ key }) => key)).toEqual([
      ...["done lately", "just sent, of a case that left", "waiting"],
    ]);
    // its row stays, so that the channel cannot bring the message a second time
    expect(kept.find(({ key }) => key === "of a case that left")).toMatchObject({
      ...{ message: expect.not.stringMatching(/till|prints/), sender: "" },
    });
    expect(kept).toHaveLength(4);
  });

  test("a dry run decides and shows, and sends nothing", async () => {
    const { db } = await open();
    const time = fastTime(start, 100);
    const well = destination(() => ({ is: "delivered" }), time);
    await queue(db, "webhook:a:x", 2, start, true);
    await queue(db, "webhook:a:y", 1, start);
    serve(db, time, { "webhook:a:x": well.channel, "webhook:a:y": well.channel });
    await until(() => allAre(db, "webhook:a:y", "delivered"));
    expect(await states(db, "webhook:a:x")).toEqual(["withheld", "withheld"]);
    expect(well.received).toHaveLength(1);
  });
});
