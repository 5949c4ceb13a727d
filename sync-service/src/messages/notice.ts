import type { Text } from "c/slaEngine";

/** News about a case, the same for every recipient and channel. Times are ms. */
export interface CaseNews {
  /** `step`: a step's instant came. `correction`: an earlier step turned out to be wrong. `ended`: the clock ended. */
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
  /** Labels of earlier steps that passed while the service was away. This step stands for them too. */
  standsFor: Text[];
  startedAt: number;
  dueAt: number;
  /** The contract's time zone. */
  timeZone: string;
  stepAt: number;
  /** Coverage left at `readAt`. It is negative after the due instant. */
  remaining: number;
  readAt: number;
  /** The reason why the step was wrong, or why the clock ended. */
  because?: { status: string; at: number | null; by: string | null };
}

/** News for one recipient on one channel. */
export interface Notice extends CaseNews {
  /** The address in the channel's own form. `contact` means the case's own contact. */
  address: string;
  /** The recipient's name, if the settings have one. */
  name?: string;
  language: "es" | "en";
  /** Whether the recipient can acknowledge. Only the provider's people can. */
  canAcknowledge: boolean;
}

/** The name of one clock for other systems. PagerDuty groups pages by it, and Slack's button carries it. */
export const clockKey = (of: { orgId: string; caseId: string; cycle: number }) =>
  `${of.orgId}/${of.caseId}/${of.cycle}`;

export function readClockKey(key: string): { orgId: string; caseId: string; cycle: number } | null {
  const match = /^([^/\s]+)\/([A-Za-z0-9]{15,18})\/(\d+)$/.exec(key);
  return match === null ? null : { orgId: match[1]!, caseId: match[2]!, cycle: Number(match[3]) };
}
