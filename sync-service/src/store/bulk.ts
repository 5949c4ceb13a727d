/**
 * Reads and writes many rows at low cost. PostgreSQL gets one statement for any number of rows, always with the same text.
 * SQLite gets one prepared statement. Both stores need longer to parse kysely's lists of values than to run them.
 */
import {
  CompiledQuery,
  sql,
  type DatabaseConnection,
  type Insertable,
  type Kysely,
  type QueryExecutor,
  type RawBuilder,
  type Selectable,
  type SqlBool,
  type Transaction,
} from "kysely";
import { statementsOf } from "./embedded.ts";
import type { Database } from "./schema.ts";

type ColumnType = "text" | "bigint" | "integer";
export type ColumnTypes<Table> = { readonly [Column in keyof Table]?: ColumnType };

/** @param onConflict as in SQL: `on conflict (key) do nothing` */
export async function insertMany<Name extends keyof Database & string>(
  tx: Transaction<Database>,
  table: Name,
  types: ColumnTypes<Database[Name]>,
  rows: readonly Insertable<Database[Name]>[],
  onConflict = "",
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(types);
  const into = `insert into ${table} (${columns.join(", ")})`;
  const statements = statementsOf(tx as never);
  if (statements !== null) {
    const values = columns.map(() => "?").join(", ");
    statements.runMany(`${into} values (${values}) ${onConflict}`, listsOf(rows, columns));
    return;
  }
  await ask(
    tx,
    CompiledQuery.raw(`${into} select * from ${unnested(types)} ${onConflict}`, arraysOf(rows, types)),
  );
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
  const types = { ...key, ...change };
  await ask(
    tx,
    CompiledQuery.raw(
      `update ${table} set ${columns.map((c) => `${c} = new.${c}`).join(", ")}
       from ${unnested(types)} as new (${Object.keys(types).join(", ")})
       where ${keys.map((c) => `${table}.${c} = new.${c}`).join(" and ")}`,
      arraysOf(rows, types),
    ),
  );
}

/**
 * Reads an org's rows by one column, in the order of `values`. It uses the index for each value, even if the planner
 * has a wrong idea of the table's size.
 * @param columns null means all columns
 * @param more the end of the SQL on PostgreSQL: `for update`
 */
export async function rowsBy<
  Name extends keyof Database & string,
  Column extends keyof Database[Name] & string,
>(
  tx: Transaction<Database>,
  table: Name,
  orgId: string,
  [column, values]: [column: keyof Database[Name] & string, values: readonly string[]],
  columns: readonly Column[] | null = null,
  more = "",
): Promise<Selectable<Pick<Database[Name], Column>>[]> {
  if (values.length === 0) return [];
  const list = columns === null ? "found.*" : columns.map((name) => `found.${name}`).join(", ");
  const query =
    statementsOf(tx as never) === null
      ? CompiledQuery.raw(
          `select ${list} from unnest($2::text[]) as wanted (value) cross join lateral (
             select * from ${table} where org_id = $1 and ${column} = wanted.value offset 0 ${more}
           ) as found`,
          [orgId, arrayOf("text", values)],
        )
      : CompiledQuery.raw(
          `select ${list} from json_each(?) as wanted cross join ${table} as found
           where found.org_id = ? and found.${column} = wanted.value`,
          [JSON.stringify(values), orgId],
        );
  return ask(tx, query as CompiledQuery<Selectable<Pick<Database[Name], Column>>>);
}

/**
 * Sends a query without waiting for earlier queries of the same transaction. The server always has its next statement,
 * and runs them in the order in which you sent them.
 */
export async function ask<Row>(tx: Transaction<Database>, query: CompiledQuery<Row>): Promise<Row[]> {
  const { rows } = await (await connectionOf(tx.getExecutor())).executeQuery<Row>(query);
  return rows;
}

type Work = readonly (() => Promise<unknown>)[];
type Done<W extends Work> = { -readonly [At in keyof W]: Awaited<ReturnType<W[At]>> };

/**
 * Runs statements that do not need each other's answers. The server gets all of them at once and runs them in order,
 * up to the first that fails. When the promise settles, no statement is running any more.
 */
export async function together<W extends Work>(tx: Transaction<Database>, ...work: W): Promise<Done<W>> {
  if (statementsOf(tx as never) !== null) {
    const done: unknown[] = [];
    for (const one of work) done.push(await one());
    return done as Done<W>;
  }
  const settled = await Promise.allSettled(work.map((one) => one()));
  return settled.map((result) => {
    // the statements after it failed only because of it
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }) as Done<W>;
}

const connections = new WeakMap<QueryExecutor, Promise<DatabaseConnection>>();
/** Gets the transaction's own connection, because kysely itself runs a transaction's statements one by one. */
function connectionOf(executor: QueryExecutor): Promise<DatabaseConnection> {
  let connection = connections.get(executor);
  if (connection === undefined)
    connections.set(executor, (connection = executor.provideConnection(async (its) => its)));
  return connection;
}

/** Makes a list of cases to join with, with columns org_id and case_id: `from ${casesIn(db, cases)} as k cross join …`. */
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

/** Writes `column in (values)` with one parameter, so that the text is the same for every number of values. */
export const among = (db: Kysely<Database>, column: string, values: readonly string[]): RawBuilder<SqlBool> =>
  statementsOf(db as never) === null
    ? sql<SqlBool>`${sql.ref(column)} = any(${values}::text[])`
    : sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`;

type Types = Record<string, ColumnType>;
const unnested = (types: object) =>
  `unnest(${Object.values(types as Types)
    .map((type, n) => `$${n + 1}::${type}[]`)
    .join(", ")})`;

const arraysOf = (rows: readonly object[], types: object): string[] =>
  Object.entries(types as Types).map(([column, type]) =>
    arrayOf(
      type,
      rows.map((row) => (row as Record<string, unknown>)[column]),
    ),
  );

const controls = /[\u0000-\u001f]/;
const isPlain = (value: unknown) =>
  typeof value !== "string" || (value.isWellFormed() && !controls.test(value));

/**
 * Writes an array as PostgreSQL text, many times faster than the driver does. Quotes and backslashes are escaped as in
 * JSON. JSON escapes more characters than these, but PostgreSQL does not.
 */
function arrayOf(type: ColumnType, values: readonly unknown[]): string {
  if (type !== "text") return `{${values.map((value) => value ?? "NULL").join(",")}}`;
  if (values.every(isPlain)) return `{${JSON.stringify(values).slice(1, -1)}}`;
  const quoted = values.map((value) =>
    value === null || value === undefined ? "NULL" : `"${String(value).replace(/["\\]/g, "\\$&")}"`,
  );
  return `{${quoted.join(",")}}`;
}

function* listsOf(rows: readonly object[], columns: readonly string[]): Generator<unknown[]> {
  for (const row of rows) yield columns.map((column) => (row as Record<string, unknown>)[column] ?? null);
}
