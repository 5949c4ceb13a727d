import { expect, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { Ahead } from "../../src/clocks/ahead.ts";
import { decide } from "../../src/clocks/decision.ts";
import { basesOf, dueClocks, nextDue, orgsWithDue } from "../../src/clocks/due-clocks.ts";
import { fireDue } from "../../src/clocks/firing.ts";
import type { Database } from "../../src/store/schema.ts";
import { describeStores } from "../stores.ts";
import { at, client, consultant, learn, openCase, requester } from "./world.ts";

const opened = at("2026-11-25T10:00:00");
const breach = opened + 60 * 60_000;

describeStores("decisions made ready before their instants", (open, kind) => {
  /** Two cases of a client that are breached at the same instant, the steps before taken. */
  async function world() {
    const { db } = await open();
    const org = await client(db, {
      plan: "Platinum",
      settings: { recipients: { lead: [{ email: "lead@provider.example" }] } },
    });
    const cases = [await openCase(db, org, 1, opened), await openCase(db, org, 2, opened)];
    for (const minutes of [30, 45, 54]) await fireDue(db, opened + minutes * 60_000);
    return { db, org, first: cases[0]! };
  }
  const all = async (db: Kysely<Database>) => ({
    ledger: await db.selectFrom("steps").selectAll().orderBy("case_id").orderBy("due_at").execute(),
    clocks: await db.selectFrom("clocks").selectAll().orderBy("case_id").execute(),
    wanted: await db.selectFrom("write_backs").selectAll().orderBy("case_id").execute(),
    outbox: (await db.selectFrom("outbox").selectAll().orderBy("key").execute()).map(
      ({ id: _, ...row }) => row,
    ),
  });
  async function readyFor(db: Kysely<Database>): Promise<Ahead> {
    const ahead = new Ahead(db);
    const now = breach - 3_000;
    while ((await ahead.look(now, (await nextDue(db))!)) <= now);
    return ahead;
  }

  test("nothing is written or sent by it; at the instant it is what is written", async () => {
    const { db, org } = await world();
    const before = await all(db);
    const ahead = await readyFor(db);
    expect(await all(db)).toEqual(before);
    const orgs = new Map((await orgsWithDue(db, breach, 0)).map((row) => [row.id, row]));
    const due = await dueClocks(db, [org], { from: 0, upTo: breach, share: 10 });
    const bases = await basesOf(db, orgs, due);
    expect(bases).toHaveLength(2);
    for (const basis of bases) expect(ahead.take(basis)).toEqual(decide(basis, breach));
  });

  const changes: Record<string, (db: Kysely<Database>, org: string, first: string) => Promise<unknown>> = {
    "nothing at all": async () => {},
    "the case's owner": (db, _org, first) =>
      db
        .updateTable("cases")
        .set({ fields: JSON.stringify({ OwnerId: "00G000000000001AAA", IsEscalated: true }) })
        .where("id", "=", first)
        .execute(),
    "the case's subject": (db, _org, first) =>
      db.updateTable("cases").set({ subject: "Se resolvió a medias" }).where("id", "=", first).execute(),
    "who is told, in the org's settings": (db) => db.updateTable("orgs").set({ settings: "{}" }).execute(),
    "a dry run begins": (db) => db.updateTable("orgs").set({ settings: '{"dryRun":true}' }).execute(),
    "the org is paused": (db) => db.updateTable("orgs").set({ status: "paused" }).execute(),
    "the owner is no consultant any more": (db) =>
      db.updateTable("people").set({ is_consultant: 0 }).execute(),
    "the case is acknowledged": (db, org, first) =>
      learn(
        db,
        org,
        first,
        [{ id: "a", at: breach - 2_000, by: consultant, kind: "acknowledgement", via: "field" }],
        breach - 1_000,
      ),
    "the priority is lowered": (db, org, first) =>
      learn(
        db,
        org,
        first,
        [{ id: "p", at: breach - 2_000, by: requester, kind: "priority", priority: "P3" }],
        breach - 1_000,
      ),
    "another instance was faster": (db) => fireDue(db, breach),
  };
  // the rows are read alike from both: one change is enough for the slower store
  test.each(kind === "sqlite" ? Object.keys(changes) : ["the case's owner"])(
    "the same comes of it as without, also when this changes meanwhile: %s",
    async (what) => {
      const [ready, without] = [await world(), await world()];
      const ahead = await readyFor(ready.db);
      for (const { db, org, first } of [ready, without]) await changes[what]!(db, org, first);
      await fireDue(ready.db, breach + 20, undefined, 0, ahead);
      await fireDue(without.db, breach + 20);
      expect(await all(ready.db)).toEqual(await all(without.db));
    },
  );
});
