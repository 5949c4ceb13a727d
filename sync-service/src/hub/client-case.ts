/** A case of the client's org as it is now, and a change of it. */
import { longId } from "../case/ids.ts";
import { apiVersion, literal, type OrgConnection } from "../orgs/connection.ts";
import { Refusal } from "./replies.ts";

export interface CaseNow {
  id: string;
  status: string | null;
  closed: boolean;
  priority: string | null;
  cycle: number;
  ownerId: string | null;
  gone: boolean;
  servedBy: { hub: string | null; epoch: number | null };
}

/** Somebody else holds the row, or the org is busy: not the command's fault. */
export const passing = new Set([
  "UNABLE_TO_LOCK_ROW",
  "REQUEST_RUNNING_TOO_LONG",
  "SERVER_UNAVAILABLE",
  "UNKNOWN_EXCEPTION",
]);

/** @returns the org's own refusal; null: it is written */
export async function writeCase(
  client: OrgConnection,
  caseId: string,
  fields: Record<string, string | null>,
): Promise<string | null> {
  const [saved] = await client.use((connection) =>
    connection.request<{ success: boolean; errors: { statusCode: string; message: string }[] }[]>({
      method: "PATCH",
      url: "/composite/sobjects",
      body: JSON.stringify({
        allOrNone: false,
        records: [{ attributes: { type: "Case" }, id: caseId, ...fields }],
      }),
      headers: { "content-type": "application/json" },
    }),
  );
  const [error] = saved?.errors ?? [];
  if (saved?.success === true) return null;
  if (error === undefined || passing.has(error.statusCode))
    throw new Refusal(error?.statusCode ?? "UNKNOWN_EXCEPTION", error?.message ?? "no answer");
  return `${error.statusCode}: ${error.message}`;
}

/** The case as the org has it, in the bin too. A merge leads to the case that is left. */
export async function caseNow(client: OrgConnection, caseId: string, merges = 3): Promise<CaseNow | null> {
  const [row] = await client.query<{
    Id: string;
    Status: string | null;
    IsClosed: boolean;
    Support_Priority__c: string | null;
    SLA_Cycle__c: number | null;
    OwnerId: string | null;
    IsDeleted: boolean;
    MasterRecordId: string | null;
    Support_Contract__r: { Hub_Org_Id__c: string | null; Hub_Epoch__c: number | null } | null;
  }>(
    `SELECT Id, Status, IsClosed, Support_Priority__c, SLA_Cycle__c, OwnerId, IsDeleted, MasterRecordId, Support_Contract__r.Hub_Org_Id__c, Support_Contract__r.Hub_Epoch__c FROM Case WHERE Id = ${literal(caseId)}`,
    { all: true },
  );
  if (row === undefined) return null;
  if (row.MasterRecordId !== null && merges > 0)
    return caseNow(client, longId(row.MasterRecordId), merges - 1);
  return {
    id: longId(row.Id),
    status: row.Status,
    closed: row.IsClosed,
    priority: row.Support_Priority__c,
    cycle: row.SLA_Cycle__c ?? 1,
    ownerId: row.OwnerId,
    gone: row.IsDeleted,
    servedBy: {
      hub: row.Support_Contract__r?.Hub_Org_Id__c ?? null,
      epoch: row.Support_Contract__r?.Hub_Epoch__c ?? null,
    },
  };
}

export async function closedStatus(client: OrgConnection): Promise<string | null> {
  const { records } = await client.use((connection) =>
    connection.request<{ records: { ApiName?: string; MasterLabel: string; IsClosed: boolean }[] }>(
      `/services/data/v${apiVersion}/query?q=${encodeURIComponent("SELECT ApiName, MasterLabel, IsClosed FROM CaseStatus ORDER BY SortOrder")}`,
    ),
  );
  const closed = records.find(({ IsClosed }) => IsClosed);
  return closed?.ApiName ?? closed?.MasterLabel ?? null;
}
