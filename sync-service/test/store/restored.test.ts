// A backup that comes back in another place: the same rows, and a service that goes on from there.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { sql } from "kysely";
import pg from "pg";
import { audit } from "../../src/audit/audit.ts";
import { backup, restore } from "../../src/store/backup.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore, type Store, type StorePlace } from "../../src/store/open.ts";
import { newPlace } from "../stores.ts";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "compromiso-restored-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const change = (store: Store, key: string) =>
  store.db.insertInto("applied_changes").values({ org_id: "austral", change_key: key, at: 1 }).execute();
const note = (store: Store, action: string) =>
  audit(store.db, { at: 1, actor: "olga", action, detail: { org: "austral" } });

/** Every row of every table, by table. */
async function rowsOf({ db }: Store): Promise<Map<string, string[]>> {
  const tables = new Map<string, string[]>();
  for (const { name } of await db.introspection.getTables({ withInternalKyselyTables: true })) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(db);
    tables.set(name, rows.map((row) => JSON.stringify(row)).toSorted());
  }
  return tables;
}

const major = (text: string) => Number(/\d+/.exec(text)?.[0] ?? 0);

/**
 * Brings the database to an empty one, as an operator does. pg_dump refuses a server that is newer than itself; then
 * the server copies the database.
 */
async function copyDatabase(from: string, to: string): Promise<void> {
  const client = new pg.Client(from);
  await client.connect();
  const { rows } = await client.query("show server_version");
  await client.end();
  const dump = spawnSync("pg_dump", ["--version"], { encoding: "utf8" });
  if (dump.status === 0 && major(dump.stdout) >= major(rows[0].server_version)) {
    const file = join(folder, "store.dump");
    const run = (command: string, ...args: string[]) => {
      const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    };
    run("pg_dump", "--format=custom", `--file=${file}`, from);
    run("pg_restore", "--no-owner", `--dbname=${to}`, file);
    return;
  }
  const [source, target] = [from, to].map((url) => new URL(url).pathname.slice(1));
  const server = new URL(from);
  server.pathname = "/postgres";
  const admin = new pg.Client(server.href);
  await admin.connect();
  await admin.query(`drop database ${target}`);
  await admin.query(`create database ${target} template ${source}`);
  await admin.end();
}

/** Backs up a store that nobody has open, and restores it elsewhere. */
async function elsewhere(place: StorePlace, other: StorePlace): Promise<void> {
  if ("file" in place && "file" in other) {
    const copy = join(folder, "backup.sqlite");
    await backup(place.file, copy);
    expect(restore(other.file, copy, 0)).toBeNull();
  } else if ("databaseUrl" in place && "databaseUrl" in other)
    await copyDatabase(place.databaseUrl, other.databaseUrl);
}

describe.each(["sqlite", "postgres"] as const)("a backup of %s", (kind) => {
  test("comes back in another place with the same rows, and the service goes on there", async () => {
    const [old, fresh] = [await newPlace(kind), await newPlace(kind)];
    const store = await openStore(old.place, { serving: true });
    for (let n = 0; n < 20; n++) await change(store, `key ${n}`);
    await note(store, "orgs.pause");
    await note(store, "orgs.resume");
    const before = await rowsOf(store);
    expect(before.get("applied_changes")).toHaveLength(20);
    await store.close();
    await elsewhere(old.place, fresh.place);
    await old.forget();

    const restored = await openStore(fresh.place, { serving: true });
    expect(await checkStore(restored)).toEqual([]);
    expect(await rowsOf(restored)).toEqual(before);
    // the store still knows each applied change, and gives a new row a number of its own
    await expect(change(restored, "key 7")).rejects.toThrow(/unique/i);
    await change(restored, "key 20");
    await note(restored, "orgs.pause");
    const after = await rowsOf(restored);
    expect(after.get("applied_changes")).toHaveLength(21);
    expect(after.get("audit")).toHaveLength(before.get("audit")!.length + 1);
    await restored.close();
    await fresh.forget();
  });
});
