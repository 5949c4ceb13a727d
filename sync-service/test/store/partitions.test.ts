// Partitions by org on a real PostgreSQL: every key begins with the org, and the rows of a store move without loss.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { Command } from "commander";
import { sql } from "kysely";
import { addStore } from "../../src/cli/store.ts";
import { partition, spreadTables } from "../../src/store/partitions.ts";
import type { Store } from "../../src/store/open.ts";
import { openStore } from "../../src/store/open.ts";
import { newPlace } from "../stores.ts";

async function onPostgres(work: (store: Store) => Promise<void>): Promise<void> {
  const { place, forget } = await newPlace("postgres");
  const store = await openStore(place);
  try {
    await work(store);
  } finally {
    await store.close();
    await forget();
  }
}
const item = (n: number) => ({
  ...{ key: `key-${n}`, org_id: `org-${n % 5}`, case_id: null, destination: "email", kind: "notice" },
  ...{ payload: "{}", created_at: n, not_before: n, attempts: 0, state: "pending" },
});

/** These belong to all orgs together, or come before the service knows whose they are. */
const withoutOrg: Record<string, string> = {
  orgs: "its id is the org",
  instances: "of the service",
  hubs: "of the service",
  hub_commands: "a command comes in before its org is known",
  api_tokens: "of the service",
  accounts: "of the service",
  sessions: "of the service",
  second_factors: "of an account",
  recovery_codes: "of an account",
  sign_ins: "of the service",
  audit: "acts of the service's own operators",
  intakes: "a message comes in before its org is known",
  conversation_names: "a name leads to the org",
  door_positions: "of the service",
  said: "a channel names its message and no org",
  senders: "a sender leads to the org",
  kysely_migration: "of the store",
  kysely_migration_lock: "of the store",
};

describe("partitions", () => {
  test("the key of each table begins with the org, apart from those that belong to no one org", () =>
    onPostgres(async ({ db }) => {
      const { rows } = await sql<{ table: string; first: string }>`
        select c.relname as table, a.attname as first from pg_index i
        join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where i.indisprimary and n.nspname = 'public'`.execute(db);
      const others = rows.filter(({ first }) => first !== "org_id").map(({ table }) => table);
      expect(others.toSorted()).toEqual(Object.keys(withoutOrg).toSorted());
      const keyed = rows.filter(({ first }) => first === "org_id").map(({ table }) => table);
      for (const table of spreadTables) expect(keyed).toContain(table);
    }));

  test("the rows move into partitions, names of indexes stay, and a number is never used again", () =>
    onPostgres(async (store) => {
      const { db } = store;
      const names = async () =>
        (
          await sql<{ name: string }>`select indexrelid::regclass::text as name from pg_index
            where indrelid = any(${spreadTables}::regclass[])`.execute(db)
        ).rows
          .map(({ name }) => name)
          .toSorted();
      const before = await names();
      await db
        .insertInto("outbox")
        .values(Array.from({ length: 40 }, (_, n) => item(n)))
        .execute();
      const all = () => db.selectFrom("outbox").selectAll().orderBy("id").execute();
      const rows = await all();
      await db.deleteFrom("outbox").where("id", "=", rows.at(-1)!.id).execute();

      const moved: Record<string, number> = {};
      await partition(store, 4, (table, count) => (moved[table] = count));
      expect(moved).toMatchObject({ outbox: 39, cases: 0 });
      expect(await all()).toEqual(rows.slice(0, -1));
      expect(await names()).toEqual(before);
      const places = await sql<{
        part: string;
        org: string;
      }>`select distinct tableoid::regclass::text as part,
        org_id as org from outbox`.execute(db);
      expect(new Set(places.rows.map(({ org }) => org)).size).toBe(places.rows.length);
      expect(new Set(places.rows.map(({ part }) => part)).size).toBeGreaterThan(1);
      const next = await db.insertInto("outbox").values(item(40)).returning("id").executeTakeFirstOrThrow();
      expect(next.id).toBeGreaterThan(rows.at(-1)!.id);
      await expect(db.insertInto("outbox").values(item(40)).execute()).rejects.toThrow(/duplicate key/);
      await expect(partition(store, 4)).rejects.toThrow(
        "The table applied_changes has partitions already. Nothing was changed.",
      );
    }));

  test("the command notes in the audit trail who spread the store and how far; a refused one notes nothing", async () => {
    const { place, forget } = await newPlace("postgres");
    const folder = mkdtempSync(join(tmpdir(), "compromiso-partitions-"));
    const config = join(folder, "service.json");
    writeFileSync(config, JSON.stringify({}));
    const before = process.env["DATABASE_URL"];
    process.env["DATABASE_URL"] = (place as { databaseUrl: string }).databaseUrl;
    const log = jest.spyOn(console, "log").mockImplementation(() => {});
    const run = async () => {
      const program = new Command();
      addStore(program);
      await program.parseAsync(["store", "partition", "4", "--config", config], { from: "user" });
    };
    await (await openStore(place)).close();
    await run();
    await expect(run()).rejects.toThrow(/has partitions already/);
    log.mockRestore();
    if (before === undefined) delete process.env["DATABASE_URL"];
    else process.env["DATABASE_URL"] = before;
    const store = await openStore(place);
    const rows = await store.db.selectFrom("audit").selectAll().execute();
    await store.close();
    await forget();
    rmSync(folder, { recursive: true });
    expect(rows).toEqual([
      expect.objectContaining({
        action: "store.partition",
        actor: expect.stringMatching(/\(command line\)$/),
        detail: JSON.stringify({ parts: 4 }),
      }),
    ]);
  });

  test.each([1, 0, -3, 2.5, 257, NaN])("%s partitions are refused", (parts) =>
    expect(partition({ db: null as never, kind: "postgres" }, parts)).rejects.toThrow(
      `${parts} partitions do not work. Give a whole number from 2 to 256.`,
    ),
  );

  test("the embedded store is refused", () =>
    expect(partition({ db: null as never, kind: "sqlite" }, 4)).rejects.toThrow(/one file.*PostgreSQL/));
});
