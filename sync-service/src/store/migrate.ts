import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { columnsOf } from "./migrations/columns.ts";
import { migrations } from "./migrations/index.ts";
import type { Database } from "./schema.ts";

export class StoreError extends Error {
  override name = "StoreError";
}

const migratorOf = (db: Kysely<Database>, kind: "sqlite" | "postgres") =>
  new Migrator({
    db,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(migrations).map(([name, { up }]) => [
            name,
            { up: (on: Kysely<unknown>) => up(on, columnsOf[kind]) },
          ]),
        ),
    },
  });

/**
 * Migrates the store to this version. It refuses a store that a newer version has migrated, and changes nothing there.
 * @throws StoreError with the reason
 */
export async function migrate(db: Kysely<Database>, kind: "sqlite" | "postgres"): Promise<void> {
  const { error, results } = await migratorOf(db, kind).migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find((r) => r.status === "Error")?.migrationName;
  const reason = error instanceof Error ? error.message : String(error);
  if (/previously executed migration .* is missing/.test(reason))
    throw new StoreError(
      `The store was written by a newer version of this service (${reason}). Run that version, or restore a backup made before it.`,
    );
  throw new StoreError(
    `The store could not be migrated${failed ? ` by migration ${failed}` : ""}: ${reason}`,
    { cause: error },
  );
}

/** The names of this version's migrations that the store has not run. */
export async function pendingMigrations(
  db: Kysely<Database>,
  kind: "sqlite" | "postgres",
): Promise<string[]> {
  const all = await migratorOf(db, kind).getMigrations();
  return all.filter((m) => m.executedAt === undefined).map((m) => m.name);
}
