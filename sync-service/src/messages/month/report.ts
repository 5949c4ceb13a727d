/** The monthly report that the provider shows to a client, as plain data. Times are ms, or minutes of coverage. */
import type { Text } from "c/slaEngine";

export interface MonthReport {
  /** The instant for which all figures hold. */
  asOf: number;
  /** YYYY-MM, in the contract's time zone. */
  month: string;
  /** The month is not over yet. */
  running: boolean;
  client: string;
  /** Labels of the plans under which the month's cases were opened. */
  plans: Text[];
  timeZone: string;
  /** The version of the zone data behind the times: `2026f`. */
  law: string;
  /** null: the month has no case. */
  all: MonthRow | null;
  /** The asked month and the five before it, the oldest first. */
  trend: TrendMonth[];
  /** One row per plan and priority. */
  priorities: MonthRow[];
  categories: MonthRow[];
  channels: MonthRow[];
  /** The case that took the most coverage. null: no case is counted. */
  worst: { caseNumber: string | null; minutes: number } | null;
  /** The cases that were not acknowledged in time, in the order they were opened. */
  late: LateCase[];
  /** All late cases; `late` holds the first of them. */
  lateCount: number;
}

export interface MonthRow {
  name: Text;
  count: number;
  inTime: number;
  meanMinutes: number | null;
  targetMinutes: number | null;
  medianMinutes: number | null;
  p90Minutes: number | null;
  /** The sum of targets minus the sum of used minutes. Below 0 the mean is over the promise. */
  budgetMinutes: number;
  /** Cases before their due instant. No other figure counts them yet. */
  waiting: number;
  resolveMeanMinutes: number | null;
}

export interface TrendMonth {
  /** YYYY-MM */
  month: string;
  count: number;
  inTime: number;
  meanMinutes: number | null;
  targetMinutes: number | null;
}

export interface LateCase {
  caseNumber: string | null;
  caseId: string;
  subject: string | null;
  priority: string;
  startedAt: number;
  minutes: number | null;
  targetMinutes: number | null;
  reasons: LateReason[];
}

/** A fact from the case's own record that tells why it was late. It is no excuse, and the ledger proves it. */
export type LateReason =
  | { is: "reopened"; cycle: number }
  | { is: "outsideHours" }
  | { is: "nearClosing"; minutes: number }
  | { is: "reprioritised"; from: string; to: string; at: number }
  | { is: "waiting" }
  | { is: "endedWithout"; how: "closed" | "closedByAutomation" | "deleted" | "merged" | "contractCleared" }
  | { is: "acknowledged"; minutesLate: number };

/** The provider as its clients see it on a report. */
export interface Provider {
  name: string;
  /** A PNG or JPEG as a data address. */
  logo?: string;
}
