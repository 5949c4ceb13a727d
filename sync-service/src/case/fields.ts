import { CASE_FIELD_TABLE, caseFieldsThat, type CaseFieldName } from "c/supportFields";
import { longId } from "./ids.ts";

/**
 * The fields of a case that the service asks for, keeps and compares: the whole shared list except the long ledger
 * and the key of the opening message. How each is read tells the transports' spellings apart: one instant arrives as
 * ms, as `…Z` and as `…+0000`.
 */
type Kinds = typeof CASE_FIELD_TABLE;
export type CaseField = {
  [F in CaseFieldName]: Kinds[F][0] extends "longText" | "key" ? never : F;
}[CaseFieldName];
type Kind = Kinds[CaseField][0];

export const caseFieldNames = caseFieldsThat(
  ([kind]) => kind !== "longText" && kind !== "key",
) as CaseField[];
const kindOf = new Map<string, Kind>(caseFieldNames.map((name) => [name, CASE_FIELD_TABLE[name][0]]));

export type CaseValue = string | number | boolean | null;
export type CaseValues = { [F in CaseField]?: CaseValue };

/** The service writes these. It reads all of them except the long ledger. */
export const writtenFields: readonly string[] = caseFieldsThat(
  ([, writer], name) => name.endsWith("__c") && (writer === "service" || writer === "both"),
);

const always = ["Id", "IsDeleted", "LastModifiedDate", "LastModifiedById", "SystemModstamp"];
const readable: readonly string[] = [...always, ...caseFieldNames, "MasterRecordId"];

/**
 * What a query of cases selects, of what the service's user may see.
 * @returns the select list, and those of ours that are missing
 */
export function selectionFrom(visible: ReadonlySet<string>): { selection: string; missing: string[] } {
  return {
    selection: readable.filter((field) => visible.has(field)).join(", "),
    missing: readable.filter((field) => !visible.has(field)),
  };
}

/** What no store of text takes: NUL, and halves of a character that was cut in two. */
const unstorable = /\0|\p{Surrogate}/gu;

const readers: Record<Kind, (value: unknown) => CaseValue> = {
  text: (value) => String(value).replace(unstorable, "\ufffd"),
  id: (value) => longId(String(value)),
  boolean: (value) => value === true || value === "true",
  number: Number,
  minutes: Number,
  instant: (value) => instantOf(value),
};

/** A value in the mirror's spelling, or undefined for a field that the service does not follow. */
export function caseValue(field: string, value: unknown): CaseValue | undefined {
  const type = kindOf.get(field);
  if (type === undefined) return undefined;
  if (value === null || value === undefined || value === "") return type === "boolean" ? false : null;
  return readers[type](value);
}

/** Whether two values of a field are one: of a flag that was never told, nothing else is known than that it is not set. */
export const sameValue = (a: CaseValue | undefined, b: CaseValue | undefined): boolean =>
  (a ?? null) === (b ?? null) || ((a ?? false) === false && (b ?? false) === false);

/** Only ours, in the mirror's spelling. */
export function caseValues(fields: Record<string, unknown>): CaseValues {
  const values: Record<string, CaseValue> = {};
  for (const [field, value] of Object.entries(fields)) {
    const read = caseValue(field, value);
    if (read !== undefined) values[field] = read;
  }
  return values as CaseValues;
}

/** An instant in any of Salesforce's spellings, ms, floored to the second as case fields keep it. */
export function instantOf(value: unknown): number {
  const at = typeof value === "number" ? value : Date.parse(String(value));
  // we do not say the value: it may be of a case that is not ours
  if (!Number.isFinite(at)) throw new RangeError("a value that should be an instant is not one");
  return Math.floor(at / 1000) * 1000;
}
