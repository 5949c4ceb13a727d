/** What the hub is given of a case: the client's values, and the clock as the service wants it. */
import type { CaseFields } from "../case/sla-fields.ts";
import type { CaseValues } from "../case/fields.ts";

export interface Projected {
  key: string;
  orgId: string;
  caseId: string;
  values: CaseValues;
  closed: boolean;
  /** What became of it: a case that is not live has no content here. */
  state: "Live" | "Gone" | "Merged" | "Left";
  /** The clock's fields as the service wants them; null: it has no clock yet. */
  wanted: CaseFields | null;
  openedBy: string | null;
  owner: string | null;
  takenBy: string | null;
  acknowledgedBy: { hubUserId: string | null; name: string | null };
  changedAt: number | null;
  mergedInto: string | null;
}

export type HubFields = Record<string, string | number | boolean | null | { Key__c: string }>;

const most = (value: unknown, length: number): string | null =>
  value == null || value === "" ? null : String(value).slice(0, length);
const stamp = (value: unknown): string | null => {
  const at = typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};

/** What a consultant saw: a command that was given on another version is compared with it. */
export const versionOf = (values: CaseValues, cycle: unknown): string =>
  JSON.stringify([
    Number(cycle ?? 1),
    values.Status ?? null,
    values.Support_Priority__c ?? null,
    values.IsClosed === true,
  ]);

export interface Seen {
  cycle: number;
  status: string | null;
  priority: string | null;
  closed: boolean;
}
/** null: the page said nothing that can be read. */
export function seenIn(version: string | null): Seen | null {
  try {
    const [cycle, status, priority, closed] = JSON.parse(version ?? "") as [number, never, never, boolean];
    return typeof cycle === "number" ? { cycle, status, priority, closed: closed === true } : null;
  } catch {
    return null;
  }
}

const emptied = [
  ...["Subject__c", "Status__c", "Origin__c", "Opened_By__c", "Client_Owner__c", "Service_Category__c"],
  ...["SLA_Explanation__c", "SLA_Acknowledged_By_Name__c"],
];

/** Without the org's record id: `Client_Org__c` is set once, on the first writing. */
export function fieldsFor(one: Projected): HubFields {
  const { values, wanted, state } = one;
  const base = {
    Case_Id__c: one.caseId,
    State__c: state,
    Merged_Into__c: null,
    ...(one.mergedInto === null ? {} : { Merged_Into__r: { Key__c: one.mergedInto } }),
    Closed__c: one.closed || state !== "Live",
  };
  if (one.mergedInto !== null) delete (base as Record<string, unknown>)["Merged_Into__c"];
  if (state !== "Live") return { ...base, ...Object.fromEntries(emptied.map((name) => [name, null])) };
  const sla = (name: string) => (wanted === null ? null : (wanted[name] ?? null));
  const read = (name: keyof CaseValues, length: number) => most(values[name], length);
  const acknowledgedAt = sla("SLA_Acknowledged_At__c");
  return {
    ...base,
    Name: most(values.CaseNumber, 80) ?? one.caseId,
    Subject__c: read("Subject", 255),
    Status__c: read("Status", 80),
    Origin__c: read("Origin", 80),
    Opened_At__c: stamp(values.CreatedDate),
    Opened_By__c: most(one.openedBy, 255),
    Client_Owner__c: most(one.owner, 255),
    Taken_By__c: one.takenBy,
    Support_Priority__c: read("Support_Priority__c", 40),
    Support_Channel__c: read("Support_Channel__c", 40),
    Service_Category__c: read("Service_Category__c", 255),
    SLA_Acknowledged_By__c: acknowledgedAt === null ? null : one.acknowledgedBy.hubUserId,
    SLA_Acknowledged_By_Name__c: acknowledgedAt === null ? null : most(one.acknowledgedBy.name, 255),
    SLA_Acknowledged_At__c: stamp(acknowledgedAt),
    SLA_Started_At__c: stamp(sla("SLA_Started_At__c")),
    SLA_Ack_Due_At__c: stamp(sla("SLA_Ack_Due_At__c")),
    SLA_Status__c: most(sla("SLA_Status__c"), 40),
    SLA_Target_Minutes__c: sla("SLA_Target_Minutes__c"),
    SLA_Elapsed_Minutes__c: sla("SLA_Elapsed_Minutes__c"),
    SLA_Cycle__c: sla("SLA_Cycle__c"),
    SLA_Last_Step__c: most(sla("SLA_Last_Step__c"), 40),
    SLA_Explanation__c: most(sla("SLA_Explanation__c"), 32_768),
    SLA_Needs_Quote__c: sla("SLA_Needs_Quote__c") === true,
    SLA_Channel_Not_Covered__c: sla("SLA_Channel_Not_Covered__c") === true,
    SLA_Not_Covered_Reason__c: most(sla("SLA_Not_Covered_Reason__c"), 255),
    Version__c: versionOf(values, sla("SLA_Cycle__c")).slice(0, 255),
    Changed_At__c: stamp(one.changedAt),
  };
}

/** The fields that the hub does not have yet. Values are compared, and it does not matter who wrote last. */
export function newsFor(fields: HubFields, written: string | null): HubFields {
  if (written === null) return fields;
  const before = JSON.parse(written) as HubFields;
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)),
  );
}
