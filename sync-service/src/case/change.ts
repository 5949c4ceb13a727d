/** What the streams hand to the mirror, and what the mirror hands on, in one transaction. */
import type { Transaction } from "kysely";
import type { Database } from "../store/schema.ts";
import type { CaseValues } from "./fields.ts";

/** One record's change as Salesforce committed it, whatever the transport. */
export interface CaseChange {
  /** orgs.id */
  orgId: string;
  caseId: string;
  kind: "CREATE" | "UPDATE" | "DELETE" | "UNDELETE" | "GAP";
  transactionKey: string;
  sequenceNumber: number;
  commitNumber: number;
  /** ms */
  commitTimestamp: number;
  commitUser: string | null;
  changeOrigin: string | null;
  /** When the record was saved, by the event's LastModifiedDate, ms: what readings can be compared with. null: not told. */
  lastModified: number | null;
  /** Only what changed, of the fields that are ours (all given on CREATE); null is "set to null". */
  fields: CaseValues;
  /** A gap that hides a creation: it still tells who committed it, and when. */
  creates?: boolean;
  /** Whether the ledger on the case changed: the service's own, whose text the mirror does not keep. */
  explanation?: boolean;
  /** A deletion that was a merge: the event does not tell, the org does when asked. */
  merged?: boolean;
}

export interface CaseKey {
  orgId: string;
  caseId: string;
}

/**
 * The clocks' half of the one transaction: called by the mirror after facts were written, inside the same
 * transaction. Recomputes the cases' clocks, writes `clocks`, and puts write-backs into `outbox`.
 * Idempotent: the same facts leave the same rows.
 */
export type RecomputeClocks = (tx: Transaction<Database>, cases: CaseKey[], now: number) => Promise<void>;

/** Told after commit, so that the firing loop can look at its next instant again. */
export type Wake = () => void;
