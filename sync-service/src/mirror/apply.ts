import type { Fact } from "c/slaEngine";
import type { Insertable, Transaction } from "kysely";
import {
  lateWrites,
  ownPutBackAtMost,
  reassert,
  strayFields,
  type Overwritten,
  type OwnChange,
} from "../outbox/write-back.ts";
import { ask, insertMany, rowsBy, together, updateMany, type ColumnTypes } from "../store/bulk.ts";
import { acknowledgedBy } from "../case/sla-fields.ts";
import type { Store } from "../store/open.ts";
import type {
  CaseTable,
  Database,
  FactTable,
  GapTable,
  ParkedEventTable,
  StreamPositionTable,
} from "../store/schema.ts";
import { closedBy, factsOf, type Judgement } from "./facts.ts";
import { mustBeHeld, type Held } from "./leases.ts";
import { applyChange, applySnapshot, caseOf, newCase, rowOfCase, savedAt, type MirroredCase } from "./row.ts";
import { replyFact, recordSnapshot, type CaseSnapshot, type Reply } from "./snapshot.ts";
import { RecordedFacts, type Recorded } from "./recorded.ts";
import { isConsultant } from "./verdict.ts";
import { sameValue, type CaseField, type CaseValue, type CaseValues } from "../case/fields.ts";
import type { CaseChange, CaseKey, RecomputeClocks } from "../case/change.ts";

/** Everything that one transaction takes in. */
export interface Intake {
  orgId: string;
  changes: CaseChange[];
  /** When the changes had arrived, ms: a reading that was asked for later holds them. */
  arrivedAt: number;
  snapshots: CaseSnapshot[];
  /** Comments and emails read by themselves, by case. */
  replies?: ReadonlyMap<string, Reply[]>;
  /** SLA fields that the org holds otherwise than the service wrote them, by case, as a comparison found. */
  undone?: readonly Overwritten[];
  judgement: Judgement;
  /** Where the stream stands once this is stored; null: it stays where it is. */
  position: { channel: string; position: string; transport: string } | null;
  parked?: Pick<ParkedEventTable, "channel" | "position" | "asked_after" | "reason">[];
  gaps?: Pick<GapTable, "kind" | "detail" | "since" | "repaired_at">[];
  /** Write only while this lease is held. */
  lease?: Held | null;
  now: number;
}

export interface Applied {
  /** Changes stored now. */
  applied: number;
  /** Changes that were stored before. */
  duplicates: number;
  /** Cases that the service does not follow. */
  foreign: Set<string>;
  /** By case: the fields in which a reading differed from the mirror. */
  differences: Map<string, string[]>;
  /** Cases whose reading may be older than what is held of them: they have to be read again. */
  undecided: Set<string>;
  /** SLA fields that somebody else than the service wrote. Consultants may acknowledge. */
  overwritten: (Overwritten & { by: string | null })[];
  /** What was put back too often: something in the org changes it each time. */
  left: { caseId: string; fields: string[] }[];
  touched: CaseKey[];
}

/**
 * The one transaction. Facts, cases, the stream's position, clocks and outbox rows commit together or not at all.
 * @throws LeaseLost when another instance serves the org now; whatever the store throws
 */
export async function apply(store: Store, recompute: RecomputeClocks, intake: Intake): Promise<Applied> {
  return store.db.transaction().execute((tx) => applyIn(tx, store.kind, recompute, intake));
}

export const changeKey = (change: CaseChange) =>
  `${change.transactionKey}:${change.sequenceNumber}:${change.caseId}`;
export const caseOfKey = (key: string): string => key.slice(key.lastIndexOf(":") + 1);

async function applyIn(
  tx: Transaction<Database>,
  kind: Store["kind"],
  recompute: RecomputeClocks,
  intake: Intake,
): Promise<Applied> {
  const { orgId, judgement, now } = intake;
  const [fresh, rows] = await heldBy(tx, kind, intake);
  /** Cases that the mirror held as ours. If a reading differs, we have missed a change. */
  const known = new Set(
    [...rows.values()].filter((c) => c.values.Support_Contract__c != null).map((c) => c.caseId),
  );
  const result: Applied = {
    applied: 0,
    duplicates: intake.changes.length - fresh.length,
    foreign: new Set(),
    differences: new Map(),
    undecided: new Set(),
    overwritten: [],
    left: [],
    touched: [],
  };
  const changed = new Map<string, MirroredCase>();
  const read = new Map(intake.snapshots.map((s) => [s.caseId, s]));
  // only a case that may have been read needs the comparison with its recorded facts
  const stored = await loadRecorded(tx, orgId, [
    ...new Set([...intake.snapshots, ...fresh.filter((c) => mayHaveBeenRead(c, rows))].map((c) => c.caseId)),
  ]);
  const recorded = new Map<string, RecordedFacts>();
  const recordedOf = (caseId: string) => {
    let facts = recorded.get(caseId);
    if (facts === undefined) recorded.set(caseId, (facts = new RecordedFacts(stored.get(caseId))));
    return facts;
  };

  const taken: CaseChange[] = [];
  const acknowledging: Overwritten[] = [];
  const own: OwnChange[] = [];
  for (const change of fresh) {
    let mirrored = rows.get(change.caseId);
    if (mirrored === undefined || mirrored.values.Support_Contract__c == null) {
      const ours =
        change.kind === "CREATE"
          ? change.fields.Support_Contract__c != null
          : read.get(change.caseId)?.values?.Support_Contract__c != null;
      if (!ours) {
        result.foreign.add(change.caseId);
        continue;
      }
      mirrored ??= newCase(change.caseId);
      rows.set(change.caseId, mirrored);
    }
    // a case that is read in the same breath takes its values from there; the change still tells who did it
    const createdBy = creatorOf(
      change.kind === "CREATE" ? change.commitUser : null,
      mirrored,
      read.get(change.caseId),
    );
    const facts = recordedOf(change.caseId);
    const closed = change.kind === "UPDATE" || change.kind === "CREATE" ? closedBy(change, judgement) : null;
    if (closed !== null && change.fields.IsClosed === undefined)
      change.fields = { ...change.fields, IsClosed: closed };
    for (const fact of factsOf(change, createdBy, judgement, textOf(mirrored.values.Status)))
      if (fact.kind === "created") facts.byCreation(fact);
      else
        facts.byEvent(
          { fact, savedAt: savedAt(change) },
          // an event that does not tell when its record was saved cannot be said to come after the reading
          change.lastModified === null ? Infinity : mirrored.systemModstamp,
        );
    if (change.kind !== "GAP") applyChange(mirrored, change, intake.arrivedAt);
    if (isOwn(change, judgement)) noteOwn(own, change);
    else noteOverwriting(result.overwritten, acknowledging, change, judgement);
    changed.set(change.caseId, mirrored);
    taken.push(change);
  }
  result.applied = taken.length;

  const otherwise = new Map<string, CaseValues>();
  for (const snapshot of intake.snapshots) {
    const { caseId } = snapshot;
    const held = rows.get(caseId);
    if (held?.values.Support_Contract__c == null && snapshot.values?.Support_Contract__c == null) {
      result.foreign.add(caseId);
      continue;
    }
    const mirrored = held ?? newCase(caseId);
    const { differing, undecided } = applySnapshot(mirrored, snapshot);
    recordSnapshot(
      snapshot,
      known.has(caseId) ? new Set(differing) : null,
      recordedOf(caseId),
      judgement,
      fresh.find((change) => change.caseId === caseId && change.creates) ?? null,
    );
    if (differing.length > 0) result.differences.set(caseId, known.has(caseId) ? differing : ["(missing)"]);
    if (undecided) result.undecided.add(caseId);
    const sla = Object.entries(snapshot.values ?? {}).filter(
      ([field]) => field.startsWith("SLA_") && differing.includes(field),
    );
    if (known.has(caseId) && sla.length > 0) otherwise.set(caseId, Object.fromEntries(sla));
    changed.set(caseId, mirrored);
  }
  for (const [caseId, fields] of await strayFields(tx, orgId, otherwise))
    result.overwritten.push({ caseId, fields, by: read.get(caseId)!.lastModified.by });

  for (const [caseId, fields] of await lateWrites(tx, orgId, stillHeld(own, changed)))
    result.overwritten.push({
      caseId,
      fields,
      by: judgement.people.syncUserId,
      atMost: ownPutBackAtMost,
    });
  for (const one of intake.undone ?? []) result.overwritten.push({ ...one, by: null });

  for (const [caseId, replies] of intake.replies ?? []) {
    const mirrored = rows.get(caseId);
    if (mirrored?.values.Support_Contract__c == null) continue;
    const createdBy = creatorOf(null, mirrored, undefined);
    for (const reply of replies) recordedOf(caseId).add(replyFact(reply, createdBy, judgement));
  }

  const concerned = new Set([
    ...[...recorded].filter(([, facts]) => facts.isNews).map(([caseId]) => caseId),
    ...result.overwritten.map(({ caseId }) => caseId),
  ]);
  result.touched = [...concerned].map((caseId) => ({ orgId, caseId }));
  const cases = [...changed.values()].map((mirrored) => rowOfCase(orgId, mirrored, judgement));
  await together(
    tx,
    () => insertMany(tx, "cases", caseColumns, cases, overCase),
    () => writeFacts(tx, orgId, recorded, now),
    () => remember(tx, orgId, taken, now),
    () => movePosition(tx, intake, taken),
    () => keepGaps(tx, intake),
    async () => {
      result.left = await reassert(tx, orgId, [...result.overwritten, ...acknowledging], now);
      if (result.touched.length > 0) await recompute(tx, result.touched, now);
    },
  );
  return result;
}

const textOf = (value: CaseValue | undefined) => (value == null ? null : String(value));

const mayHaveBeenRead = (change: CaseChange, rows: ReadonlyMap<string, MirroredCase>) =>
  (change.lastModified === null && change.kind !== "CREATE") ||
  savedAt(change) <= (rows.get(change.caseId)?.systemModstamp ?? 0);

function creatorOf(
  creator: string | null,
  mirrored: MirroredCase,
  snapshot: CaseSnapshot | undefined,
): string | null {
  const known = mirrored.values.CreatedById ?? snapshot?.values?.CreatedById;
  return creator ?? (known == null ? null : String(known));
}

const clientOfOrigin = /client=Compromiso\b/;
const isOwn = (change: CaseChange, { people }: Judgement) =>
  change.commitUser === people.syncUserId || clientOfOrigin.test(change.changeOrigin ?? "");

function noteOwn(own: OwnChange[], change: CaseChange): void {
  const { kind, caseId, commitTimestamp: at, fields, explanation = false } = change;
  const values = Object.fromEntries(Object.entries(fields).filter(([field]) => field.startsWith("SLA_")));
  if (kind === "UPDATE" && Object.keys(values).length > 0) own.push({ caseId, at, values, explanation });
}

/** A later change has undone it already. */
const stillHeld = (own: readonly OwnChange[], cases: ReadonlyMap<string, MirroredCase>): OwnChange[] =>
  own.flatMap((change) => {
    const held = cases.get(change.caseId)?.values ?? {};
    const values = Object.fromEntries(
      Object.entries(change.values).filter(([field, value]) => sameValue(held[field as CaseField], value)),
    );
    return Object.keys(values).length === 0 ? [] : [{ ...change, values }];
  });

function noteOverwriting(
  overwritten: Applied["overwritten"],
  acknowledging: Overwritten[],
  change: CaseChange,
  { people }: Judgement,
): void {
  if (change.kind !== "UPDATE") return;
  const { caseId, commitUser: by } = change;
  // acknowledging explicitly is what this one field is there for
  const acknowledges =
    change.fields.SLA_Acknowledged_By__c != null &&
    by !== null &&
    isConsultant(people.byId.get(by), change.commitTimestamp);
  const fields = Object.keys(change.fields).filter(
    (field) => field.startsWith("SLA_") && !(acknowledges && field === acknowledgedBy),
  );
  if (change.explanation) fields.push("SLA_Explanation__c");
  if (fields.length > 0) overwritten.push({ caseId, fields, by });
  if (acknowledges) acknowledging.push({ caseId, fields: [acknowledgedBy], acknowledging: true });
}

/**
 * The org, locked by this transaction, with the store's state: the new changes in the order of their commits, and the
 * cases that they concern. Two instances never write one org's rows at once, and one whose lease has gone writes
 * nothing.
 */
async function heldBy(
  tx: Transaction<Database>,
  kind: Store["kind"],
  { orgId, lease, changes, snapshots, replies }: Intake,
): Promise<[fresh: CaseChange[], rows: Map<string, MirroredCase>]> {
  const byKey = new Map(changes.map((change) => [changeKey(change), change]));
  const caseIds = new Set([
    ...changes.map((c) => c.caseId),
    ...snapshots.map((s) => s.caseId),
    ...(replies?.keys() ?? []),
  ]);
  const org = tx.selectFrom("orgs").select("id").where("id", "=", orgId);
  const [, [held], seen, cases] = await together(
    tx,
    async () => kind === "postgres" && (await ask(tx, org.forUpdate().compile())),
    async () =>
      lease ? ask(tx, tx.selectFrom("leases").selectAll().where("org_id", "=", orgId).compile()) : [],
    () => rowsBy(tx, "applied_changes", orgId, ["change_key", [...byKey.keys()]], ["change_key"]),
    () => rowsBy(tx, "cases", orgId, ["id", [...caseIds]]),
  );
  if (lease) mustBeHeld(orgId, lease, held);
  for (const { change_key } of seen) byKey.delete(change_key);
  return [
    [...byKey.values()].sort(
      (a, b) => a.commitNumber - b.commitNumber || a.sequenceNumber - b.sequenceNumber,
    ),
    new Map(cases.map((row) => [row.id, caseOf(row)])),
  ];
}

async function loadRecorded(
  tx: Transaction<Database>,
  orgId: string,
  caseIds: string[],
): Promise<Map<string, Recorded[]>> {
  const rows = await rowsBy(
    tx,
    "facts",
    orgId,
    ["case_id", caseIds],
    ["case_id", "fact", "saved_at", "also"],
  );
  const recorded = new Map<string, Recorded[]>();
  for (const { case_id, fact, saved_at, also } of rows) {
    const one = { fact: JSON.parse(fact) as Fact, savedAt: saved_at, also };
    const list = recorded.get(case_id);
    if (list) list.push(one);
    else recorded.set(case_id, [one]);
  }
  return recorded;
}

const caseColumns: ColumnTypes<CaseTable> = {
  org_id: "text",
  id: "text",
  case_number: "text",
  subject: "text",
  fields: "text",
  versions: "text",
  contract_id: "text",
  system_modstamp: "bigint",
  is_deleted: "integer",
  is_closed: "integer",
};
const overCase = `on conflict (org_id, id) do update set ${Object.keys(caseColumns)
  .filter((column) => column !== "org_id" && column !== "id")
  .map((column) => `${column} = excluded.${column}`)
  .join(", ")}`;

const factKey: ColumnTypes<FactTable> = { org_id: "text", case_id: "text", id: "text" };
/** What may still change of a fact: its place among others, and who else tells of it. */
const factRest: ColumnTypes<FactTable> = {
  at: "bigint",
  commit_number: "bigint",
  sequence_number: "integer",
  kind: "text",
  fact: "text",
  saved_at: "bigint",
  also: "text",
};
const factColumns: ColumnTypes<FactTable> = { ...factKey, ...factRest, received_at: "bigint" };

async function writeFacts(
  tx: Transaction<Database>,
  orgId: string,
  recorded: ReadonlyMap<string, RecordedFacts>,
  now: number,
): Promise<void> {
  const added: Insertable<FactTable>[] = [];
  const changed: Partial<FactTable>[] = [];
  const gone: { case_id: string; id: string }[] = [];
  const keyOf = (case_id: string, id: string) => ({ org_id: orgId, case_id, id });
  for (const [caseId, facts] of recorded) {
    for (const one of facts.added)
      added.push({ ...keyOf(caseId, one.fact.id), ...columnsOf(one), received_at: now });
    for (const one of facts.changed) changed.push({ ...keyOf(caseId, one.fact.id), ...columnsOf(one) });
    gone.push(...facts.gone.map((fact) => ({ case_id: caseId, id: fact })));
  }
  await together(
    tx,
    () => insertMany(tx, "facts", factColumns, added, "on conflict (org_id, case_id, id) do nothing"),
    () => updateMany(tx, "facts", factKey, factRest, changed),
    async () => {
      // seldom: a source reported a change that we had inferred
      if (gone.length === 0) return;
      const rows = tx.deleteFrom("facts").where("org_id", "=", orgId);
      await ask(tx, rows.where((eb) => eb.or(gone.map((key) => eb.and(key)))).compile());
    },
  );
}

const columnsOf = ({ fact, savedAt: saved_at, also }: Recorded) => ({
  at: fact.at,
  commit_number: fact.commit ?? 0,
  sequence_number: fact.sequence ?? 0,
  kind: fact.kind,
  fact: JSON.stringify(fact),
  saved_at,
  also,
});

async function remember(
  tx: Transaction<Database>,
  orgId: string,
  changes: CaseChange[],
  now: number,
): Promise<void> {
  await insertMany(
    tx,
    "applied_changes",
    { org_id: "text", change_key: "text", at: "bigint" },
    changes.map((change) => ({ org_id: orgId, change_key: changeKey(change), at: now })),
  );
}

/** What is missing and what could not be read, each once however often the stream comes by it. */
async function keepGaps(tx: Transaction<Database>, { orgId, gaps, parked, now }: Intake): Promise<void> {
  if (gaps?.length) {
    const kept = await tx
      .selectFrom("gaps")
      .select("detail")
      .where("org_id", "=", orgId)
      .where(
        "detail",
        "in",
        gaps.map((gap) => gap.detail),
      )
      .execute();
    const known = new Set(kept.map((gap) => gap.detail));
    const fresh = gaps.filter((gap) => !known.has(gap.detail));
    if (fresh.length > 0)
      await tx
        .insertInto("gaps")
        .values(fresh.map((gap) => ({ ...gap, org_id: orgId, noticed_at: now })))
        .execute();
  }
  if (parked?.length) {
    const kept = await tx
      .selectFrom("parked_events")
      .select("position")
      .where("org_id", "=", orgId)
      .where(
        "position",
        "in",
        parked.map((event) => event.position),
      )
      .execute();
    const known = new Set(kept.map((event) => event.position));
    const fresh = parked.filter((event) => !known.has(event.position));
    if (fresh.length > 0)
      await tx
        .insertInto("parked_events")
        .values(fresh.map((event) => ({ ...event, org_id: orgId, parked_at: now, resolved_at: null })))
        .execute();
  }
}

const positionColumns: ColumnTypes<StreamPositionTable> = {
  org_id: "text",
  channel: "text",
  position: "text",
  transport: "text",
  committed_at: "bigint",
  updated_at: "bigint",
};

async function movePosition(
  tx: Transaction<Database>,
  { orgId, position, now }: Intake,
  changes: CaseChange[],
): Promise<void> {
  if (position === null) return;
  const committed = changes.reduce<number | null>(
    (latest, c) => Math.max(latest ?? 0, c.commitTimestamp),
    null,
  );
  await insertMany(
    tx,
    "stream_positions",
    positionColumns,
    [{ org_id: orgId, ...position, committed_at: committed, updated_at: now }],
    `on conflict (org_id, channel) do update set position = excluded.position, transport = excluded.transport,
       updated_at = excluded.updated_at,
       committed_at = coalesce(excluded.committed_at, stream_positions.committed_at)`,
  );
}
