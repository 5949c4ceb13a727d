import { sql, type Transaction } from "kysely";
import { difference, type CaseFields } from "../clocks/fields.ts";
import { failpoint } from "../failpoints.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { chunks, enqueue, type Effect } from "./outbox.ts";

export const salesforceLane = (orgId: string) => `salesforce:${orgId}`;

export interface Wanted {
  caseId: string;
  fields: CaseFields;
}

/** What is wanted on these cases now, by case id. */
export async function wantedOf(
  tx: Transaction<Database>,
  orgId: string,
  caseIds: readonly string[],
): Promise<Map<string, { wanted: CaseFields; written: CaseFields | null; version: number }>> {
  const rows = await tx
    .selectFrom("write_backs")
    .select(["case_id", "wanted", "written", "version"])
    .where("org_id", "=", orgId)
    .where("case_id", "in", caseIds)
    .execute();
  return new Map(
    rows.map((row) => [
      row.case_id,
      {
        wanted: JSON.parse(row.wanted) as CaseFields,
        written: row.written === null ? null : (JSON.parse(row.written) as CaseFields),
        version: row.version,
      },
    ]),
  );
}

/**
 * Keeps what is wanted on the cases and makes sure that each changed one waits in the org's lane exactly once:
 * whatever is wanted when its turn comes is what is sent, so that changes in between cost nothing.
 */
export async function wantFields(
  tx: Transaction<Database>,
  orgId: string,
  wants: readonly Wanted[],
  before: Awaited<ReturnType<typeof wantedOf>>,
  now: number,
  dryRun: boolean,
): Promise<void> {
  const changed = wants.filter(({ caseId, fields }) => {
    const known = before.get(caseId);
    return known === undefined || Object.keys(difference(fields, known.wanted)).length > 0;
  });
  for (const some of chunks(changed, 500)) {
    await tx
      .insertInto("write_backs")
      .values(
        some.map(({ caseId, fields }) => ({
          org_id: orgId,
          case_id: caseId,
          wanted: JSON.stringify(fields),
          version: (before.get(caseId)?.version ?? 0) + 1,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["org_id", "case_id"]).doUpdateSet({
          wanted: sql`excluded.wanted`,
          version: sql`excluded.version`,
        }),
      )
      .execute();
    // Locked, a row that waits cannot be taken by a sender that would read what was wanted before this transaction.
    let waiting = tx
      .selectFrom("outbox")
      .select("case_id")
      .where("org_id", "=", orgId)
      .where("kind", "=", "case.fields")
      .where("state", "=", "pending")
      .where(
        "case_id",
        "in",
        some.map(({ caseId }) => caseId),
      )
      .orderBy("id");
    if (locksRows(tx)) waiting = waiting.forUpdate();
    const already = new Set((await waiting.execute()).map((row) => row.case_id));
    const effects: Effect[] = some
      .filter(({ caseId }) => dryRun || !already.has(caseId))
      .map(({ caseId, fields }) => {
        const known = before.get(caseId);
        return {
          key: `fields/${orgId}/${caseId}/${(known?.version ?? 0) + 1}`,
          orgId,
          caseId,
          destination: salesforceLane(orgId),
          kind: "case.fields",
          payload: { fields: difference(fields, known?.written ?? null) },
        };
      });
    await enqueue(tx, effects, now, () => dryRun);
  }
  failpoint("recompute.writeBackQueued");
}
