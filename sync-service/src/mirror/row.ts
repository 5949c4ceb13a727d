import type { CaseTable } from "../store/schema.ts";
import type { Judgement } from "./facts.ts";
import type { CaseField, CaseValues } from "./fields.ts";
import type { CaseSnapshot } from "./snapshot.ts";
import type { CaseChange } from "./types.ts";

type Version = [commitNumber: number, sequence: number, commitTimestamp: number, storedAt: number];

/** A mirrored case in memory, while changes are applied to it. */
export interface MirroredCase {
  caseId: string;
  values: CaseValues;
  versions: { [field: string]: Version };
  systemModstamp: number;
  isDeleted: boolean;
}

export const caseOf = (row: CaseTable): MirroredCase => ({
  caseId: row.id,
  values: JSON.parse(row.fields) as CaseValues,
  versions: JSON.parse(row.versions) as MirroredCase["versions"],
  systemModstamp: row.system_modstamp,
  isDeleted: row.is_deleted === 1,
});

const text = (value: unknown) => (value == null ? null : String(value));

/** A case that is no longer ours keeps its id and its facts, and nothing of its content. */
export const rowOfCase = (orgId: string, mirrored: MirroredCase, judgement: Judgement): CaseTable => {
  const ours = mirrored.values.Support_Contract__c != null;
  const values = ours ? mirrored.values : {};
  return {
    org_id: orgId,
    id: mirrored.caseId,
    case_number: text(values.CaseNumber),
    subject: text(values.Subject),
    fields: JSON.stringify(values),
    versions: JSON.stringify(mirrored.versions),
    contract_id: text(values.Support_Contract__c),
    system_modstamp: mirrored.systemModstamp,
    is_deleted: mirrored.isDeleted ? 1 : 0,
    is_closed: ours && judgement.isClosed(text(values.Status)) ? 1 : 0,
  };
};

const newer = (a: Version, b: Version) => a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]);
export const second = (at: number) => Math.floor(at / 1000) * 1000;

/** Lays a change over a case: each field takes the value of its latest commit, in whatever order they come. */
export function applyChange(
  mirrored: MirroredCase,
  change: CaseChange,
  values: CaseValues,
  now: number,
): void {
  const version: Version = [change.commitNumber, change.sequenceNumber, change.commitTimestamp, now];
  // the case was read whole after this commit
  if (second(change.commitTimestamp) < mirrored.systemModstamp) return;
  const set = (field: string, apply: () => void) => {
    const held = mirrored.versions[field];
    if (held !== undefined && !newer(version, held)) return;
    apply();
    mirrored.versions[field] = version;
  };
  for (const [field, value] of Object.entries(values) as [CaseField, CaseValues[CaseField]][])
    set(field, () => (mirrored.values[field] = value ?? null));
  if (change.kind === "DELETE" || change.kind === "UNDELETE")
    set("IsDeleted", () => (mirrored.isDeleted = change.kind === "DELETE"));
}

/**
 * Lays a reading over a case. A field that an event set after the reading keeps the event's value.
 * @returns the fields that differed
 */
export function applySnapshot(mirrored: MirroredCase, snapshot: CaseSnapshot): string[] {
  const since = (field: string) =>
    second(mirrored.versions[field]?.[2] ?? -Infinity) > snapshot.systemModstamp;
  const differing: string[] = [];
  // an older reading than the one held says nothing new
  if (snapshot.values !== null && snapshot.systemModstamp < mirrored.systemModstamp) return differing;
  for (const [field, value] of Object.entries(snapshot.values ?? {}) as [
    CaseField,
    CaseValues[CaseField],
  ][]) {
    if (since(field)) continue;
    if ((mirrored.values[field] ?? null) !== (value ?? null)) differing.push(field);
    mirrored.values[field] = value ?? null;
    delete mirrored.versions[field];
  }
  if (!since("IsDeleted") && mirrored.isDeleted !== snapshot.isDeleted) {
    differing.push("IsDeleted");
    mirrored.isDeleted = snapshot.isDeleted;
    delete mirrored.versions["IsDeleted"];
  }
  mirrored.systemModstamp = Math.max(mirrored.systemModstamp, snapshot.systemModstamp);
  return differing;
}

export const newCase = (caseId: string): MirroredCase => ({
  caseId,
  values: {},
  versions: {},
  systemModstamp: 0,
  isDeleted: false,
});
