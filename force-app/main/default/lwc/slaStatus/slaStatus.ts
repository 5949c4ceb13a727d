/** What each state is called, which icon and which tone it has: the one place, so that no page shows it otherwise. */
import { WAITING_STATES } from "c/slaPolicy";
import type { SlaStatus } from "c/slaEngine";
import { labels } from "./labels.ts";

/** A tone is a colour by its meaning; style sheets give it its hues. */
export type Tone = "calm" | "warning" | "danger" | "success" | "late" | "muted";

export interface StatusView {
  label: string;
  icon: string;
  tone: Tone;
}

const views: Record<SlaStatus, StatusView> = {
  Running: { label: labels.running, icon: "utility:clock", tone: "calm" },
  "At Risk": { label: labels.atRisk, icon: "utility:warning", tone: "warning" },
  Breached: { label: labels.breached, icon: "utility:error", tone: "danger" },
  Acknowledged: { label: labels.acknowledged, icon: "utility:success", tone: "success" },
  "Acknowledged Late": { label: labels.acknowledgedLate, icon: "utility:check", tone: "late" },
  Cancelled: { label: labels.cancelled, icon: "utility:ban", tone: "muted" },
  "Not Covered": { label: labels.notCovered, icon: "utility:dash", tone: "muted" },
};
const paused: StatusView = { label: labels.paused, icon: "utility:pause", tone: "muted" };
const pending: StatusView = { label: labels.pending, icon: "utility:spinner", tone: "muted" };

/** A running clock outside coverage hours stands still, and says so; one at risk or breached stays that. */
export function statusView(status: string | null, open = true): StatusView {
  if (status === "Running" && !open) return paused;
  return views[status as SlaStatus] ?? pending;
}

export const isWaiting = (status: string | null): boolean =>
  status !== null && WAITING_STATES.includes(status);

const priorities: Record<string, string> = { P1: labels.P1, P2: labels.P2, P3: labels.P3, P4: labels.P4 };
/** "P1 – Crítico"; a priority that a provider added shows by its code. */
export const priorityLabel = (code: string | null): string => (code ? (priorities[code] ?? code) : "—");

export const words = { provisional: labels.provisional, needsQuote: labels.needsQuote };
