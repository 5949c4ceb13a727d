/** The one list of Case fields for pages and service: the kind of each, its writer, and its name on pages. */
export type FieldKind = "text" | "longText" | "key" | "id" | "boolean" | "number" | "minutes" | "instant";
/** `both`: people and the service write it. `opener`: the person who opens the case, the service, and later people. */
export type FieldWriter = "platform" | "people" | "service" | "both" | "opener";

/** `shownAs` is empty where no page shows the field. */
type Field = readonly [kind: FieldKind, writer: FieldWriter, shownAs: string];

export const CASE_FIELD_TABLE = {
  CaseNumber: ["text", "platform", "number"],
  Subject: ["text", "opener", "subject"],
  Status: ["text", "people", "status"],
  Origin: ["text", "people", ""],
  OwnerId: ["id", "people", "ownerId"],
  ContactId: ["id", "opener", ""],
  AccountId: ["id", "people", ""],
  IsEscalated: ["boolean", "both", ""],
  CreatedDate: ["instant", "platform", "createdAt"],
  CreatedById: ["id", "platform", "createdById"],
  IsClosed: ["boolean", "platform", "closed"],
  ClosedDate: ["instant", "platform", ""],
  Support_Contract__c: ["id", "both", "contractId"],
  Support_Priority__c: ["text", "opener", "priority"],
  Support_Channel__c: ["text", "opener", "channel"],
  Service_Category__c: ["text", "opener", "category"],
  Support_Intake_Key__c: ["key", "opener", ""],
  SLA_Acknowledged_By__c: ["id", "both", "acknowledgedById"],
  SLA_Acknowledged_By_Name__c: ["text", "service", "acknowledgedInName"],
  SLA_Acknowledged_At__c: ["instant", "service", "acknowledgedAt"],
  SLA_Started_At__c: ["instant", "service", "startedAt"],
  SLA_Ack_Due_At__c: ["instant", "service", "dueAt"],
  SLA_Status__c: ["text", "service", "slaStatus"],
  SLA_Target_Minutes__c: ["minutes", "service", "target"],
  SLA_Elapsed_Minutes__c: ["minutes", "service", "elapsed"],
  SLA_Cycle__c: ["number", "service", "cycle"],
  SLA_Last_Step__c: ["text", "service", "lastStep"],
  SLA_Needs_Quote__c: ["boolean", "service", "needsQuote"],
  SLA_Channel_Not_Covered__c: ["boolean", "service", "channelNotCovered"],
  SLA_Not_Covered_Reason__c: ["text", "service", "notCoveredReason"],
  SLA_Explanation__c: ["longText", "service", "explanation"],
} as const satisfies Record<string, Field>;

export type CaseFieldName = keyof typeof CASE_FIELD_TABLE;

type Table = typeof CASE_FIELD_TABLE;
type ValueOf<K> = K extends "boolean"
  ? boolean
  : K extends "number" | "minutes" | "instant"
    ? number | null
    : string | null;
/** What pages show of a case, by their names for it. */
export type ShownOfCase = {
  [F in CaseFieldName as Table[F][2] extends "" ? never : Table[F][2]]: ValueOf<Table[F][0]>;
};

const all = Object.entries(CASE_FIELD_TABLE) as [CaseFieldName, Field][];
/** The names of the fields that `fits` holds for. */
export const caseFieldsThat = (fits: (field: Field, name: CaseFieldName) => boolean): CaseFieldName[] =>
  all.filter(([name, field]) => fits(field, name)).map(([name]) => name);

/** The package's own, without which support is not understood. */
export const CASE_SUPPORT_FIELDS = caseFieldsThat((_, name) => name.endsWith("__c"));
