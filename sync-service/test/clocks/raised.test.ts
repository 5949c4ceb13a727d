import { describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import type { Kysely } from "kysely";
import type { Fact } from "c/slaEngine";
import { nextDue } from "../../src/clocks/due-clocks.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import type { Database } from "../../src/store/schema.ts";
import { describeStores } from "../stores.ts";
import { at, catalogue, client, clockOf, learn, ledgerOf, openCase, outboxOf, requester } from "./world.ts";

// a machine that has other things to do is slow, not wrong
jest.setTimeout(60_000);

const settings = {
  recipients: { team: [{ email: "team@provider.example" }], lead: [{ email: "lead@provider.example" }] },
  slackChannel: "C0SUPPORT",
};
const priorityAt = (when: number, priority: string, id = `p${when}`): Fact => ({
  ...{ id, at: when, by: requester, kind: "priority", priority },
});
const told = async (db: Kysely<Database>) =>
  (await outboxOf(db)).flatMap(({ key }) => /^step\/.*\/1\/opened\/(.*)$/.exec(key)?.[1] ?? []);

describeStores("told when a case opens", (open) => {
  test("a P1 is told to Slack, by email and on call when it opens, and a P3 to nobody", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum", settings });
    const start = at("2026-11-25T10:00:00");
    await openCase(db, org, 1, start);
    await openCase(db, org, 2, start, { priority: "P3" });
    await fireDue(db, start);
    expect((await told(db)).sort()).toEqual([
      "email/lead@provider.example",
      "email/team@provider.example",
      "page",
      "slack/C0SUPPORT",
    ]);
  });

  test("a case opened at night is told when coverage begins", async () => {
    const { db } = await open();
    const org = await client(db, { settings });
    const caseId = await openCase(db, org, 1, at("2026-11-24T23:10:00"));
    expect(await nextDue(db)).toBe(at("2026-11-25T09:00:00"));
    await fireDue(db, at("2026-11-25T09:00:00"));
    expect(await ledgerOf(db, caseId)).toMatchObject([{ step: "opened", outcome: "acted" }]);
    // Silver has no on-call
    expect(await told(db)).toEqual([
      "slack/C0SUPPORT",
      "email/team@provider.example",
      "email/lead@provider.example",
    ]);
  });

  test("a case that rises to P1 is told then to those who had not heard, once, and says from where it rose", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum", settings });
    const start = at("2026-11-25T10:00:00");
    const caseId = await openCase(db, org, 1, start, { priority: "P2" });
    await fireDue(db, start);
    expect(await told(db)).toEqual(["slack/C0SUPPORT"]);

    const raised = start + 600_000;
    await learn(db, org, caseId, [priorityAt(raised, "P1")], raised);
    await learn(db, org, caseId, [priorityAt(raised + 60_000, "P2")], raised + 60_000);
    await learn(db, org, caseId, [priorityAt(raised + 120_000, "P1")], raised + 120_000);
    expect((await told(db)).sort()).toEqual([
      "email/lead@provider.example",
      "email/team@provider.example",
      "page",
      "slack/C0SUPPORT",
    ]);
    const [email] = await outboxOf(db, "notice.email");
    expect(JSON.parse(email!.payload)).toMatchObject({
      step: "opened",
      stepLabel: { es: "Subió de P2 a P1", en: "Raised from P2 to P1" },
      priority: "P1",
      caseNumber: "00000001",
    });
  });

  test("a case that rises before its opening was told is told once, as it stands then", async () => {
    const { db } = await open();
    const org = await client(db, { settings });
    const caseId = await openCase(db, org, 1, at("2026-11-24T23:10:00"), { priority: "P3" });
    const raised = at("2026-11-24T23:30:00");
    await learn(db, org, caseId, [priorityAt(raised, "P1")], raised);
    expect(await told(db)).toEqual([]);
    await fireDue(db, at("2026-11-25T09:00:00"));
    const emails = await outboxOf(db, "notice.email");
    expect(emails.map(({ payload }) => JSON.parse(payload).stepLabel.en)).toEqual(["Opened", "Opened"]);
  });

  test("a rise after the due instant, and one of a case that was acknowledged, tell nobody of an opening", async () => {
    const { db } = await open();
    const org = await client(db, { plan: "Platinum", settings });
    const start = at("2026-11-25T10:00:00");
    const late = await openCase(db, org, 1, start, { priority: "P3" });
    const answered = await openCase(db, org, 2, start, { priority: "P3" });
    await fireDue(db, start);
    const acknowledged = { id: "a", at: start + 60_000, by: { ...requester, role: "consultant" } } as const;
    await learn(
      db,
      org,
      answered,
      [{ ...acknowledged, kind: "acknowledgement", via: "field" }],
      start + 60_000,
    );
    await learn(db, org, answered, [priorityAt(start + 120_000, "P1")], start + 120_000);
    const past = (await clockOf(db, late)).due_at! + 1_000;
    await learn(db, org, late, [priorityAt(past, "P1")], past);
    expect(await told(db)).toEqual([]);
  });

  test("whatever the priorities on the way, each hears of an opening once, and hears whatever a rise would have told", async () => {
    const { db } = await open();
    let number = 0;
    const org = await client(db, { plan: "Platinum", settings });
    // P1 tells most, P2 tells the channel, and the others tell nobody
    const audience: Record<string, string[]> = {
      P1: ["email/lead@provider.example", "email/team@provider.example", "page", "slack/C0SUPPORT"],
      P2: ["slack/C0SUPPORT"],
      P3: [],
      P4: [],
    };
    const priority = fc.constantFrom("P1", "P2", "P3", "P4");
    await fc.assert(
      fc.asyncProperty(priority, fc.array(priority, { maxLength: 5 }), async (first, later) => {
        number += 1;
        const start = at("2026-11-25T10:00:00");
        const caseId = await openCase(db, org, number, start, { priority: first });
        await fireDue(db, start);
        const expected = new Set(audience[first]);
        let before = first;
        for (const [index, next] of later.entries()) {
          const when = start + (index + 1) * 1_000;
          await learn(db, org, caseId, [priorityAt(when, next)], when);
          // "P1" comes before "P2"
          if (next < before) for (const one of audience[next]!) expected.add(one);
          before = next;
        }
        const keys = (await outboxOf(db)).map(({ key }) => key.split(`step/${org}/${caseId}/1/opened/`)[1]);
        expect(keys.filter((key) => key !== undefined).sort()).toEqual([...expected].sort());
      }),
      { numRuns: 15 },
    );
  });
});

describe("the catalogue that ships", () => {
  test("has a step at the start for every plan", () => {
    expect(catalogue.steps[0]).toMatchObject({ name: "opened", at: "0%" });
    expect(catalogue.plans.every(({ steps }) => steps === undefined)).toBe(true);
  });
});
