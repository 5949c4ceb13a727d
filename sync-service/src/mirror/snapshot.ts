import type { Fact } from "c/slaEngine";
import {
  createdFact,
  creationId,
  factFields,
  fieldFact,
  type FactBase,
  type FactField,
  type Judgement,
} from "./facts.ts";
import { caseValue, caseValues, instantOf, type CaseValue, type CaseValues } from "./fields.ts";
import { longId } from "../orgs/ids.ts";
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
  replies: Reply[];
  /** When it was read, by the org's clock, ms. */
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

/** How far apart the history's instant and the commit's may lie for one and the same change, ms. */
export const sameChange = 2_000;

/**
 * The facts that a snapshot adds to those already known: the creation, what the field history witnesses, replies,
 * and, where even the history is silent, what must have happened, marked as inferred.
 *
 * @param newer the fields in which the reading says something else than the mirror; null for a case it did not know
 */
export function factsFromSnapshot(
  snapshot: CaseSnapshot,
  newer: ReadonlySet<string> | null,
  known: readonly Fact[],
  judgement: Judgement,
): Fact[] {
  const { values } = snapshot;
  const added: Fact[] = [];
  const all = () => [...known, ...added];
  const createdBy = idOf(values?.CreatedById) ?? known.find((f) => f.kind === "created")?.by.userId ?? null;
  /** No commit number is told with a reading: within its second it comes after what events told. */
  const afterThoseAt = (at: number) => {
    const last = all()
      .filter((fact) => fact.at === at && fact.commit !== undefined)
      .sort(inOrder)
      .at(-1);
    return last === undefined ? {} : { commit: last.commit!, sequence: (last.sequence ?? 0) + 1 };
  };
  const base = (id: string, at: number, by: string | null, inferred = false): FactBase => ({
    id,
    at,
    ...afterThoseAt(at),
    by: verdict(judgement.people, by, at, createdBy),
    ...(inferred ? { inferred } : {}),
  });
  const add = (fact: Fact | null) => {
    if (fact !== null && !all().some((other) => repeats(fact, other))) added.push(fact);
  };

  if (values !== null) {
    const history = [...snapshot.history].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    if (!known.some((f) => f.kind === "created")) {
      const created = Number(values.CreatedDate ?? snapshot.lastModified.at);
      added.push(
        createdFact(
          { id: creationId, at: created, by: verdict(judgement.people, createdBy, created, createdBy) },
          initialValues(values, history),
          judgement,
        ),
      );
    }
    for (const row of history)
      add(fieldFact(base(`history:${row.id}`, row.at, row.by), row.field, row.to, judgement));
    for (const field of factFields) {
      if (!newer?.has(field)) continue;
      const current = values[field] ?? null;
      const witnessed = history.findLast((row) => row.field === field)?.to;
      // who acknowledged is never guessed
      if (field === "SLA_Acknowledged_By__c" || current === witnessed) continue;
      const { at, by } = snapshot.lastModified;
      add(fieldFact(base(`inferred:${snapshot.systemModstamp}`, at, by, true), field, current, judgement));
    }
    for (const reply of snapshot.replies)
      add({ ...replyFact(reply, createdBy, judgement), ...afterThoseAt(reply.at) });
  }

  const gone = snapshot.isDeleted || values === null;
  const last = all()
    .filter((f) => f.kind === "deleted" || f.kind === "undeleted")
    .sort(inOrder)
    .at(-1);
  const tells = newer === null || newer.has("IsDeleted");
  if (tells && gone && last?.kind !== "deleted" && all().length > 0) {
    const at = values === null ? snapshot.readAt : snapshot.systemModstamp;
    const by = values === null ? null : snapshot.lastModified.by;
    added.push({
      ...base(`deleted:${at}`, at, by, values === null),
      kind: "deleted",
      ...(snapshot.merged ? { merged: true } : {}),
    });
  }
  if (tells && !gone && last?.kind === "deleted")
    added.push({
      ...base(
        `undeleted:${snapshot.systemModstamp}`,
        snapshot.systemModstamp,
        snapshot.lastModified.by,
        true,
      ),
      kind: "undeleted",
    });
  return added;
}

export const replyFact = (reply: Reply, createdBy: string | null, { people }: Judgement): Fact => ({
  id: `${reply.via}:${reply.id}`,
  at: reply.at,
  by: verdict(people, reply.by, reply.at, createdBy),
  kind: "reply",
  via: reply.via,
});

const idOf = (value: CaseValue | undefined) => (value == null ? null : String(value));
const inOrder = (a: Fact, b: Fact) =>
  a.at - b.at || (a.commit ?? 0) - (b.commit ?? 0) || (a.sequence ?? 0) - (b.sequence ?? 0);

/** The fields as they were at the creation: what the oldest history row of each says it was before. */
function initialValues(values: CaseValues, history: readonly HistoryRow[]): CaseValues {
  const initial = { ...values };
  for (const row of [...history].reverse()) initial[row.field] = row.from;
  return initial;
}

/** Whether two facts tell of one change, learnt of in two ways. */
export function repeats(a: Fact, b: Fact): boolean {
  if (a.id === b.id) return true;
  if (a.kind !== b.kind || Math.abs(a.at - b.at) > sameChange || a.by.userId !== b.by.userId) return false;
  const bare = ({ id: _id, at: _at, commit: _c, sequence: _s, by: _by, inferred: _i, ...rest }: Fact) =>
    JSON.stringify(rest);
  return bare(a) === bare(b);
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
  // read after the record: what changed in between is no part of this reading, and is told by its own event
  history: history.filter((row) => row.at <= instantOf(record.SystemModstamp) + sameChange),
  replies,
  readAt,
});
