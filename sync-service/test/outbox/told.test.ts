// A case says who was told of its steps, and whether it arrived: for its page, which consultants and clients read.
import { afterEach, expect, jest, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { nextDue } from "../../src/clocks/due-clocks.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import type { Sender } from "../../src/channels/channel.ts";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { tellArrivals } from "../../src/outbox/told.ts";
import type { Database } from "../../src/store/schema.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
import { at, client, consultant, learn, openCase } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

const opened = at("2026-11-25T14:00:00");
const saying = (answer: Awaited<ReturnType<Sender["deliver"]>>[number]): Sender => ({
  ...{ batch: 10, linger: 0 },
  deliver: async (items) => items.map(() => answer),
});
const explanationOf = async (db: Kysely<Database>) => {
  const { wanted } = await db.selectFrom("write_backs").select("wanted").executeTakeFirstOrThrow();
  return JSON.parse(JSON.parse(wanted).SLA_Explanation__c);
};

describeStores("who was told", (open) => {
  const running: Deliveries[] = [];
  afterEach(() => Promise.all(running.splice(0).map((deliveries) => deliveries.stop())));

  test("is said on the case by channel and never by address, and stays when the case changes", async () => {
    const { db } = await open();
    const orgId = await client(db, {
      settings: { recipients: { lead: [{ email: "lead@provider.example" }] } },
    });
    const caseId = await openCase(db, orgId, 1, opened);
    for (let next = await nextDue(db); next !== null; next = await nextDue(db)) await fireDue(db, next);
    const items = await db
      .selectFrom("outbox")
      .select(["destination", "kind"])
      .where("kind", "like", "notice.%")
      .execute();
    expect(items.some(({ kind }) => kind === "notice.email")).toBe(true);
    expect((await explanationOf(db)).told).toBeUndefined();

    const time = fastTime(at("2026-11-26T12:00:00"), 100);
    const deliveries = new Deliveries({
      ...{ db, runtime: time, holder: "one" },
      senders: (lane) =>
        lane.startsWith("email:")
          ? saying({ is: "delivered" })
          : saying({ is: "dead", reason: "nobody is there" }),
    });
    running.push(deliveries);
    deliveries.start();
    const told = async (): Promise<{ step: string; by: string; state: string }[]> =>
      (await explanationOf(db)).told ?? [];
    await until(async () => {
      const states = (await told()).map(({ state }) => state);
      return states.length > 0 && !states.includes("waiting");
    });
    const breach = (await told()).filter(({ step }) => step === "breach");
    expect(breach).toContainEqual(
      expect.objectContaining({ by: "email", state: "arrived", label: { es: "Correo", en: "Email" } }),
    );
    expect(breach.filter(({ by }) => by !== "email").every(({ state }) => state === "failed")).toBe(true);
    expect(JSON.stringify(await told())).not.toContain("@");

    // an acknowledgement after the breach changes the clock, and the ledger with it
    const before = await told();
    const late = at("2026-11-26T13:00:00");
    const fact = { id: "ack", at: late, by: consultant, kind: "acknowledgement", via: "field" } as const;
    await learn(db, orgId, caseId, [fact], late);
    expect(await told()).toEqual(before);
    // said again, it changes nothing and costs no write
    const version = await db.selectFrom("write_backs").select("version").executeTakeFirstOrThrow();
    const sent = await db.selectFrom("outbox").selectAll().where("kind", "=", "notice.email").execute();
    await tellArrivals(
      db,
      sent.map(({ key, kind, org_id, case_id }) => ({ key, kind, orgId: org_id, caseId: case_id })),
      time.clock.now(),
    );
    expect(await db.selectFrom("write_backs").select("version").executeTakeFirstOrThrow()).toEqual(version);
  });
});
