import type { Delivery, Outcome } from "../channels/channel.ts";
import { refused, type SaveResult, type Sending } from "./sending.ts";
import type { SummaryTable } from "../store/schema.ts";

/** sObject Collections take no more in a call. */
const recordsAtOnce = 200;
const object = "Support_Summary__c";

/** Brings the org's Support_Summary__c up to what is wanted: one call for new rows, one for those that are there. */
export async function writeSummaries(sending: Sending, items: readonly Delivery[]): Promise<Outcome[]> {
  const { db, org, signal } = sending;
  const orgId = org.org.id;
  const rows = (await db.selectFrom("summaries").selectAll().where("org_id", "=", orgId).execute())
    .filter((row) => row.wanted !== row.written)
    .slice(0, recordsAtOnce);
  if (rows.length === 0)
    return items.map(() => ({ is: "delivered", note: "The org has these values already." }));
  const known = rows.some((row) => row.record_id === null) ? await idsInOrg(sending, rows) : new Map();
  const named = rows.map((row) => ({
    row,
    id: row.record_id ?? known.get(`${row.month} ${row.priority}`) ?? null,
  }));
  let failed: SaveResult | null = null;
  for (const [method, some] of [
    ["POST", named.filter(({ id }) => id === null)],
    ["PATCH", named.filter(({ id }) => id !== null)],
  ] as const) {
    if (some.length === 0) continue;
    const answers = await org.use((connection) => {
      return connection.request<SaveResult[]>({
        method,
        url: "/composite/sobjects",
        body: JSON.stringify({
          allOrNone: false,
          records: some.map(({ row, id }) => ({
            attributes: { type: object },
            ...(id === null ? {} : { id }),
            ...(JSON.parse(row.wanted) as object),
          })),
        }),
        headers: { "content-type": "application/json" },
      });
    }, signal);
    for (const [at, { row, id }] of some.entries()) {
      const answer = answers[at]!;
      if (!answer.success) failed ??= answer;
      // somebody deleted it: it is made anew at the next attempt
      const gone = answer.errors?.some((e) =>
        /ENTITY_IS_DELETED|INVALID_CROSS_REFERENCE_KEY|NOT_FOUND/.test(e.statusCode),
      );
      await db
        .updateTable("summaries")
        .set(
          answer.success
            ? { written: row.wanted, record_id: id ?? answer.id ?? null }
            : { record_id: gone ? null : id },
        )
        .where("org_id", "=", orgId)
        .where("month", "=", row.month)
        .where("priority", "=", row.priority)
        .execute();
    }
  }
  if (failed === null) return items.map(() => ({ is: "delivered" }));
  return Promise.all(items.map((item) => refused(sending, item, failed)));
}

/** Records that the store does not know of, because an answer was lost or the store was restored. */
async function idsInOrg({ org }: Sending, rows: readonly SummaryTable[]): Promise<Map<string, string>> {
  const months = [...new Set(rows.map((row) => `${row.month}-01`))];
  const found = await org.query<{ Id: string; Month__c: string; Priority__c: string }>(
    `SELECT Id, Month__c, Priority__c FROM ${object} WHERE Month__c IN (${months.join(", ")}) ORDER BY CreatedDate DESC`,
  );
  return new Map(
    found.map(({ Id, Month__c, Priority__c }) => [`${Month__c.slice(0, 7)} ${Priority__c}`, Id]),
  );
}
