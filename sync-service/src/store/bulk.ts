/**
 * Many rows at little cost. On PostgreSQL, one statement whatever their number, of one text, sent without waiting for
 * those before it; on SQLite, one prepared statement. Lists of values, as kysely writes them, cost both stores more to
 * parse than to carry out.
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
 * An org's rows of a table by one of its columns, in the order of `values`: each is looked up by the index, whatever a
 * planner thinks of the table's size.
 * @param columns null: all of them
 * @param more what follows in SQL on PostgreSQL: `for update`
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
 * Asks without waiting for what was asked before on the same transaction: a server has the next statement when it is
 * done with one, and carries them out in the order of asking.
 */
export async function ask<Row>(tx: Transaction<Database>, query: CompiledQuery<Row>): Promise<Row[]> {
  const { rows } = await (await connectionOf(tx.getExecutor())).executeQuery<Row>(query);
  return rows;
}

type Work = readonly (() => Promise<unknown>)[];
type Done<W extends Work> = { -readonly [At in keyof W]: Awaited<ReturnType<W[At]>> };

/**
 * Statements of a transaction that do not go by each other's answers: a server is sent all of them at once and carries
 * them out in this order, up to the first that fails. Whatever happens, nothing is under way any more afterwards.
 */
export async function together<W extends Work>(tx: Transaction<Database>, ...work: W): Promise<Done<W>> {
  if (statementsOf(tx as never) !== null) {
    const done: unknown[] = [];
    for (const one of work) done.push(await one());
    return done as Done<W>;
  }
  const settled = await Promise.allSettled(work.map((one) => one()));
  return settled.map((result) => {
    // those after it fail for its sake
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }) as Done<W>;
}

const connections = new WeakMap<QueryExecutor, Promise<DatabaseConnection>>();
/** kysely lets a transaction's statements wait for each other; its connection does not. */
function connectionOf(executor: QueryExecutor): Promise<DatabaseConnection> {
  let connection = connections.get(executor);
  if (connection === undefined)
    connections.set(executor, (connection = executor.provideConnection(async (its) => its)));
  return connection;
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
 * As PostgreSQL writes an array, whose quotes and backslashes are escaped as in JSON; so it takes a fraction of what the
 * driver takes. What JSON escapes besides, PostgreSQL does not.
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
