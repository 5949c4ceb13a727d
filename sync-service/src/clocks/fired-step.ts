import type { StepOutcome } from "./decision.ts";

/** A step in the ledger. */
export interface FiredStep {
  orgId: string;
  caseId: string;
  cycle: number;
  step: string;
  outcome: StepOutcome;
  dueAt: number;
  decidedAt: number;
}
