import { instantLiteral, literal, type OrgConnection } from "../orgs/connection.ts";
import { longId } from "../case/ids.ts";
import type { Runtime } from "../runtime.ts";
import { among } from "../store/bulk.ts";
import type { Store } from "../store/open.ts";
import { ownPutBackAtMost, undoneFields } from "../outbox/write-back.ts";
import { underLease } from "./leases.ts";
import { caseValues, instantOf, sameValue, type CaseField } from "../case/fields.ts";
import type { OrgMirror } from "./org-mirror.ts";
import { caseSelection, inBatches, readSnapshots, withSources } from "./read.ts";
import { caseOf, type MirroredCase } from "./row.ts";
import type { CaseRecord, CaseSnapshot } from "./snapshot.ts";

export interface ReconcileOptions {
  /** Compare only what the org changed since, ms; null: everything. */
  since: number | null;
  /** Find differences, and leave them. */
  dryRun: boolean;
  /** Why: `backfill`, `gap`, `periodic`, `look` (every five minutes, what changed lately), `asked`. */
  reason: string;
  signal?: AbortSignal;
}

export interface Difference {
  caseId: string;
  /** Fields that differ; `(missing)` when the mirror had not got the case, `(extra)` when the org has not. */
  fields: string[];
}

export interface Reconciliation {
  compared: number;
  differences: Difference[];
  repaired: number;
}

/** Changes younger than this may still be on their way in the stream, ms: no difference yet. */
export const inFlight = 15_000;
const pageSize = 2_000;

/**
 * The proof that mirror and org are equal. It pages through the org's supported cases by (SystemModstamp, Id) and
 * compares each. It reads the different ones with their history and applies them. A full one also asks for every
 * mirrored case that the org did not list: deleted, merged, or no longer under a contract.
 */
export async function reconcile(
  store: Store,
  mirror: OrgMirror,
  connection: OrgConnection,
  runtime: Runtime,
  options: ReconcileOptions,
): Promise<Reconciliation> {
  const { clock, log } = runtime;
  const orgId = connection.org.id;
  const startedAt = clock.now();
  const unrepaired = await openGaps(store, orgId, options.since);
  const result: Reconciliation = { compared: 0, differences: [], repaired: 0 };
  const listed = new Set<string>();

  const check = async ({ records, readAt }: Page) => {
    // an event still on its way does not count as missing, unless we know of missing ones
    const settled = ["periodic", "look"].includes(options.reason) && unrepaired.length === 0;
    const before = settled ? clock.now() - inFlight : Infinity;
    const differing = await compare(store, orgId, records, before);
    const wanted = new Set(differing.map((d) => d.caseId));
    const equal = records.filter(
      ({ Id, SystemModstamp }) => !wanted.has(longId(Id)) && instantOf(SystemModstamp) <= before,
    );
    const undone = await undoneIn(store, orgId, equal, readAt);
    result.compared += records.length;
    result.differences.push(...differing, ...undone);
    for (const record of records) listed.add(longId(record.Id));
    if (options.dryRun) return;
    const repaired = records.filter((record) => wanted.has(longId(record.Id)));
    for (const some of inBatches(repaired))
      await mirror.take({ snapshots: await withSources(connection, some, readAt) });
    let left = 0;
    // the look every five minutes leaves alone what something in the org changes each time
    const atMost = options.reason === "look" ? ownPutBackAtMost : Infinity;
    for (const some of inBatches(undone.map((one) => ({ ...one, atMost }))))
      left += (await mirror.take({ undone: some })).left.length;
    result.repaired += differing.length + undone.length - left;
  };

  const { since } = options;
  const all = pages(connection, since, () => clock.now());
  const [first, cleared] = await connection.together(() =>
    Promise.all([all.next(), since === null ? null : readCleared(connection, since)]),
  );
  for (let page = first; page.done !== true; page = await all.next()) {
    if (options.signal?.aborted) break;
    await check(page.value);
  }
  for (const ids of cleared === null
    ? await unlisted(store, orgId, listed)
    : await oursAmong(store, orgId, cleared)) {
    if (options.signal?.aborted) break;
    const snapshots = await readSnapshots(connection, ids, clock);
    const differing = await compareSnapshots(store, orgId, snapshots);
    result.compared += snapshots.length;
    result.differences.push(...differing);
    if (options.dryRun || differing.length === 0) continue;
    const wanted = new Set(differing.map((d) => d.caseId));
    await mirror.take({ snapshots: snapshots.filter((s) => wanted.has(s.caseId)) });
    result.repaired += differing.length;
  }

  // cut off, it proves nothing, and is not recorded as if it did
  if (options.signal?.aborted) return result;
  if (!options.dryRun) await closeGaps(store, mirror, unrepaired, clock.now());
  // a look that finds all well is one of hundreds a day
  if (options.reason === "look" && result.differences.length === 0) return result;
  const row = {
    org_id: orgId,
    started_at: startedAt,
    finished_at: clock.now(),
    compared: result.compared,
    // cases of a first reading were never missing
    differences: options.reason === "backfill" ? 0 : result.differences.length,
    repaired: result.repaired,
    detail: JSON.stringify({
      reason: options.reason,
      since: options.since,
      dryRun: options.dryRun,
      differences: result.differences.slice(0, 100),
    }),
  };
  await underLease(store, orgId, mirror.lease, (tx) =>
    tx.insertInto("reconciliations").values(row).execute(),
  );
  log.info(
    {
      org: orgId,
      reason: options.reason,
      compared: result.compared,
      differences: result.differences.length,
      repaired: result.repaired,
    },
    "reconciled",
  );
  return result;
}

interface Page {
  records: CaseRecord[];
  /** When the question was asked, ms. */
  readAt: number;
}

/** Pages by (SystemModstamp, Id): cases that change meanwhile come again at the end, so it passes over no case. */
async function* pages(
  connection: OrgConnection,
  since: number | null,
  now: () => number,
): AsyncGenerator<Page> {
  const selection = await caseSelection(connection);
  let after: { stamp: number; id: string } | null = null;
  for (;;) {
    const from: string =
      after === null
        ? since === null
          ? ""
          : ` AND SystemModstamp >= ${instantLiteral(since)}`
        : ` AND (SystemModstamp > ${instantLiteral(after.stamp)} OR (SystemModstamp = ${instantLiteral(after.stamp)} AND Id > ${literal(after.id)}))`;
    const readAt = now();
    const records: CaseRecord[] = await connection.query<CaseRecord>(
      `SELECT ${selection} FROM Case WHERE Support_Contract__c != null${from} ORDER BY SystemModstamp, Id LIMIT ${pageSize}`,
      { all: true },
    );
    if (records.length > 0) yield { records, readAt };
    if (records.length < pageSize) return;
    const last = records.at(-1)!;
    after = { stamp: instantOf(last.SystemModstamp), id: last.Id };
  }
}

async function compare(
  store: Store,
  orgId: string,
  records: CaseRecord[],
  before: number,
): Promise<Difference[]> {
  const held = await load(
    store,
    orgId,
    records.map((r) => longId(r.Id)),
  );
  return records.flatMap((record) => {
    if (instantOf(record.SystemModstamp) > before) return [];
    const caseId = longId(record.Id);
    const fields = differing(held.get(caseId), caseValues(record), record.IsDeleted === true);
    return fields.length === 0 ? [] : [{ caseId, fields }];
  });
}

async function compareSnapshots(
  store: Store,
  orgId: string,
  snapshots: CaseSnapshot[],
): Promise<Difference[]> {
  const held = await load(
    store,
    orgId,
    snapshots.map((s) => s.caseId),
  );
  return snapshots.flatMap(({ caseId, values, isDeleted }) => {
    const mirrored = held.get(caseId);
    const fields =
      values === null
        ? mirrored && !mirrored.isDeleted
          ? ["(extra)"]
          : []
        : differing(mirrored, values, isDeleted);
    return fields.length === 0 ? [] : [{ caseId, fields }];
  });
}

/** SLA fields that the org holds otherwise than the service wrote them, though mirror and org are equal. */
async function undoneIn(
  store: Store,
  orgId: string,
  records: CaseRecord[],
  readAt: number,
): Promise<Difference[]> {
  const held = records
    .filter((record) => record.IsDeleted !== true)
    .map((record) => {
      const sla = Object.entries(caseValues(record)).filter(([field]) => field.startsWith("SLA_"));
      return [longId(record.Id), Object.fromEntries(sla)] as const;
    });
  const undone = await undoneFields(store.db, orgId, new Map(held), readAt);
  return [...undone].map(([caseId, fields]) => ({ caseId, fields }));
}

function differing(
  held: MirroredCase | undefined,
  values: ReturnType<typeof caseValues>,
  isDeleted: boolean,
): string[] {
  if (held === undefined) return ["(missing)"];
  if (values.Support_Contract__c == null)
    return held.values.Support_Contract__c == null ? [] : ["Support_Contract__c"];
  const fields: string[] = Object.keys(values).filter(
    (field) => !sameValue(held.values[field as CaseField], values[field as CaseField]),
  );
  if (held.isDeleted !== isDeleted) fields.push("IsDeleted");
  return fields;
}

async function load(store: Store, orgId: string, ids: string[]): Promise<Map<string, MirroredCase>> {
  const rows = await store.db
    .selectFrom("cases")
    .selectAll()
    .where("org_id", "=", orgId)
    .where(among(store.db, "id", ids))
    .execute();
  return new Map(rows.map((row) => [row.id, caseOf(row)]));
}

/** Mirrored as ours and alive, and not among those that the org listed. */
async function unlisted(store: Store, orgId: string, listed: ReadonlySet<string>): Promise<string[][]> {
  const rows = await store.db
    .selectFrom("cases")
    .select("id")
    .where("org_id", "=", orgId)
    .where("is_deleted", "=", 0)
    .where("contract_id", "is not", null)
    .execute();
  return inBatches(rows.map((row) => row.id).filter((id) => !listed.has(id)));
}

/** Cases that left the contract send no farewell; their history tells. */
async function readCleared(connection: OrgConnection, since: number): Promise<string[]> {
  const rows = await connection.query<{ CaseId: string }>(
    `SELECT CaseId FROM CaseHistory WHERE Field = 'Support_Contract__c' AND CreatedDate >= ${instantLiteral(since)}`,
  );
  return [...new Set(rows.map((row) => longId(row.CaseId)))];
}

async function oursAmong(store: Store, orgId: string, ids: readonly string[]): Promise<string[][]> {
  const ours: string[] = [];
  for (const some of inBatches(ids)) {
    const known = await store.db
      .selectFrom("cases")
      .select("id")
      .where("org_id", "=", orgId)
      .where("contract_id", "is not", null)
      .where("id", "in", some)
      .execute();
    ours.push(...known.map((row) => row.id));
  }
  return inBatches(ours);
}

/** The gaps that a comparison of what changed since then covers. */
async function openGaps(store: Store, orgId: string, since: number | null): Promise<number[]> {
  const open = store.db
    .selectFrom("gaps")
    .select("id")
    .where("org_id", "=", orgId)
    .where("repaired_at", "is", null);
  const covered = await (since === null ? open : open.where("since", ">=", since)).execute();
  return covered.map((gap) => gap.id);
}

async function closeGaps(
  store: Store,
  { orgId, lease }: OrgMirror,
  ids: number[],
  now: number,
): Promise<void> {
  if (ids.length > 0)
    await underLease(store, orgId, lease, (tx) =>
      tx
        .updateTable("gaps")
        .set({ repaired_at: now })
        .where("org_id", "=", orgId)
        .where("id", "in", ids)
        .execute(),
    );
}
