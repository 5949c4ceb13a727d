import { caseValues, instantOf } from "../case/fields.ts";
import type { CaseChange } from "../case/change.ts";

/** The header that every change event carries, fields as both transports name them. */
export interface ChangeEventHeader {
  entityName: string;
  recordIds: string[];
  changeType: string;
  changeOrigin: string | null;
  transactionKey: string;
  sequenceNumber: number;
  /** ms */
  commitTimestamp: number;
  commitNumber: number;
  commitUser: string | null;
}

const kinds: Record<string, CaseChange["kind"]> = {
  CREATE: "CREATE",
  UPDATE: "UPDATE",
  DELETE: "DELETE",
  UNDELETE: "UNDELETE",
  GAP_CREATE: "GAP",
  GAP_UPDATE: "GAP",
  GAP_DELETE: "GAP",
  GAP_UNDELETE: "GAP",
};

/**
 * One event as changes of single records: an event can carry many. `fields` are those that changed, null where
 * they were emptied; all of them on a creation. Only those that are ours go on from here.
 * @throws Error in words when the header is not one, or a value is not of its field's kind
 */
export function changesOf(
  orgId: string,
  header: ChangeEventHeader,
  fields: Record<string, unknown>,
): { changes: CaseChange[]; overflow: boolean } {
  if (header.entityName !== "Case") return { changes: [], overflow: false };
  if (header.changeType === "GAP_OVERFLOW" || header.recordIds.some((id) => id.includes("*")))
    return { changes: [], overflow: true };
  const kind = kinds[header.changeType];
  if (kind === undefined) throw new Error(`unknown change type ${header.changeType}`);
  if (!header.transactionKey || header.recordIds.length === 0)
    throw new Error("its header names no transaction or no record");
  const { sequenceNumber, commitNumber, commitTimestamp } = header;
  if (![sequenceNumber, commitNumber, commitTimestamp].every(Number.isSafeInteger))
    throw new Error("its header does not say when it was committed, or in what order");
  const values = kind === "GAP" ? {} : caseValues(fields);
  // an import may give a creation any date
  const saved = kind === "UPDATE" || kind === "UNDELETE" ? fields["LastModifiedDate"] : null;
  const lastModified = saved == null ? null : instantOf(saved);
  const changes = header.recordIds.map((caseId) => ({
    orgId,
    caseId,
    kind,
    transactionKey: header.transactionKey,
    sequenceNumber,
    commitNumber,
    commitTimestamp,
    commitUser: header.commitUser,
    changeOrigin: header.changeOrigin,
    lastModified,
    fields: values,
    ...(header.changeType === "GAP_CREATE" ? { creates: true } : {}),
    ...("SLA_Explanation__c" in fields ? { explanation: true } : {}),
  }));
  return { changes, overflow: false };
}
