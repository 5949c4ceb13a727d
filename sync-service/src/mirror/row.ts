import type { CaseTable } from "../store/schema.ts";
import type { Judgement } from "./facts.ts";
import { sameValue, type CaseField, type CaseValues } from "../case/fields.ts";
import type { CaseSnapshot } from "./snapshot.ts";
import type { CaseChange } from "../case/change.ts";

/** Of the event that set a field last. */
type Version = [commitNumber: number, sequence: number, savedAt: number, arrivedAt: number];

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
  versions: versionsIn(row.versions),
  systemModstamp: row.system_modstamp,
  isDeleted: row.is_deleted === 1,
});

/** An event sets several fields at once: its version stands once, by their names. */
function textOf(versions: MirroredCase["versions"]): string {
  const fields = new Map<Version, string>();
  for (const [field, version] of Object.entries(versions)) {
    const others = fields.get(version);
    fields.set(version, others === undefined ? field : `${others} ${field}`);
  }
  // numbers and names of fields, written by hand: this is done for every change
  return `{${Array.from(fields, ([version, names]) => `"${names}":[${version.join(",")}]`).join(",")}}`;
}

function versionsIn(text: string): MirroredCase["versions"] {
  const versions: MirroredCase["versions"] = {};
  for (const [names, version] of Object.entries(JSON.parse(text) as Record<string, Version>))
    for (const field of names.split(" ")) versions[field] = version;
  return versions;
}

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
    versions: textOf(mirrored.versions),
    contract_id: text(values.Support_Contract__c),
    system_modstamp: mirrored.systemModstamp,
    is_deleted: mirrored.isDeleted ? 1 : 0,
    is_closed: ours && (values.IsClosed ?? judgement.isClosed(text(values.Status))) ? 1 : 0,
  };
};

const newer = (a: Version, b: Version) => a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]);

/** When a change was saved, in whole seconds as records keep it: by its event, or at the latest at its commit. */
export const savedAt = ({ lastModified, commitTimestamp }: CaseChange) =>
  lastModified ?? Math.floor(commitTimestamp / 1000) * 1000;

/**
 * Lays a change over a case: each field takes the value of its latest commit, in whatever order they come.
 *
 * Changes of one record are saved one after another, each before it lets go of the row. So a change that was saved
 * before the reading's last change is in that reading. A change of the same second may be in it or not. It is laid
 * over all the same: those after it in that second come after it in the stream, too, and have the last word.
 */
export function applyChange(mirrored: MirroredCase, change: CaseChange, arrivedAt: number): void {
  const at = savedAt(change);
  // whatever read the case read its creation with it
  if (at < mirrored.systemModstamp || (change.kind === "CREATE" && mirrored.systemModstamp > 0)) return;
  const version: Version = [change.commitNumber, change.sequenceNumber, at, arrivedAt];
  const set = (field: string, apply: () => void) => {
    const held = mirrored.versions[field];
    if (held !== undefined && !newer(version, held)) return;
    apply();
    mirrored.versions[field] = version;
  };
  for (const [field, value] of Object.entries(change.fields) as [CaseField, CaseValues[CaseField]][])
    set(field, () => (mirrored.values[field] = value ?? null));
  if (change.kind === "DELETE" || change.kind === "UNDELETE")
    set("IsDeleted", () => (mirrored.isDeleted = change.kind === "DELETE"));
}

/**
 * Lays a reading over a case. The reading holds an event's values if they were saved before the reading's last
 * change, and not if they were saved after it. Within the same second only the order of asking tells: a reading asked
 * for after the event had arrived holds it. One asked for before is undecided where it differs: the event's value
 * stays, and the case has to be read again.
 *
 *
 * @returns the fields that differed, and whether the case has to be read again
 */
export function applySnapshot(
  mirrored: MirroredCase,
  snapshot: CaseSnapshot,
): { differing: string[]; undecided: boolean } {
  const differing: string[] = [];
  let undecided = false;
  const read = snapshot.systemModstamp;
  // an older reading than the one held says nothing new
  if (snapshot.values !== null && read < mirrored.systemModstamp) return { differing, undecided };
  const lay = (field: string, differs: boolean, take: () => void) => {
    const version = mirrored.versions[field];
    if (version !== undefined && snapshot.values !== null) {
      const [, , saved, arrived] = version;
      if (saved > read) return;
      if (saved === read && snapshot.readAt < arrived) {
        if (differs) undecided = true;
        return;
      }
      // of the same second, earlier ones may still come
      if (saved < read) delete mirrored.versions[field];
    }
    if (differs) differing.push(field);
    take();
  };
  for (const [field, value] of Object.entries(snapshot.values ?? {}) as [CaseField, CaseValues[CaseField]][])
    lay(field, !sameValue(mirrored.values[field], value), () => (mirrored.values[field] = value ?? null));
  lay(
    "IsDeleted",
    mirrored.isDeleted !== snapshot.isDeleted,
    () => (mirrored.isDeleted = snapshot.isDeleted),
  );
  // of a case that is gone altogether there is no stamp, only when it was asked for
  if (snapshot.values !== null) mirrored.systemModstamp = read;
  return { differing, undecided };
}

export const newCase = (caseId: string): MirroredCase => ({
  caseId,
  values: {},
  versions: {},
  systemModstamp: 0,
  isDeleted: false,
});
