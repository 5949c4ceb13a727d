import type { Fact } from "c/slaEngine";
import {
  nobody,
  createdFact,
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
import { beforeDeletion, inOrder, type ToldFacts } from "./told.ts";
import { verdict } from "./verdict.ts";

/** A case read from the org whole, with what witnesses its past. */
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
  /** When it was asked for, by the service's clock, ms. */
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
 * Adds what a snapshot tells to what is told of its case: the creation, what the field history witnesses, replies, and,
 * where even the history is silent, what must have happened, marked as inferred.
 *
 * @param gap the event that told of the creation and hid its values
 * @param newer the fields in which the reading says something else than the mirror; null for a case it did not know
 */
export function tellSnapshot(
  snapshot: CaseSnapshot,
  newer: ReadonlySet<string> | null,
  told: ToldFacts,
  judgement: Judgement,
  gap: CaseChange | null = null,
): void {
  const { values } = snapshot;
  const knownCreation = told.facts.find((f) => f.kind === "created");
  const createdBy = idOf(values?.CreatedById) ?? knownCreation?.by.userId ?? null;
  const gone = snapshot.isDeleted || values === null;
  /**
   * No commit number is told with a reading: within its second it comes after what events told, but for the deletion of
   * a case that is gone, which nothing comes after.
   */
  const afterThoseAt = (at: number) => {
    const committed = told.facts.filter((fact) => fact.at === at && fact.commit !== undefined).sort(inOrder);
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
      const created = Math.min(Number(values.CreatedDate ?? committed), committed);
      told.add(
        createdFact(
          { id: creationId, at: created, by: verdict(judgement.people, creator, created, creator) },
          initialValues(values, history),
          judgement,
        ),
      );
    }
    told.byHistory(
      history.flatMap((row) => {
        const fact = fieldFact(base(`history:${row.id}`, row.at, row.by), row.field, row.to, judgement);
        return fact === null ? [] : [{ fact, savedAt: row.at }];
      }),
      snapshot.systemModstamp,
    );
    repairClosing(values, told, snapshot, (at) => ({
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
      if (fact !== null) told.found(fact);
    }
    for (const reply of snapshot.replies)
      told.add({ ...replyFact(reply, createdBy, judgement), ...afterThoseAt(reply.at) });
  }

  const last = told.facts
    .filter((f) => f.kind === "deleted" || f.kind === "undeleted")
    .sort(inOrder)
    .at(-1);
  const tells = newer === null || newer.has("IsDeleted");
  if (tells && gone && last?.kind !== "deleted" && told.facts.length > 0) {
    const at = values === null ? snapshot.readAt : snapshot.systemModstamp;
    const by = values === null ? null : snapshot.lastModified.by;
    told.found({
      ...base(`deleted:${at}`, at, by, values === null),
      kind: "deleted",
      ...(snapshot.merged ? { merged: true } : {}),
    });
  }
  if (tells && !gone && last?.kind === "deleted")
    told.found({
      ...base(
        `undeleted:${snapshot.systemModstamp}`,
        snapshot.systemModstamp,
        snapshot.lastModified.by,
        true,
      ),
      kind: "undeleted",
    });
}

/** Who committed the creation, and when: the event of a gap says, the history does, else the record's own stamps do. */
function creationOf(
  { creation, values, systemModstamp }: CaseSnapshot,
  gap: CaseChange | null,
): { at: number; by: string | null } {
  if (gap !== null) return { at: Math.floor(gap.commitTimestamp / 1000) * 1000, by: gap.commitUser };
  return creation ?? { at: systemModstamp, by: idOf(values?.CreatedById) };
}

/** One save stamps its record and its closing with the same second, or the next one. */
const oneSave = 2_000;

/**
 * A status can come to mean closed, or open, and the list of statuses can be behind or lack one. The record knows: by
 * its closing date the status itself was judged wrongly, without one the case was closed or opened since, by nobody.
 */
function repairClosing(
  values: CaseValues,
  told: ToldFacts,
  { readAt, systemModstamp }: CaseSnapshot,
  inferred: (at: number) => FactBase,
): void {
  if (values.IsClosed === undefined) return;
  const closed = values.IsClosed === true;
  const last = told.facts
    .filter((fact) => fact.kind === "status" || fact.kind === "created")
    .sort(inOrder)
    .at(-1);
  if (last === undefined || last.closed === closed) return;
  const status = values.Status == null ? "" : String(values.Status);
  if (last.status !== status) return;
  const closedAt = values.ClosedDate == null ? null : Number(values.ClosedDate);
  const wasSo = closed ? closedAt !== null && closedAt <= last.at + oneSave : closedAt === null;
  if (wasSo) return told.correctClosed(last, closed);
  const at = Math.max(
    last.at,
    closed && closedAt !== null ? closedAt : Math.max(systemModstamp, secondOf(readAt)),
  );
  told.found({ ...inferred(at), kind: "status", status, closed });
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
 * Whether the history tells how a field came by its value: its last row does, or, since the history is read after the
 * record, one of those of the record's last second.
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

/** The fields as they were at the creation: what the oldest history row of each says it was before. */
function initialValues(values: CaseValues, history: readonly HistoryRow[]): CaseValues {
  const initial = { ...values };
  for (const row of [...history].reverse()) initial[row.field] = row.from;
  return initial;
}

// ── Reading what the org answers ─────────────────────────────────────────────────────────────────────

/** Names in CaseHistory.Field: standard lookups are named without `Id`. */
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

/** A history row as the mirror reads it; null for fields it does not follow, and for a lookup's row of names. */
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
  // read after the record: what was saved since is no part of this reading, and is told by its own event
  history: history.filter((row) => row.at <= instantOf(record.SystemModstamp)),
  creation,
  replies,
  readAt,
});
