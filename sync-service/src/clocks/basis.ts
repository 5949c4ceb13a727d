/** The facts that a decision about a due clock depends on. */
import type { Policy } from "c/slaEngine";
import type { ClockTable, OrgTable } from "../store/schema.ts";

export type FiringOrg = Pick<OrgTable, "id" | "name" | "instance_url" | "onboarded_at" | "settings">;
export type DueClock = Pick<ClockTable, "org_id" | "case_id" | "cycle" | "status" | "contract_id"> &
  Pick<ClockTable, "started_at" | "elapsed_ms" | "clock"> & { next_at: number };

/** The parts of a case that a decision needs beside its clock. */
export interface CaseState {
  org_id: string;
  case_id: string;
  case_number: string | null;
  subject: string | null;
  /** null: the mirror has lost the case. */
  fields: string | null;
  /** null: the service wants no values yet. */
  wanted: string | null;
  version: number | null;
  latest_cycle: number;
  /** The ledger, as JSON: a list of `[cycle, step, 1 if it stands, else 0]`. */
  recorded: string | null;
}

/**
 * Everything that a decision depends on. An equal basis gives an equal decision, so we can decide before the instant.
 */
export interface Basis {
  org: FiringOrg;
  /** undefined: the clock's contract is missing, or nobody can read it. */
  policy: Policy | undefined;
  row: DueClock;
  state: CaseState;
}
