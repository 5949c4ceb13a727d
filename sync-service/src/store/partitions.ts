/** Spreads the rows of a PostgreSQL store over partitions by org. */
import { sql, type Kysely, type Transaction } from "kysely";
import { StoreError } from "./migrate.ts";
import type { Database } from "./schema.ts";

/** The tables that grow with the orgs. The others are small, or belong to all orgs together. */
export const spreadTables = [
  ...(["applied_changes", "cases", "facts", "clocks", "steps", "outbox", "write_backs"] as const),
  ...([
    "people",
    "contracts",
    "contract_versions",
    "conversations",
    "hub_cases",
    "hub_entries",
    "hub_files",
  ] as const),
  ...(["gaps", "parked_events", "reconciliations", "summaries", "budget_steps", "api_use"] as const),
] satisfies readonly (keyof Database)[];

/** PostgreSQL plans longer with every partition, and more of them than this help nobody. */
export const mostPartitions = 256;

/**
 * Moves the rows of each table into `parts` hash partitions by org, in one transaction. Names of keys and indexes stay,
 * so that later migrations find them.
 * @param moved called after each table, with the number of its rows
 * @throws StoreError if the store is not PostgreSQL's, if a table has partitions already, or for a number out of bounds
 */
export async function partition(
  store: { db: Kysely<Database>; kind: "sqlite" | "postgres" },
  parts: number,
  moved: (table: string, rows: number) => void = () => {},
): Promise<void> {
  if (store.kind === "sqlite")
    throw new StoreError("The embedded store is one file and has no partitions. Use PostgreSQL for them.");
  if (!Number.isInteger(parts) || parts < 2 || parts > mostPartitions)
    throw new StoreError(`${parts} partitions do not work. Give a whole number from 2 to ${mostPartitions}.`);
  await store.db.transaction().execute(async (tx) => {
    await sql`lock table ${sql.join(spreadTables.map((table) => sql.table(table)))} in access exclusive mode`.execute(
      tx,
    );
    for (const table of spreadTables) moved(table, await spread(tx, table, parts));
  });
}

async function spread(tx: Transaction<Database>, table: string, parts: number): Promise<number> {
  const rowsOf = async <Row>(query: ReturnType<typeof sql<Row>>) => (await query.execute(tx)).rows;
  const [kind] = await rowsOf(
    sql<{ relkind: string }>`select relkind from pg_class where oid = ${table}::regclass`,
  );
  if (kind?.relkind === "p")
    throw new StoreError(`The table ${table} has partitions already. Nothing was changed.`);
  const constraints = await rowsOf(
    sql<{ name: string; text: string }>`select conname as name, pg_get_constraintdef(oid) as text
      from pg_constraint where conrelid = ${table}::regclass and contype in ('p', 'u') order by contype, conname`,
  );
  const indexes = await rowsOf(
    sql<{ text: string }>`select pg_get_indexdef(i.indexrelid) as text from pg_index i
      where i.indrelid = ${table}::regclass
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  );
  const [sequence] = await rowsOf(
    sql<{ name: string | null }>`select case when exists (
        select from pg_attribute where attrelid = ${table}::regclass and attidentity <> ''
      ) then pg_get_serial_sequence(${table}, 'id') end as name`,
  );
  const counted = sequence?.name ?? null;
  const last = counted === null ? null : await positionOf(tx, counted);

  const old = `${table}_unspread`;
  await sql`alter table ${sql.table(table)} rename to ${sql.table(old)}`.execute(tx);
  await sql`create table ${sql.table(table)}
    (like ${sql.table(old)} including defaults including identity) partition by hash (org_id)`.execute(tx);
  for (let part = 0; part < parts; part++)
    await sql`create table ${sql.table(`${table}_p${part}`)} partition of ${sql.table(table)}
      for values with (modulus ${sql.lit(parts)}, remainder ${sql.lit(part)})`.execute(tx);
  const { numAffectedRows = 0n } = await sql`insert into ${sql.table(table)}
    ${sql.raw(counted === null ? "" : "overriding system value")} select * from ${sql.table(old)}`.execute(
    tx,
  );
  await sql`drop table ${sql.table(old)}`.execute(tx);
  for (const { name, text } of constraints)
    await sql`alter table ${sql.table(table)} add constraint ${sql.ref(name)} ${sql.raw(text)}`.execute(tx);
  for (const { text } of indexes) await sql.raw(text).execute(tx);
  if (last !== null)
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${last.last_value}, ${last.is_called})`.execute(
      tx,
    );
  return Number(numAffectedRows);
}

/** Where a counted key stands: a number that was used is never used again, also if its row is gone. */
async function positionOf(tx: Transaction<Database>, sequence: string) {
  const { rows } = await sql<{ last_value: number; is_called: boolean }>`select last_value, is_called
    from ${sql.table(sequence)}`.execute(tx);
  return rows[0]!;
}
