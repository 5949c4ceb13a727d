import SQLite from "better-sqlite3";
import { Kysely, SqliteDialect, sql } from "kysely";
import { migrate, pendingMigrations } from "./migrate.ts";
import type { Store } from "./open.ts";
import type { Database } from "./schema.ts";

/** Lists all faults: damage, missing migrations, wrong tables or columns. @returns [] if the store is fine */
export async function checkStore({ db, kind }: Store): Promise<string[]> {
  const faults: string[] = [];
  if (kind === "sqlite") {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db);
    faults.push(
      ...rows
        .map((row) => row.integrity_check)
        .filter((said) => said !== "ok")
        .map((said) => `damage: ${said}`),
    );
  }
  faults.push(...(await pendingMigrations(db, kind)).map((name) => `migration ${name} has not run`));
  const is = await columnsOf(db);
  for (const [table, columns] of await shouldBe()) {
    const found = is.get(table);
    if (found === undefined) faults.push(`table ${table} is missing`);
    else
      for (const column of columns)
        if (!found.has(column)) faults.push(`column ${table}.${column} is missing`);
  }
  return faults;
}

/** The tables and columns that the migrations create in an empty store. */
async function shouldBe(): Promise<Map<string, Set<string>>> {
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: new SQLite(":memory:") }) });
  try {
    await migrate(db, "sqlite");
    return await columnsOf(db);
  } finally {
    await db.destroy();
  }
}

async function columnsOf(db: Kysely<Database>): Promise<Map<string, Set<string>>> {
  const tables = await db.introspection.getTables();
  return new Map(tables.map((table) => [table.name, new Set(table.columns.map((column) => column.name))]));
}
