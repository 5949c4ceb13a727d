import { sql, type Kysely, type Transaction } from "kysely";
import { acknowledgedBy, difference, type CaseFields } from "../case/sla-fields.ts";
import { failpoint } from "../failpoints.ts";
import { caseValue, sameValue, type CaseValue } from "../case/fields.ts";
import type { CaseKey } from "../case/change.ts";
import { casesIn, insertMany, together, type ColumnTypes } from "../store/bulk.ts";
import { locksRows } from "../store/dialect.ts";
import type { Database, WriteBackTable } from "../store/schema.ts";
import { enqueue, type OutboxItem } from "./outbox.ts";
import { settingsOf } from "../orgs/settings.ts";

export const salesforceLane = (orgId: string) => `salesforce:${orgId}`;

export interface Wanted {
  orgId: string;
  caseId: string;
  fields: CaseFields;
}
export type WantedBefore = ReadonlyMap<
  string,
  {
    wanted: CaseFields;
    /** JSON, as the table has it. */
    written: string | null;
    version: number;
    /** When the org accepted something last, ms. */
    writtenAt: number | null;
    /** How often what is wanted now was put back. */
    putBack: number;
  }
>;
export const caseKey = (orgId: string, caseId: string) => `${orgId}/${caseId}`;

/** What is wanted on these cases now, by org and case. */
export async function wantedOf(
  db: Kysely<Database>,
  cases: readonly CaseKey[],
  { locked = false } = {},
): Promise<WantedBefore> {
  if (cases.length === 0) return new Map();
  const lock = locked && locksRows(db) ? sql`order by w.org_id, w.case_id for update of w` : sql``;
  const { rows } = await sql<WriteBackTable>`
    select w.* from ${casesIn(db, cases)} as k cross join write_backs as w
    where w.org_id = k.org_id and w.case_id = k.case_id ${lock}
  `.execute(db);
  return new Map(
    rows.map((row) => [
      caseKey(row.org_id, row.case_id),
      { ...wantedIn(row), writtenAt: row.written_at, putBack: row.put_back ?? 0 },
    ]),
  );
}

export const wantedIn = (row: Pick<WriteBackTable, "wanted" | "written" | "version">) => ({
  wanted: JSON.parse(row.wanted) as CaseFields,
  written: row.written,
  version: row.version,
});

/** What the org accepted last. */
export const writtenIn = (row: { written: string | null }): CaseFields =>
  row.written === null ? {} : (JSON.parse(row.written) as CaseFields);

/** Something else than before is wanted on a case. */
export interface WantedChange {
  orgId: string;
  caseId: string;
  /** JSON of all that is wanted now. */
  wanted: string;
  version: number;
  /** What of it is new. */
  fields: CaseFields;
}

/** null: nothing has changed. */
export function changeOf(
  { orgId, caseId, fields }: Wanted,
  before: { wanted: CaseFields; version: number } | undefined,
): WantedChange | null {
  const news = difference(fields, before?.wanted ?? null);
  if (Object.keys(news).length === 0) return null;
  return {
    orgId,
    caseId,
    wanted: JSON.stringify(fields),
    version: (before?.version ?? 0) + 1,
    fields: news,
  };
}

/**
 * Keeps the wanted values of the cases and gives each changed case one place in its org's lane. The lane sends the
 * values that are wanted at its turn, so changes in between cost nothing.
 * @param withheld orgs on a dry run
 */
export async function wantFields(
  tx: Transaction<Database>,
  changes: readonly WantedChange[],
  now: number,
  withheld: (orgId: string) => boolean,
): Promise<void> {
  const rows = changes.map(({ orgId, caseId, wanted, version }) => ({
    org_id: orgId,
    case_id: caseId,
    wanted,
    version,
  }));
  const items = changes.map(({ orgId, caseId, fields, version }) => ({
    orgId,
    caseId,
    key: `fields/${orgId}/${caseId}/${version}`,
    fields,
  }));
  const overWanted =
    "on conflict (org_id, case_id) do update set wanted = excluded.wanted, version = excluded.version, put_back = null";
  await together(
    tx,
    () => insertMany(tx, "write_backs", wantedColumns, rows, overWanted),
    () => queue(tx, items, now, withheld),
  );
  failpoint("recompute.writeBackQueued");
}

const wantedColumns: ColumnTypes<WriteBackTable> = {
  org_id: "text",
  case_id: "text",
  wanted: "text",
  version: "integer",
};

export interface Overwritten {
  caseId: string;
  fields: readonly string[];
  /** A consultant's explicit acknowledgement: theirs to write, and once more the service's if it changed nothing. */
  acknowledging?: boolean;
  /** A value is put back at most so often while nothing else is wanted on the case. */
  atMost?: number;
}

/**
 * A flow that answers each write of ours with one of its own would have the service write for ever. So one value is put
 * back so often, and then the org's admin is told.
 */
const putBackAtMost = 20;
/** A late write of ours comes once. A flow that runs as our user writes each time. */
export const ownPutBackAtMost = 3;

/**
 * The org holds something else in SLA_* fields of these cases: the service writes its own values once more.
 * Called in the transaction that stores their change.
 * @returns the cases that were put back too often, and stay as they are
 */
export async function reassert(
  tx: Transaction<Database>,
  orgId: string,
  overwritten: readonly Overwritten[],
  now: number,
): Promise<{ caseId: string; fields: string[] }[]> {
  if (overwritten.length === 0) return [];
  const known = await wantedOf(
    tx,
    overwritten.map(({ caseId }) => ({ orgId, caseId })),
  );
  const org = await tx.selectFrom("orgs").select("settings").where("id", "=", orgId).executeTakeFirst();
  const dryRun = settingsOf(org?.settings ?? "{}").dryRun;
  const again: Queued[] = [];
  const left: { caseId: string; fields: string[] }[] = [];
  for (const { caseId, fields, acknowledging, atMost = putBackAtMost } of overwritten) {
    const row = known.get(caseKey(orgId, caseId));
    if (row === undefined) continue;
    // nobody has acknowledged the case: a value that no consultant wrote says nothing
    if (!acknowledging && fields.includes(acknowledgedBy) && !(acknowledgedBy in row.wanted)) {
      row.wanted[acknowledgedBy] = null;
      await tx
        .updateTable("write_backs")
        .set({ wanted: JSON.stringify(row.wanted) })
        .where("org_id", "=", orgId)
        .where("case_id", "=", caseId)
        .execute();
    }
    const ours = fields.filter((field) => field in row.wanted);
    if (ours.length === 0 || (row.written === null && dryRun)) continue;
    if (row.putBack >= atMost) {
      left.push({ caseId, fields: ours });
      continue;
    }
    const written = Object.fromEntries(
      Object.entries(writtenIn(row)).filter(([field]) => !ours.includes(field)),
    );
    // a write that is under way learns by the version that it may have come before theirs
    row.version++;
    row.putBack++;
    row.written = JSON.stringify(written); // for the case's next change
    await tx
      .updateTable("write_backs")
      .set({ written: row.written, version: row.version, put_back: row.putBack })
      .where("org_id", "=", orgId)
      .where("case_id", "=", caseId)
      .execute();
    const key = `fields/${orgId}/${caseId}/${row.version}/again/${now}`;
    again.push({ orgId, caseId, key, fields: difference(row.wanted, written) });
  }
  await queue(tx, again, now, () => dryRun);
  return left;
}

/**
 * SLA_* fields that the service wrote, wants still, and of which the org holds something else: undone without a trace.
 * @param held what the org holds, by case
 * @param readAt when it was asked, ms
 */
export async function undoneFields(
  db: Kysely<Database>,
  orgId: string,
  held: ReadonlyMap<string, Partial<Record<string, CaseValue>>>,
  readAt: number,
): Promise<Map<string, string[]>> {
  const known = await wantedOf(
    db,
    [...held.keys()].map((caseId) => ({ orgId, caseId })),
  );
  const undone = new Map<string, string[]>();
  for (const [caseId, values] of held) {
    const row = known.get(caseKey(orgId, caseId));
    // the org's answer lacks the writes since the question
    if (row === undefined || row.writtenAt === null || row.writtenAt > readAt - clocksApart) continue;
    const { wanted } = row;
    const written = writtenIn(row);
    const fields = Object.keys(values).filter(
      (field) =>
        field in written &&
        written[field] === wanted[field] &&
        !sameValue(caseValue(field, wanted[field]), values[field]),
    );
    if (fields.length > 0) undone.set(caseId, fields);
  }
  return undone;
}

/**
 * SLA_* fields of which a reading found something else than the service wrote: their change was never heard of. Who
 * acknowledged is told by the history.
 * @param found what the reading has otherwise than the mirror, by case
 */
export async function strayFields(
  tx: Transaction<Database>,
  orgId: string,
  found: ReadonlyMap<string, Partial<Record<string, CaseValue>>>,
): Promise<Map<string, string[]>> {
  const known = await wantedOf(
    tx,
    [...found.keys()].map((caseId) => ({ orgId, caseId })),
  );
  const stray = [...found].map(([caseId, values]) => {
    const written = writtenIn(known.get(caseKey(orgId, caseId)) ?? { written: null });
    const differs = (field: string) => caseValue(field, written[field]) !== (values[field] ?? null);
    const fields = Object.keys(values).filter(
      (field) => field !== acknowledgedBy && field in written && differs(field),
    );
    return [caseId, fields] as const;
  });
  return new Map(stray.filter(([, fields]) => fields.length > 0));
}

/** Between two clocks that tell the same instant, ms: a write is taken for late too often rather than never. */
const clocksApart = 5_000;

/** A change of SLA_* fields that the service's own user committed. */
export interface OwnChange {
  caseId: string;
  /** Its commit, ms. */
  at: number;
  values: Partial<Record<string, CaseValue>>;
  /** Whether it changed the ledger, whose text no change tells. */
  explanation?: boolean;
}

/**
 * Writes of the service's own that an org carried out after a newer one: a request that was given up can still arrive.
 * @returns the fields by case
 */
export async function lateWrites(
  tx: Transaction<Database>,
  orgId: string,
  changes: readonly OwnChange[],
): Promise<Map<string, string[]>> {
  if (changes.length === 0) return new Map();
  const rows = await tx
    .selectFrom("write_backs")
    .select(["case_id", "wanted", "written", "written_at"])
    .where("org_id", "=", orgId)
    .where("case_id", "in", [...new Set(changes.map(({ caseId }) => caseId))])
    .execute();
  const known = new Map(rows.map((row) => [row.case_id, row]));
  const late = new Map<string, string[]>();
  for (const { caseId, at, values, explanation } of changes) {
    const row = known.get(caseId);
    if (row?.written == null || row.written_at === null || at < row.written_at - clocksApart) continue;
    const [wanted, written] = [JSON.parse(row.wanted) as CaseFields, writtenIn(row)];
    const differs = (from: CaseFields, field: string) =>
      caseValue(field, from[field]) !== (values[field] ?? null);
    const fields = Object.keys(values).filter(
      (field) =>
        (field in written && differs(written, field) && differs(wanted, field)) ||
        // nobody has acknowledged the case by now
        (field === acknowledgedBy && values[field] !== null && !(field in wanted)),
    );
    if (fields.length === 0) continue;
    if (explanation) fields.push("SLA_Explanation__c");
    late.set(caseId, [...(late.get(caseId) ?? []), ...fields]);
  }
  return late;
}

/** An org's dry run is over: the values that it lacks wait in its lane now. */
export async function writeWithheld(tx: Transaction<Database>, orgId: string, now: number): Promise<void> {
  const rows = await tx.selectFrom("write_backs").selectAll().where("org_id", "=", orgId).execute();
  const items = rows.flatMap(({ case_id: caseId, version, ...row }): Queued[] => {
    const fields = difference(wantedIn({ ...row, version }).wanted, writtenIn(row));
    const key = `fields/${orgId}/${caseId}/${version}/live/${now}`;
    return Object.keys(fields).length === 0 ? [] : [{ orgId, caseId, key, fields }];
  });
  await queue(tx, items, now, () => false);
}

/** An older write may have overtaken a newer one: the wanted values of these cases wait in the org's lane once more. */
export async function writeAgain(
  tx: Transaction<Database>,
  orgId: string,
  cases: ReadonlyMap<string, { wanted: CaseFields; written: CaseFields; version: number }>,
  now: number,
): Promise<void> {
  const items = [...cases].map(([caseId, { wanted, written, version }]): Queued => {
    const key = `fields/${orgId}/${caseId}/${version}/overtaken/${now}`;
    return { orgId, caseId, key, fields: difference(wanted, written) };
  });
  await queue(tx, items, now, () => false);
}

interface Queued {
  orgId: string;
  caseId: string;
  key: string;
  fields: CaseFields;
}

type CaseRow = Pick<WriteBackTable, "org_id" | "case_id">;
/** `|| ''` keeps a planner that knows no better from going through all that waits, by state, for every case. */
const isWaiting = sql`outbox.org_id = k.org_id and outbox.case_id = k.case_id
  and outbox.kind = 'case.fields' and outbox.state || '' = 'pending'`;

/** A place in the org's lane for each case that has no place yet. */
async function queue(
  tx: Transaction<Database>,
  items: readonly Queued[],
  now: number,
  withheld: (orgId: string) => boolean,
): Promise<void> {
  if (items.length === 0) return;
  // Locked, a row that waits cannot be taken by a sender that would read what was wanted before this transaction.
  const { rows: waiting } = await (
    locksRows(tx)
      ? sql<CaseRow>`
          select o.org_id, o.case_id from ${casesIn(tx, items)} as k cross join lateral (
            select org_id, case_id from outbox where ${isWaiting} for update
          ) as o`
      : sql<CaseRow>`select outbox.org_id, outbox.case_id from ${casesIn(tx, items)} as k cross join outbox where ${isWaiting}`
  ).execute(tx);
  const already = new Set(waiting.map((row) => caseKey(row.org_id, row.case_id)));
  const queued: OutboxItem[] = items
    .filter(({ orgId, caseId }) => withheld(orgId) || !already.has(caseKey(orgId, caseId)))
    .map(({ orgId, caseId, key, fields: { SLA_Explanation__c: _, ...fields } }) => ({
      key,
      orgId,
      caseId,
      destination: salesforceLane(orgId),
      kind: "case.fields",
      // for those who look at what waits; sent is what is wanted then, with the ledger, which is long
      payload: { fields },
    }));
  await enqueue(tx, queued, now, withheld);
}
