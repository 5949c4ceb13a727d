import type { Actor, Fact, Role } from "c/slaEngine";
import type { CaseField, CaseValue, CaseValues } from "../case/fields.ts";
import type { CaseChange } from "../case/change.ts";
import { ownerKind, verdict, type People } from "./verdict.ts";

/** What facts are judged by: who the users are, and which statuses mean that a case is closed. */
export interface Judgement {
  people: People;
  isClosed(status: string | null): boolean;
}

/** The fields whose change is a fact. */
export const factFields = [
  "Support_Contract__c",
  "Support_Priority__c",
  "Service_Category__c",
  "Support_Channel__c",
  "Status",
  "OwnerId",
  "SLA_Acknowledged_By__c",
] as const satisfies CaseField[];
export type FactField = (typeof factFields)[number];

export type FactBase = Pick<Fact, "id" | "at" | "commit" | "sequence" | "by" | "inferred">;
const text = (value: CaseValue | undefined): string | null => (value == null ? null : String(value));

/**
 * The fact that a field took a value, or null when that says nothing.
 * @param closed whether the record says that the case is closed with it; without, the list of statuses is asked
 */
export function fieldFact(
  base: FactBase,
  field: FactField,
  value: CaseValue,
  judgement: Judgement,
  closed?: boolean,
): Fact | null {
  const id = `${base.id}:${field}`;
  switch (field) {
    case "Support_Contract__c":
      return { ...base, id, kind: "contract", contractId: text(value) };
    case "Support_Priority__c":
      return { ...base, id, kind: "priority", priority: text(value) };
    case "Service_Category__c":
      return { ...base, id, kind: "category", category: text(value) };
    case "Support_Channel__c":
      return { ...base, id, kind: "channel", channel: text(value) };
    case "Status":
      return {
        ...base,
        id,
        kind: "status",
        status: text(value) ?? "",
        closed: closed ?? judgement.isClosed(text(value)),
      };
    case "OwnerId":
      return value === null
        ? null
        : {
            ...base,
            id,
            kind: "owner",
            ownerId: String(value),
            owner: ownerKind(judgement.people, String(value), base.at),
          };
    case "SLA_Acknowledged_By__c":
      // the service's own write-back, or the field being emptied, acknowledges nothing
      return value === null || base.by.role === "sync"
        ? null
        : { ...base, id, kind: "acknowledgement", via: "field" };
  }
}

export function createdFact(base: FactBase, values: CaseValues, judgement: Judgement): Fact {
  const status = text(values.Status) ?? "";
  return {
    ...base,
    kind: "created",
    status,
    closed: values.IsClosed === undefined ? judgement.isClosed(status) : values.IsClosed === true,
    priority: text(values.Support_Priority__c),
    category: text(values.Service_Category__c),
    channel: text(values.Support_Channel__c),
    contractId: text(values.Support_Contract__c),
    owner: values.OwnerId == null ? "other" : ownerKind(judgement.people, String(values.OwnerId), base.at),
  };
}

/** A message counts from when its channel took it, but not from longer before the case than this, ms. */
const longestAgo = 7 * 24 * 3_600_000;

/**
 * When a case counts from. A case that the service opened for a message counts from the channel's receipt. The
 * service writes that instant into the case when it creates it.
 * @param created the case's own creation date, ms
 * @param committed the commit of the creation, ms
 */
export function startOf(values: CaseValues, role: Role, created: number, committed: number): number {
  const given = values.SLA_Started_At__c;
  if (role !== "sync" || given == null || Number(values.SLA_Cycle__c ?? 1) > 1) return created;
  return Math.max(committed - longestAgo, Math.min(Number(given), committed));
}

/** The org's own doing. */
export const nobody: Actor = { userId: null, role: "automation" };

/** One creation per case, however it is learnt of. */
export const creationId = "created";

/**
 * Whether a case is closed after a change, by what the change says of it; null: it says nothing. The list of statuses
 * comes last: it may have changed a moment ago, or have a status no more that cases still have.
 */
export function closedBy({ fields }: CaseChange, judgement: Judgement): boolean | null {
  if (fields.IsClosed !== undefined) return fields.IsClosed === true;
  if (fields.ClosedDate !== undefined) return fields.ClosedDate !== null;
  return fields.Status === undefined ? null : judgement.isClosed(text(fields.Status));
}

/**
 * What one change says, judged. `createdBy` is the case's, when it is known.
 * @param status the case's until now: one can come to mean closed without being changed
 */
export function factsOf(
  change: CaseChange,
  createdBy: string | null,
  judgement: Judgement,
  status: string | null = null,
): Fact[] {
  const values = change.fields;
  const at = Math.floor(change.commitTimestamp / 1000) * 1000;
  const by: Actor = verdict(judgement.people, change.commitUser, at, createdBy);
  const base: FactBase = {
    id: `${change.transactionKey}:${change.sequenceNumber}`,
    at,
    commit: change.commitNumber,
    sequence: change.sequenceNumber,
    by,
  };
  switch (change.kind) {
    case "CREATE": {
      // the case's own creation date, as a backfill reads it: an import may set one that is not the commit's
      const given = values.CreatedDate == null ? at : Math.floor(Number(values.CreatedDate) / 1000) * 1000;
      // one in the future counts as now, and for good: the commit's instant does not move
      const created = startOf(values, by.role, Math.min(given, at), at);
      const closed = closedBy(change, judgement);
      return [
        createdFact(
          { ...base, id: creationId, at: created },
          closed === null ? values : { ...values, IsClosed: closed },
          judgement,
        ),
      ];
    }
    case "UPDATE": {
      const closed = closedBy(change, judgement) ?? undefined;
      // nobody closed or opened it who saved it next after its status had come to mean something else
      const stirred =
        closed !== undefined && values.Status === undefined && status !== null
          ? [fieldFact({ ...base, by: nobody }, "Status", status, judgement, closed)!]
          : [];
      return [
        ...factFields.flatMap((field) => {
          const value = values[field];
          return value === undefined ? [] : (fieldFact(base, field, value, judgement, closed) ?? []);
        }),
        ...stirred,
      ];
    }
    case "DELETE":
      return [
        { ...base, id: `${base.id}:deleted`, kind: "deleted", ...(change.merged ? { merged: true } : {}) },
      ];
    case "UNDELETE":
      return [{ ...base, id: `${base.id}:undeleted`, kind: "undeleted" }];
    case "GAP":
      return [];
  }
}
