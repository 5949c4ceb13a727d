/**
 * Many rows at little cost: one statement whatever their number on PostgreSQL, one prepared statement on SQLite. Lists
 * of values, as kysely writes them, cost both stores more to parse than to carry out.
 */
import {
  CompiledQuery,
  sql,
  type Insertable,
  type Kysely,
  type RawBuilder,
  type Selectable,
  type SqlBool,
  type Transaction,
} from "kysely";
import { statementsOf } from "./embedded.ts";
import type { Database } from "./schema.ts";

type ColumnType = "text" | "bigint" | "integer";
export type ColumnTypes<Table> = { readonly [Column in keyof Table]?: ColumnType };

/**
 * @param onConflict as in SQL: `on conflict (key) do nothing`, also `… returning column`
 * @returns what the statement returns, if it does
 */
export async function insertMany<Name extends keyof Database & string>(
  tx: Transaction<Database>,
  table: Name,
  types: ColumnTypes<Database[Name]>,
  rows: readonly Insertable<Database[Name]>[],
  onConflict = "",
): Promise<Partial<Selectable<Database[Name]>>[]> {
  if (rows.length === 0) return [];
  const columns = Object.keys(types);
  const into = `insert into ${table} (${columns.join(", ")})`;
  const statements = statementsOf(tx as never);
  if (statements !== null) {
    const values = columns.map(() => "?").join(", ");
    return statements.runMany(`${into} values (${values}) ${onConflict}`, listsOf(rows, columns)) as Partial<
      Selectable<Database[Name]>
    >[];
  }
  const written = await tx.executeQuery<Partial<Selectable<Database[Name]>>>(
    CompiledQuery.raw(`${into} select ${columns.join(", ")} from ${recordset("$1", types)} ${onConflict}`, [
      JSON.stringify(rows),
    ]),
  );
  return written.rows;
}

/** Sets columns of the rows that the other columns name. */
export async function updateMany<Name extends keyof Database & string>(
  tx: Transaction<Database>,
  table: Name,
  key: ColumnTypes<Database[Name]>,
  change: ColumnTypes<Database[Name]>,
  rows: readonly Partial<Database[Name]>[],
): Promise<void> {
  if (rows.length === 0) return;
  const [keys, columns] = [Object.keys(key), Object.keys(change)];
  const statements = statementsOf(tx as never);
  if (statements !== null) {
    const set = columns.map((column) => `${column} = ?`).join(", ");
    const where = keys.map((column) => `${column} = ?`).join(" and ");
    statements.runMany(`update ${table} set ${set} where ${where}`, listsOf(rows, [...columns, ...keys]));
    return;
  }
  await tx.executeQuery(
    CompiledQuery.raw(
      `update ${table} set ${columns.map((c) => `${c} = new.${c}`).join(", ")}
       from ${recordset("$1", { ...key, ...change }, "new")}
       where ${keys.map((c) => `${table}.${c} = new.${c}`).join(" and ")}`,
      [JSON.stringify(rows)],
    ),
  );
}

/** A list of cases to join with: `from ${casesIn(db, cases)} as k cross join …`, with columns org_id and case_id. */
export function casesIn(
  db: Kysely<Database>,
  cases: readonly { orgId: string; caseId: string }[],
): RawBuilder<unknown> {
  if (statementsOf(db as never) !== null)
    return sql`(select value ->> 0 as org_id, value ->> 1 as case_id from json_each(${JSON.stringify(
      cases.map(({ orgId, caseId }) => [orgId, caseId]),
    )}))`;
  return sql`(select * from unnest(${cases.map(({ orgId }) => orgId)}::text[], ${cases.map(({ caseId }) => caseId)}::text[]) as list (org_id, case_id))`;
}

/** `column in (values)` by one parameter: the text is the same however many there are. */
export const among = (
  db: Kysely<Database>,
  column: string,
  values: readonly string[],
): RawBuilder<SqlBool> =>
  statementsOf(db as never) === null
    ? sql<SqlBool>`${sql.ref(column)} = any(${values}::text[])`
    : sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`;

const recordset = (parameter: string, types: object, name = "rows") =>
  `json_to_recordset(${parameter}::json) as ${name} (${Object.entries(types)
    .map(([column, type]) => `${column} ${type}`)
    .join(", ")})`;

function* listsOf(rows: readonly object[], columns: readonly string[]): Generator<unknown[]> {
  for (const row of rows) yield columns.map((column) => (row as Record<string, unknown>)[column] ?? null);
}
