import type { Text } from "c/slaEngine";

/** What there is to say about a case, to whoever is told and by whatever channel. Times in ms. */
export interface CaseNews {
  /** `step`: a step's instant came. `correction`: an earlier one turned out not to hold. `ended`: its clock ended. */
  about: "step" | "correction" | "ended";
  orgId: string;
  client: string;
  caseId: string;
  caseNumber: string | null;
  subject: string | null;
  caseUrl: string;
  cycle: number;
  plan: string;
  priority: string;
  priorityLabel: Text;
  step: string;
  stepLabel: Text;
  /** Labels of the steps that passed while the service was away and that this one stands for. */
  standsFor: Text[];
  startedAt: number;
  dueAt: number;
  /** The contract's. */
  timeZone: string;
  stepAt: number;
  /** Coverage left at `readAt`, negative when past due. */
  remaining: number;
  readAt: number;
  /** Why the step did not hold, or why the clock ended. */
  because?: { status: string; at: number | null; by: string | null };
}

/** News for one recipient on one channel. */
export interface Notice extends CaseNews {
  /** Where it goes, as the channel writes addresses; `contact`: to the case's own contact. */
  address: string;
  /** The recipient's name, where the settings have one. */
  name?: string;
  language: "es" | "en";
  /** Whether the recipient can acknowledge: someone of the provider's. */
  canAcknowledge: boolean;
}

/** One clock, as other systems know it: deduplicates pages and names what a button acknowledges. */
export const clockKey = (of: { orgId: string; caseId: string; cycle: number }) =>
  `${of.orgId}/${of.caseId}/${of.cycle}`;

export function readClockKey(key: string): { orgId: string; caseId: string; cycle: number } | null {
  const match = /^([^/\s]+)\/([A-Za-z0-9]{15,18})\/(\d+)$/.exec(key);
  return match === null ? null : { orgId: match[1]!, caseId: match[2]!, cycle: Number(match[3]) };
}
