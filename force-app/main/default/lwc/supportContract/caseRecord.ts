/** A case as components read it, whichever adapter brought it. */
import { CASE_FIELD_TABLE, caseFieldsThat, type FieldKind, type ShownOfCase } from "c/supportFields";
import { gql, type GraphQLDocument } from "lightning/graphql";
import type { RecordRepresentation } from "lightning/uiRecordApi";

export { CASE_SUPPORT_FIELDS } from "c/supportFields";

export interface CaseRecord {
  id: string;
  number: string;
  subject: string;
  status: string | null;
  statusLabel: string | null;
  closed: boolean;
  createdAt: number;
  modifiedAt: number;
  createdById: string | null;
  createdByName: string | null;
  ownerId: string | null;
  ownerName: string | null;
  contractId: string | null;
  priority: string | null;
  category: string | null;
  categoryLabel: string | null;
  channel: string | null;
  channelLabel: string | null;
  acknowledgedById: string | null;
  acknowledgedByName: string | null;
  /** Who acknowledged, where that person works in another org. */
  acknowledgedInName: string | null;
  acknowledgedAt: number | null;
  startedAt: number | null;
  dueAt: number | null;
  slaStatus: string | null;
  /** ms of coverage */
  target: number | null;
  /** ms of coverage */
  elapsed: number | null;
  cycle: number | null;
  lastStep: string | null;
  explanation: string | null;
  needsQuote: boolean;
  channelNotCovered: boolean;
  notCoveredReason: string | null;
}

const shown = caseFieldsThat(([, , shownAs]) => shownAs !== "");
/** Read beside the others: who acknowledged, which a user may not see, and the ledger, which is long. */
const apart = ["SLA_Acknowledged_By__c", "SLA_Explanation__c"];
const plain: string[] = [...shown.filter((name) => !apart.includes(name)), "LastModifiedDate"];

/** What nobody can do without. */
export const CASE_FIELDS = ["Case.CaseNumber", "Case.Subject", "Case.Status", "Case.CreatedDate"];
/** Dropped in silence when the user may not see them: the component says what is missing. */
export const CASE_OPTIONAL_FIELDS = [
  ...plain.map((name) => `Case.${name}`).filter((name) => !CASE_FIELDS.includes(name)),
  ...apart.map((name) => `Case.${name}`),
  "Case.SLA_Acknowledged_By__r.Name",
  "Case.Owner.Name",
];

/** So many cases a page reads at most: what one GraphQL answer holds. */
const AT_MOST = 2000;
const newestFirst = "{ CreatedDate: { order: DESC } }";
/** What nobody has acknowledged, the earliest due first: where cases are cut off, it is not those. */
export const dueFirst = `{
  SLA_Acknowledged_At__c: { order: ASC, nulls: FIRST }
  SLA_Ack_Due_At__c: { order: ASC, nulls: FIRST }
}`;

/**
 * Support cases in one query: `condition` and `orderBy` are in GraphQL's own words; having a contract is asked of all.
 * Of more than 2,000 the first are answered, and `totalOf` tells how many there are.
 */
export function casesQuery(condition: string, orderBy = newestFirst): GraphQLDocument {
  const strings = Object.assign(
    [
      `query SupportCases {
        uiapi {
          query {
            Case(
              first: ${AT_MOST}
              upperBound: ${AT_MOST}
              where: { and: [{ Support_Contract__c: { ne: null } }, ${condition}] }
              orderBy: ${orderBy}
            ) {
              edges {
                node {
                  Id
                  ${plain.map((name) => `${name} { value displayValue }`).join("\n")}
                  SLA_Acknowledged_By__c @optional { value }
                  SLA_Acknowledged_By__r @optional { Name { value } }
                  CreatedBy @optional { Name { value } }
                  Owner @optional {
                    ... on User { Name { value } }
                    ... on Group { Name { value } }
                  }
                }
              }
              totalCount
            }
          }
        }
      }`,
    ],
    { raw: [] as string[] },
  );
  return gql(strings);
}

/**
 * A few bytes that change when any support case does, so that the cases themselves are asked for only then. No ids: a
 * wire that holds an id is asked again by the platform whenever that record is saved here.
 */
export const casesStamp = (condition = ""): GraphQLDocument =>
  gql(
    Object.assign(
      [
        `query SupportStamp {
          uiapi {
            query {
              Case(
                first: 1
                where: { and: [{ Support_Contract__c: { ne: null } }${condition && `, ${condition}`}] }
                orderBy: { SystemModstamp: { order: DESC } }
              ) {
                edges { node { SystemModstamp { value } } }
                totalCount
              }
            }
          }
        }`,
      ],
      { raw: [] as string[] },
    ),
  );

/** From a GraphQL answer to `casesStamp`; null when it holds no stamp. */
export function stampOf(data: any): string | null {
  const cases = data?.uiapi?.query?.Case;
  if (!cases) return null;
  return `${cases.totalCount} ${cases.edges?.[0]?.node?.SystemModstamp?.value ?? ""}`;
}

type Read = (field: string) => { value?: unknown; displayValue?: string | null } | undefined;
const words = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const stamp = (value: unknown): number | null => {
  const at = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : at;
};
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const minutes = (value: unknown): number | null =>
  typeof value === "number" ? Math.round(value * 60_000) : null;
const readers: Record<FieldKind, (value: unknown) => unknown> = {
  text: words,
  longText: words,
  key: words,
  id: words,
  boolean: (value) => value === true,
  number,
  minutes,
  instant: stamp,
};

function caseRecord(
  id: string,
  read: Read,
  related: (field: string, name: string) => unknown,
  modified?: string,
): CaseRecord {
  const values = Object.fromEntries(
    shown.map((name) => {
      const [kind, , shownAs] = CASE_FIELD_TABLE[name];
      return [shownAs, readers[kind](read(name)?.value)];
    }),
  ) as ShownOfCase;
  const label = (field: string, value: string | null) => words(read(field)?.displayValue) ?? value;
  return {
    ...values,
    id,
    number: values.number ?? "",
    subject: values.subject ?? "",
    statusLabel: label("Status", values.status),
    createdAt: values.createdAt ?? 0,
    modifiedAt: stamp(read("LastModifiedDate")?.value) ?? stamp(modified) ?? 0,
    createdByName: words(related("CreatedBy", "Name")),
    ownerName: words(related("Owner", "Name")),
    categoryLabel: label("Service_Category__c", values.category),
    channelLabel: label("Support_Channel__c", values.channel),
    acknowledgedByName: words(related("SLA_Acknowledged_By__r", "Name")) ?? values.acknowledgedInName,
  };
}

/** From a UI API record read with `CASE_FIELDS` and `CASE_OPTIONAL_FIELDS`. */
export const caseOf = (record: RecordRepresentation): CaseRecord =>
  caseRecord(
    record.id,
    (field) => record.fields[field],
    (field, name) =>
      (record.fields[field]?.value as RecordRepresentation | null | undefined)?.fields?.[name]?.value,
    record.lastModifiedDate,
  );

/** From a GraphQL answer to `casesQuery`. */
export const casesOf = (data: any): CaseRecord[] =>
  (data?.uiapi?.query?.Case?.edges ?? []).map(({ node }: any) =>
    caseRecord(
      node.Id,
      (field) => node[field],
      (field, name) => node[field]?.[name]?.value,
    ),
  );

/** How many cases there are, those that the answer left out too. */
export const totalOf = (data: any): number => data?.uiapi?.query?.Case?.totalCount ?? casesOf(data).length;

/** Nobody has taken a case that a queue owns, or still the person who opened it. */
export const isUnassigned = ({ ownerId, createdById, acknowledgedById }: CaseRecord): boolean =>
  ownerId === null || ownerId.startsWith("00G") || (ownerId === createdById && ownerId !== acknowledgedById);
