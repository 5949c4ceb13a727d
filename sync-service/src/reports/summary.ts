import { figures, type Figures } from "c/slaReporting";
import { sql, type Transaction } from "kysely";
import { enqueue } from "../outbox/outbox.ts";
import { salesforceLane } from "../outbox/write-back.ts";
import type { Database } from "../store/schema.ts";
import type { OrgFigures } from "./org-figures.ts";

/** A row of Support_Summary__c. */
export type SummaryFields = Record<string, string | number | null>;

const rounded = (value: number | null) => (value === null ? null : Math.round(value * 100) / 100);

export const summaryFields = (month: string, priority: string, f: Figures): SummaryFields => ({
  Name: `${month} ${priority}`,
  Month__c: `${month}-01`,
  Priority__c: priority,
  Count__c: f.count,
  Mean_Minutes__c: rounded(f.meanMinutes),
  Median_Minutes__c: rounded(f.medianMinutes),
  P90_Minutes__c: rounded(f.p90Minutes),
  // a percent field holds 0 to 100
  Within_Target__c: f.shareWithinTarget === null ? null : rounded(f.shareWithinTarget * 100),
  Target_Minutes__c: rounded(f.targetMinutes),
  Budget_Minutes__c: rounded(f.budgetMinutes),
  Waiting__c: f.waiting,
  As_Of__c: new Date(f.asOf).toISOString(),
});

/** Compares two summaries without the instant at which they were taken. */
const sameFigures = (a: SummaryFields, b: SummaryFields) =>
  Object.keys(a).every((field) => field === "As_Of__c" || a[field] === b[field]);

/**
 * Stores the figures that the org's summaries of these months should show, and queues one item for all changes.
 * The sender reads the figures when its turn comes, so it always sends the newest ones.
 * @returns the number of summaries that changed
 */
export async function wantSummaries(
  tx: Transaction<Database>,
  orgId: string,
  { months, period }: Pick<OrgFigures, "months" | "period">,
  now: number,
  dryRun: boolean,
): Promise<number> {
  const known = new Map(
    (
      await tx
        .selectFrom("summaries")
        .selectAll()
        .where("org_id", "=", orgId)
        .where("month", ">=", period.from)
        .where("month", "<=", period.to)
        .execute()
    ).map((row) => [`${row.month} ${row.priority}`, row]),
  );
  const wanted = new Map(
    months.map(({ by, figures: measured }) => [
      `${by.month!} ${by.priority!}`,
      { month: by.month!, priority: by.priority!, fields: summaryFields(by.month!, by.priority!, measured) },
    ]),
  );
  // a group without cases must show zero, or the org would keep its old figures
  for (const [key, { month, priority }] of known)
    if (!wanted.has(key))
      wanted.set(key, { month, priority, fields: summaryFields(month, priority, figures([], now)) });
  const changed = [...wanted].flatMap(([key, row]) => {
    const before = known.get(key);
    return before && sameFigures(row.fields, JSON.parse(before.wanted) as SummaryFields) ? [] : [row];
  });
  if (changed.length === 0) return 0;
  await tx
    .insertInto("summaries")
    .values(
      changed.map(({ month, priority, fields }) => ({
        org_id: orgId,
        month,
        priority,
        wanted: JSON.stringify(fields),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["org_id", "month", "priority"]).doUpdateSet({ wanted: sql`excluded.wanted` }),
    )
    .execute();
  const waiting = await tx
    .selectFrom("outbox")
    .select("id")
    .where("org_id", "=", orgId)
    .where("kind", "=", "summaries")
    .where("state", "=", "pending")
    .executeTakeFirst();
  if (waiting === undefined)
    await enqueue(
      tx,
      [
        {
          key: `summaries/${orgId}/${now}`,
          orgId,
          caseId: null,
          destination: salesforceLane(orgId),
          kind: "summaries",
          payload: { months: [...new Set(changed.map(({ month }) => month))] },
        },
      ],
      now,
      () => dryRun,
    );
  return changed.length;
}
