import { longId } from "./ids.ts";

/**
 * The fields of a case that the service asks for, keeps and compares, and nothing else of it. How each is read
 * tells the transports' spellings apart: one instant arrives as ms, as `…Z` and as `…+0000`.
 */
export const caseFields = {
  CaseNumber: "text",
  Subject: "text",
  Status: "text",
  Origin: "text",
  OwnerId: "id",
  ContactId: "id",
  AccountId: "id",
  IsEscalated: "boolean",
  CreatedDate: "instant",
  CreatedById: "id",
  IsClosed: "boolean",
  ClosedDate: "instant",
  Support_Contract__c: "id",
  Support_Priority__c: "text",
  Support_Channel__c: "text",
  Service_Category__c: "text",
  SLA_Acknowledged_By__c: "id",
  SLA_Acknowledged_At__c: "instant",
  SLA_Started_At__c: "instant",
  SLA_Ack_Due_At__c: "instant",
  SLA_Status__c: "text",
  SLA_Target_Minutes__c: "number",
  SLA_Elapsed_Minutes__c: "number",
  SLA_Cycle__c: "number",
  SLA_Last_Step__c: "text",
  SLA_Needs_Quote__c: "boolean",
  SLA_Channel_Not_Covered__c: "boolean",
  SLA_Not_Covered_Reason__c: "text",
} as const;
export type CaseField = keyof typeof caseFields;
export type CaseValue = string | number | boolean | null;
export type CaseValues = { [F in CaseField]?: CaseValue };

export const caseFieldNames = Object.keys(caseFields) as CaseField[];

/** The package's own fields of a case: the doctor looks for each of them in an org. */
export const packageFields: readonly string[] = [
  ...caseFieldNames.filter((field) => field.endsWith("__c")),
  "SLA_Explanation__c",
];

/** The service writes these. It reads all of them except the long ledger. */
export const writtenFields: readonly string[] = [
  ...packageFields.filter((field) => field.startsWith("SLA_")),
  "Support_Contract__c",
];

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

const readers: Record<(typeof caseFields)[CaseField], (value: unknown) => CaseValue> = {
  text: (value) => String(value).replace(unstorable, "\ufffd"),
  id: (value) => longId(String(value)),
  boolean: (value) => value === true || value === "true",
  number: (value) => Number(value),
  instant: (value) => instantOf(value),
};

/** A value in the mirror's spelling, or undefined for a field that is none of the service's business. */
export function caseValue(field: string, value: unknown): CaseValue | undefined {
  const type = caseFields[field as CaseField];
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
  // what it was instead is not said: it may be of a case that is not ours
  if (!Number.isFinite(at)) throw new RangeError("a value that should be an instant is none");
  return Math.floor(at / 1000) * 1000;
}
