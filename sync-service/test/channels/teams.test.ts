import { afterEach, expect, jest, test } from "@jest/globals";
import { actionsConfig } from "../../src/channels/registry.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import { sendersOf } from "../../src/lanes/senders.ts";
import { Deliveries } from "../../src/outbox/deliveries.ts";
import { fastTime, until } from "../clocks/fast-time.ts";
import { at, client, consultant, learn, openCase } from "../clocks/world.ts";
import { describeStores } from "../stores.ts";
import { serve, type Answer } from "./wires/serve.ts";

jest.setTimeout(60_000);
const opened = at("2026-11-25T10:00:00");

describeStores("Teams", (open) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  test("a workflow's chat hears of a breach and of who took the case, as cards that link to the case", async () => {
    const { db } = await open();
    const answers: Answer[] = [{ status: 429, headers: { "retry-after": "2" } }];
    const wire = await serve(() => answers.shift() ?? { status: 202 });
    process.env["TEST_TEAMS"] = `${wire.url}/workflows/1?sig=secret`;
    const config = actionsConfig.parse({ teams: { workflows: { leads: { env: "TEST_TEAMS" } } } });
    const breach = { step: "breach", do: [{ type: "notify", roles: ["lead"], channels: ["teams"] }] };
    const id = await client(db, {
      plan: "Platinum",
      settings: {
        recipients: { lead: [{ teams: "leads", language: "en" }, { teams: "nobody" }] },
        stepOverrides: [breach],
      },
    });
    const time = fastTime(opened, 20);
    const senders = sendersOf(db, config, () => undefined, time);
    const deliveries = new Deliveries({ db, runtime: time, senders: senders.of, holder: "one" });
    deliveries.start();
    closing.push(
      () => wire.close(),
      async () => senders.close(),
      () => deliveries.stop(),
    );
    const caseId = await openCase(db, id, 7, opened);
    const settled = () =>
      until(async () => {
        deliveries.wake();
        const rows = await db
          .selectFrom("outbox")
          .select("state")
          .where("kind", "=", "notice.teams")
          .execute();
        return rows.length > 0 && rows.every(({ state }) => state === "delivered" || state === "dead");
      });
    time.leap(60 * 60_000 + 500);
    await fireDue(db, time.clock.now());
    await settled();
    const cards = () => wire.asked.slice(1).map(({ body }) => JSON.stringify(JSON.parse(body)));
    expect(wire.asked[1]!.path).toBe("/workflows/1?sig=secret");
    expect(cards()).toHaveLength(1);
    for (const part of [
      "application/vnd.microsoft.card.adaptive",
      "Breach · Case 00000007",
      `/Case/${caseId}/view`,
    ])
      expect(cards()[0]).toContain(part);
    const dead = await db.selectFrom("outbox").selectAll().where("state", "=", "dead").execute();
    expect(dead.map(({ last_error }) => last_error)).toEqual([
      "The configuration has no Teams workflow called nobody.",
    ]);

    const now = time.clock.now();
    const ack = { id: "ack", at: now, by: consultant, kind: "acknowledgement", via: "field" } as const;
    await learn(db, id, caseId, [ack], now);
    await settled();
    expect(cards()[1]).toContain("acknowledged the case on");
  });
});
