import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import SQLite from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { columnsOf } from "../../src/store/migrations/columns.ts";
import { migrations } from "../../src/store/migrations/index.ts";

/** What each migration added when stores went through it: `table.column`. A new one is written here with it. */
const released = JSON.parse(
  readFileSync(new URL("released-migrations.json", import.meta.url), "utf8"),
) as Record<string, string[]>;

test("a released migration never changes", async () => {
  const database = new SQLite(":memory:");
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const columns = () =>
    new Set(
      database
        .prepare(
          "select t.name || '.' || c.name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite_%'",
        )
        .pluck()
        .all() as string[],
    );
  const added: Record<string, string[]> = {};
  for (const [name, { up }] of Object.entries(migrations)) {
    const before = columns();
    await up(db, columnsOf.sqlite);
    added[name] = [...columns()].filter((column) => !before.has(column)).sort();
  }
  await db.destroy();
  expect(added).toEqual(released);
});
