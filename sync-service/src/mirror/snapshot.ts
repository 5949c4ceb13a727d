import type { Fact } from "c/slaEngine";
import {
  nobody,
  createdFact,
  startOf,
  creationId,
  factFields,
  fieldFact,
  type FactBase,
  type FactField,
  type Judgement,
} from "./facts.ts";
import { caseValue, caseValues, instantOf, type CaseValue, type CaseValues } from "../case/fields.ts";
import { longId } from "../case/ids.ts";
import type { CaseChange } from "../case/change.ts";
import { beforeDeletion, inOrder, type RecordedFacts } from "./recorded.ts";
import { verdict } from "./verdict.ts";

/** A whole case as the org returned it, with the records of its past. */
export interface CaseSnapshot {
  caseId: string;
  /** null: the org does not have it, not even in the recycle bin. */
  values: CaseValues | null;
  isDeleted: boolean;
  merged: boolean;
  systemModstamp: number;
  lastModified: { at: number; by: string | null };
  history: HistoryRow[];
  /** Who committed the creation and when, as the history has it: an import may set any other creator and date. */
  creation: { at: number; by: string } | null;
  replies: Reply[];
  /** When we asked for it, by the service's clock, ms. */
  readAt: number;
}
export interface HistoryRow {
  id: string;
  field: FactField;
  from: CaseValue;
  to: CaseValue;
  at: number;
  by: string;
}
/** A published comment or an outbound email. */
export interface Reply {
  id: string;
  via: "comment" | "email";
  at: number;
  by: string;
}

/**
 * Adds the facts of a snapshot to the recorded facts of its case: the creation, the changes in the field history and the
 * replies. If a value changed without a history row, it adds that change and marks it as inferred.
 *
 * @param gap the event of the creation, if it hid the values
 * @param newer the fields whose value differs from the mirror's; null for a case that the mirror did not know
 */
export function recordSnapshot(
  snapshot: CaseSnapshot,
  newer: ReadonlySet<string> | null,
  recorded: RecordedFacts,
  judgement: Judgement,
  gap: CaseChange | null = null,
): void {
  const { values } = snapshot;
  const knownCreation = recorded.facts.find((f) => f.kind === "created");
  const createdBy = idOf(values?.CreatedById) ?? knownCreation?.by.userId ?? null;
  const gone = snapshot.isDeleted || values === null;
  /**
   * A reading has no commit number. Within its second we place it after the facts of events, but before the deletion of
   * a case that is gone.
   */
  const afterThoseAt = (at: number) => {
    const committed = recorded.facts
      .filter((fact) => fact.at === at && fact.commit !== undefined)
      .sort(inOrder);
    const last = committed.findLast((fact) => !(gone && fact.kind === "deleted"));
    if (last !== undefined) return { commit: last.commit!, sequence: (last.sequence ?? 0) + 1 };
    const [deletion] = committed;
    return deletion === undefined ? {} : beforeDeletion(deletion);
  };
  const base = (id: string, at: number, by: string | null, inferred = false): FactBase => ({
    id,
    at,
    ...afterThoseAt(at),
    by: verdict(judgement.people, by, at, createdBy),
    ...(inferred ? { inferred } : {}),
  });

  if (values !== null) {
    const history = [...snapshot.history].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    if (knownCreation === undefined) {
      const { at: committed, by: creator } = creationOf(snapshot, gap);
      // a date in the future counts as the commit, as it does by the event
      const given = Math.min(Number(values.CreatedDate ?? committed), committed);
      const by = verdict(judgement.people, creator, given, creator);
      recorded.add(
        createdFact(
          { id: creationId, at: startOf(values, by.role, given, committed), by },
          initialValues(values, history),
          judgement,
        ),
      );
    }
    recorded.byHistory(
      history.flatMap((row) => {
        const fact = fieldFact(base(`history:${row.id}`, row.at, row.by), row.field, row.to, judgement);
        return fact === null ? [] : [{ fact, savedAt: row.at }];
      }),
      snapshot.systemModstamp,
    );
    repairClosing(values, recorded, snapshot, (at) => ({
      ...base(`inferred:${snapshot.readAt}:closing`, at, null, true),
      by: nobody,
    }));
    for (const field of factFields) {
      if (!newer?.has(field)) continue;
      const current = values[field] ?? null;
      // who acknowledged is never guessed
      if (field === "SLA_Acknowledged_By__c" || explains(history, snapshot.systemModstamp, field, current))
        continue;
      const { at, by } = snapshot.lastModified;
      const fact = fieldFact(
        base(`inferred:${snapshot.systemModstamp}`, at, by, true),
        field,
        current,
        judgement,
        values.IsClosed === undefined ? undefined : values.IsClosed === true,
      );
      if (fact !== null) recorded.found(fact);
    }
    for (const reply of snapshot.replies)
      recorded.add({ ...replyFact(reply, createdBy, judgement), ...afterThoseAt(reply.at) });
  }

  const last = recorded.facts
    .filter((f) => f.kind === "deleted" || f.kind === "undeleted")
    .sort(inOrder)
    .at(-1);
  const tells = newer === null || newer.has("IsDeleted");
  if (tells && gone && last?.kind !== "deleted" && recorded.facts.length > 0) {
    const at = values === null ? snapshot.readAt : snapshot.systemModstamp;
    const by = values === null ? null : snapshot.lastModified.by;
    recorded.found({
      ...base(`deleted:${at}`, at, by, values === null),
      kind: "deleted",
      ...(snapshot.merged ? { merged: true } : {}),
    });
  }
  if (tells && !gone && last?.kind === "deleted")
    recorded.found({
      ...base(
        `undeleted:${snapshot.systemModstamp}`,
        snapshot.systemModstamp,
        snapshot.lastModified.by,
        true,
      ),
      kind: "undeleted",
    });
}

/** Who committed the creation, and when. We ask the event of a gap first, then the history, then the record's stamps. */
function creationOf(
  { creation, values, systemModstamp }: CaseSnapshot,
  gap: CaseChange | null,
): { at: number; by: string | null } {
  if (gap !== null) return { at: Math.floor(gap.commitTimestamp / 1000) * 1000, by: gap.commitUser };
  return creation ?? { at: systemModstamp, by: idOf(values?.CreatedById) };
}

/** The record and the closing of one save have stamps of the same second, or of two seconds in a row, ms. */
const oneSave = 2_000;

/**
 * Corrects the facts of a case if they say "open" and the record says "closed", or the reverse. An admin can change the
 * meaning of a status, and our list of statuses can be old. The closing date tells the two causes apart. If it fits the
 * last fact, we judged that fact wrongly. Otherwise the case closed or opened later, by no user that we know.
 */
function repairClosing(
  values: CaseValues,
  recorded: RecordedFacts,
  { readAt, systemModstamp }: CaseSnapshot,
  inferred: (at: number) => FactBase,
): void {
  if (values.IsClosed === undefined) return;
  const closed = values.IsClosed === true;
  const last = recorded.facts
    .filter((fact) => fact.kind === "status" || fact.kind === "created")
    .sort(inOrder)
    .at(-1);
  if (last === undefined || last.closed === closed) return;
  const status = values.Status == null ? "" : String(values.Status);
  if (last.status !== status) return;
  const closedAt = values.ClosedDate == null ? null : Number(values.ClosedDate);
  const wasSo = closed ? closedAt !== null && closedAt <= last.at + oneSave : closedAt === null;
  if (wasSo) return recorded.correctClosed(last, closed);
  const at = Math.max(
    last.at,
    closed && closedAt !== null ? closedAt : Math.max(systemModstamp, secondOf(readAt)),
  );
  recorded.found({ ...inferred(at), kind: "status", status, closed });
}

const secondOf = (at: number) => Math.floor(at / 1000) * 1000;

export const replyFact = (reply: Reply, createdBy: string | null, { people }: Judgement): Fact => ({
  id: `${reply.via}:${reply.id}`,
  at: reply.at,
  by: verdict(people, reply.by, reply.at, createdBy),
  kind: "reply",
  via: reply.via,
});

const idOf = (value: CaseValue | undefined) => (value == null ? null : String(value));

/**
 * True if the history explains the field's value: by its last row, or by a row of the record's last second. The second
 * rule is needed because we read the history after the record.
 */
function explains(
  history: readonly HistoryRow[],
  lastSecond: number,
  field: FactField,
  value: CaseValue,
): boolean {
  const rows = history.filter((row) => row.field === field);
  return (
    rows.at(-1)?.to === value ||
    rows.some((row) => row.at === lastSecond && row.from === value) ||
    rows.some((row, at) => (rows[at + 1]?.at ?? Infinity) >= lastSecond && row.to === value)
  );
}

/** The values at the creation: the old value in the oldest history row of each field. */
function initialValues(values: CaseValues, history: readonly HistoryRow[]): CaseValues {
  const initial = { ...values };
  for (const row of [...history].reverse()) initial[row.field] = row.from;
  return initial;
}

// ── Reading what the org answers ─────────────────────────────────────────────────────────────────────

/** Names in CaseHistory.Field. A standard lookup has no `Id` there. */
const historyFields: Record<string, FactField> = {
  Owner: "OwnerId",
  ...Object.fromEntries(factFields.map((field) => [field, field])),
};
const references: ReadonlySet<string> = new Set(["OwnerId", "Support_Contract__c", "SLA_Acknowledged_By__c"]);
const looksLikeId = /^[a-zA-Z0-9]{15}(?:[A-Z0-5]{3})?$/;

export interface HistoryRecord {
  Id: string;
  CaseId: string;
  Field: string;
  OldValue: unknown;
  NewValue: unknown;
  CreatedDate: string;
  CreatedById: string;
}

/** A history row for the mirror. null: a field that it does not follow, or the row of names of a lookup. */
export function historyRow(record: HistoryRecord): HistoryRow | null {
  const field = historyFields[record.Field];
  if (field === undefined) return null;
  if (references.has(field)) {
    // a lookup's change leaves two rows, one of names and one of ids
    const given = [record.OldValue, record.NewValue].filter((v) => v != null && v !== "");
    if (given.length === 0 || !given.every((v) => looksLikeId.test(String(v)))) return null;
  }
  return {
    id: longId(record.Id),
    field,
    from: caseValue(field, record.OldValue) ?? null,
    to: caseValue(field, record.NewValue) ?? null,
    at: instantOf(record.CreatedDate),
    by: longId(record.CreatedById),
  };
}

export interface CaseRecord extends Record<string, unknown> {
  Id: string;
  SystemModstamp: string;
  LastModifiedDate: string;
  LastModifiedById: string | null;
  IsDeleted?: boolean;
  MasterRecordId?: string | null;
}

export const snapshotOf = (
  record: CaseRecord,
  history: HistoryRow[],
  replies: Reply[],
  readAt: number,
  creation: CaseSnapshot["creation"] = null,
): CaseSnapshot => ({
  caseId: longId(record.Id),
  values: caseValues(record),
  isDeleted: record.IsDeleted === true,
  merged: record.MasterRecordId != null,
  systemModstamp: instantOf(record.SystemModstamp),
  lastModified: {
    at: instantOf(record.LastModifiedDate),
    by: record.LastModifiedById === null ? null : longId(record.LastModifiedById),
  },
  // we read the history after the record; a later row has its own event
  history: history.filter((row) => row.at <= instantOf(record.SystemModstamp)),
  creation,
  replies,
  readAt,
});
