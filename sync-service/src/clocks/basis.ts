/** What a decision about a due clock goes by. */
import type { Policy } from "c/slaEngine";
import type { ClockTable, OrgTable } from "../store/schema.ts";

export type FiringOrg = Pick<OrgTable, "id" | "name" | "instance_url" | "onboarded_at" | "settings">;
export type DueClock = Pick<ClockTable, "org_id" | "case_id" | "cycle" | "status" | "contract_id"> &
  Pick<ClockTable, "started_at" | "elapsed_ms" | "clock"> & { next_at: number };

/** What deciding has to know of a case beside its clock. */
export interface CaseState {
  org_id: string;
  case_id: string;
  case_number: string | null;
  subject: string | null;
  /** null: the mirror has lost the case (it was removed meanwhile). */
  fields: string | null;
  /** null: nothing is wanted yet. */
  wanted: string | null;
  version: number | null;
  latest_cycle: number;
  /** The ledger, as JSON: a list of `[cycle, step, 1 when it stands, else 0]`. */
  recorded: string | null;
}

/** All that a decision goes by. The same goes in, the same comes out: it can be made before its instant. */
export interface Basis {
  org: FiringOrg;
  /** undefined: the clock's contract is not there, or cannot be read. */
  policy: Policy | undefined;
  row: DueClock;
  state: CaseState;
}
