import { sql, type Kysely } from "kysely";
import { readAudit } from "../audit/audit.ts";
import type { Database } from "../store/schema.ts";

/**
 * The tables of a client's data with the columns of their keys, in the order of the export. Positions, leases and
 * hashed senders are the service's own bookkeeping, and stay out.
 */
const tables: Record<string, readonly string[]> = {
  contracts: ["id"],
  contract_versions: ["contract_id", "from_at"],
  people: ["user_id"],
  cases: ["id"],
  facts: ["case_id", "id"],
  clocks: ["case_id", "cycle"],
  steps: ["case_id", "cycle", "step"],
  outbox: ["id"],
  summaries: ["month", "priority"],
  budget_steps: ["plan", "priority", "month", "step"],
  month_reports: ["month"],
  conversations: ["id"],
  intakes: ["id"],
};

const rowsAtOnce = 1_000;

/**
 * Gives all that the service knows of a client, a JSON object per line: the heading, the client, each row with its
 * table, and what operators did. It reads some rows at a time, so that a large client fits in memory.
 */
export async function* exportClient(
  db: Kysely<Database>,
  id: string,
  exportedAt: number,
): AsyncGenerator<string> {
  const client = await db
    .selectFrom("orgs")
    .select(["id", "org_id", "name", "instance_url", "settings", "status", "onboarded_at"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  yield inLine({ format: "compromiso-client", version: 1, exportedAt, client });
  for (const [table, key] of Object.entries(tables))
    for await (const row of rowsOf(db, table, key, id)) yield inLine({ table, ...row });
  for (let before: number | undefined; ;) {
    const entries = await readAudit(db, { orgId: id, limit: rowsAtOnce, before });
    for (const entry of entries) yield inLine({ table: "audit", ...entry });
    if (entries.length < rowsAtOnce) break;
    before = entries.at(-1)!.id;
  }
}

const inLine = (value: object) => `${JSON.stringify(value)}\n`;

/** The rows in the order of their key. Each page begins after the last one, so that no row is skipped. */
async function* rowsOf(
  db: Kysely<Database>,
  table: string,
  key: readonly string[],
  id: string,
): AsyncGenerator<Record<string, unknown>> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  for (let last: Record<string, unknown> | null = null; ;) {
    const after: ReturnType<typeof sql> =
      last === null
        ? sql`true`
        : sql`(${columns}) > (${sql.join(key.map((column) => sql.val(last![column])))})`;
    const { rows } = await sql<Record<string, unknown>>`
      select * from ${sql.table(table)} where org_id = ${id} and ${after} order by ${columns} limit ${rowsAtOnce}
    `.execute(db);
    yield* rows;
    if (rows.length < rowsAtOnce) return;
    last = rows.at(-1)!;
  }
}
