import { sql, type Kysely, type Transaction } from "kysely";
import { difference, type CaseFields } from "../clocks/fields.ts";
import { failpoint } from "../failpoints.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database } from "../store/schema.ts";
import { chunks, enqueue, type Effect } from "./outbox.ts";
import { settingsOf } from "./settings.ts";

export const salesforceLane = (orgId: string) => `salesforce:${orgId}`;

export interface Wanted {
  orgId: string;
  caseId: string;
  fields: CaseFields;
}
export type WantedBefore = ReadonlyMap<
  string,
  { wanted: CaseFields; written: CaseFields | null; version: number }
>;
export const caseKey = (orgId: string, caseId: string) => `${orgId}/${caseId}`;

/** What is wanted on these orgs' cases now, by org and case. */
export async function wantedOf(
  db: Kysely<Database>,
  orgIds: readonly string[],
  caseIds: readonly string[],
): Promise<WantedBefore> {
  if (caseIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("write_backs")
    .select(["org_id", "case_id", "wanted", "written", "version"])
    .where("org_id", "in", orgIds)
    .where("case_id", "in", caseIds)
    .execute();
  return new Map(
    rows.map((row) => [
      caseKey(row.org_id, row.case_id),
      {
        wanted: JSON.parse(row.wanted) as CaseFields,
        written: row.written === null ? null : (JSON.parse(row.written) as CaseFields),
        version: row.version,
      },
    ]),
  );
}

/**
 * Keeps what is wanted on the cases and makes sure that each changed one waits in its org's lane exactly once:
 * whatever is wanted when its turn comes is what is sent, so that changes in between cost nothing.
 * @param withheld orgs on a dry run
 */
export async function wantFields(
  tx: Transaction<Database>,
  wants: readonly Wanted[],
  before: WantedBefore,
  now: number,
  withheld: (orgId: string) => boolean,
): Promise<void> {
  const changed = wants.filter(({ orgId, caseId, fields }) => {
    const known = before.get(caseKey(orgId, caseId));
    return known === undefined || Object.keys(difference(fields, known.wanted)).length > 0;
  });
  const versionOf = (orgId: string, caseId: string) => (before.get(caseKey(orgId, caseId))?.version ?? 0) + 1;
  for (const some of chunks(changed, 500)) {
    await tx
      .insertInto("write_backs")
      .values(
        some.map(({ orgId, caseId, fields }) => ({
          org_id: orgId,
          case_id: caseId,
          wanted: JSON.stringify(fields),
          version: versionOf(orgId, caseId),
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["org_id", "case_id"]).doUpdateSet({
          wanted: sql`excluded.wanted`,
          version: sql`excluded.version`,
        }),
      )
      .execute();
    await queue(
      tx,
      some.map(({ orgId, caseId, fields }) => ({
        orgId,
        caseId,
        key: `fields/${orgId}/${caseId}/${versionOf(orgId, caseId)}`,
        fields: difference(fields, before.get(caseKey(orgId, caseId))?.written ?? null),
      })),
      now,
      withheld,
    );
  }
  failpoint("recompute.writeBackQueued");
}

/**
 * Somebody else wrote into SLA_* fields of these cases: what the service wants there is written once more.
 * Called in the transaction that stores their change.
 */
export async function reassert(
  tx: Transaction<Database>,
  orgId: string,
  overwritten: readonly { caseId: string; fields: readonly string[] }[],
  now: number,
): Promise<void> {
  if (overwritten.length === 0) return;
  const known = await wantedOf(
    tx,
    [orgId],
    overwritten.map(({ caseId }) => caseId),
  );
  const org = await tx.selectFrom("orgs").select("settings").where("id", "=", orgId).executeTakeFirst();
  const dryRun = settingsOf(org?.settings ?? "{}").dryRun;
  const again: Queued[] = [];
  for (const { caseId, fields } of overwritten) {
    const row = known.get(caseKey(orgId, caseId));
    if (row === undefined || row.written === null) continue;
    const ours = fields.filter((field) => field in row.wanted);
    if (ours.length === 0) continue;
    const written = Object.fromEntries(
      Object.entries(row.written).filter(([field]) => !ours.includes(field)),
    );
    await tx
      .updateTable("write_backs")
      .set({ written: JSON.stringify(written) })
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .execute();
    const key = `fields/${orgId}/${caseId}/${row.version}/again/${now}`;
    again.push({ orgId, caseId, key, fields: difference(row.wanted, written) });
  }
  await queue(tx, again, now, () => dryRun);
}

interface Queued {
  orgId: string;
  caseId: string;
  key: string;
  fields: CaseFields;
}

/** A place in the org's lane for each case that has none yet. */
async function queue(
  tx: Transaction<Database>,
  items: readonly Queued[],
  now: number,
  withheld: (orgId: string) => boolean,
): Promise<void> {
  if (items.length === 0) return;
  // Locked, a row that waits cannot be taken by a sender that would read what was wanted before this transaction.
  let waiting = tx
    .selectFrom("outbox")
    .select(["org_id", "case_id"])
    .where("org_id", "in", [...new Set(items.map(({ orgId }) => orgId))])
    .where(
      "case_id",
      "in",
      items.map(({ caseId }) => caseId),
    )
    .where("kind", "=", "case.fields")
    .where("state", "=", "pending")
    .orderBy("id");
  if (locksRows(tx)) waiting = waiting.forUpdate();
  const already = new Set((await waiting.execute()).map((row) => caseKey(row.org_id, row.case_id!)));
  const effects: Effect[] = items
    .filter(({ orgId, caseId }) => withheld(orgId) || !already.has(caseKey(orgId, caseId)))
    .map(({ orgId, caseId, key, fields }) => ({
      key,
      orgId,
      caseId,
      destination: salesforceLane(orgId),
      kind: "case.fields",
      payload: { fields },
    }));
  await enqueue(tx, effects, now, withheld);
}
