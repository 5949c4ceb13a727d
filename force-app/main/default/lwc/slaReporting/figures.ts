import type { SlaClock } from "c/slaEngine";
import { mean, median, percentile } from "./statistics.ts";

/** The parts of a clock that reports need. A running clock has its `elapsed` at the report's instant. */
export type MttaClock = Pick<SlaClock, "status" | "dueAt" | "target" | "elapsed" | "endedAt" | "endReason">;

/** The figures of a group. All times are coverage minutes. */
export interface Figures {
  /** The instant for which the figures hold, in ms. */
  asOf: number;
  /** Clocks that are acknowledged or breached, including waiting clocks past their due instant. */
  count: number;
  meanMinutes: number | null;
  medianMinutes: number | null;
  p90Minutes: number | null;
  /** The share acknowledged at or before the due instant, 0 to 1. */
  shareWithinTarget: number | null;
  /** The mean of the targets. */
  targetMinutes: number | null;
  /** The sum of targets minus the sum of used minutes, over the counted clocks. */
  budgetMinutes: number;
  /** The budget as a share of the sum of targets. It is below 0 if the month is overspent. */
  budgetShare: number | null;
  /** Waiting clocks before their due instant. No other figure counts them yet. */
  waiting: number;
  /** The counted clocks that still wait. */
  overdue: number;
  cancelled: number;
  /** The cancelled clocks whose case automation closed. */
  closedByAutomation: number;
}

const minutes = (ms: number) => ms / 60_000;

/** Whether the mean and the budget include a clock at `asOf`. A waiting clock counts after its due instant. */
export function counts({ status, dueAt, endedAt }: MttaClock, asOf: number): boolean {
  if (dueAt === null || status === "Cancelled" || status === "Not Covered") return false;
  return endedAt !== null || dueAt <= asOf;
}

/** Whether the clock missed its due instant. */
export const isMissed = ({ status }: Pick<MttaClock, "status">): boolean =>
  status === "Acknowledged Late" || status === "Breached";

export const isWaiting = ({ dueAt, endedAt }: MttaClock, asOf: number): boolean =>
  dueAt !== null && endedAt === null && dueAt > asOf;

/** Computes the figures of one group's clocks (rules, section 4). Each cycle is its own clock. */
export function figures(clocks: readonly MttaClock[], asOf: number): Figures {
  const counted = clocks.filter((clock) => counts(clock, asOf));
  const used = counted.map(({ elapsed }) => minutes(elapsed ?? 0));
  const targets = counted.map(({ target }) => minutes(target ?? 0));
  const targetSum = targets.reduce((sum, target) => sum + target, 0);
  const budget = targetSum - used.reduce((sum, amount) => sum + amount, 0);
  const within = counted.filter(({ status }) => status === "Acknowledged").length;
  const cancelled = clocks.filter(({ status }) => status === "Cancelled");
  return {
    asOf,
    count: counted.length,
    meanMinutes: mean(used),
    medianMinutes: median(used),
    p90Minutes: percentile(used, 90),
    shareWithinTarget: counted.length === 0 ? null : within / counted.length,
    targetMinutes: mean(targets),
    budgetMinutes: budget,
    budgetShare: targetSum > 0 ? budget / targetSum : null,
    waiting: clocks.filter((clock) => isWaiting(clock, asOf)).length,
    overdue: counted.filter(({ endedAt }) => endedAt === null).length,
    cancelled: cancelled.length,
    closedByAutomation: cancelled.filter(({ endReason }) => endReason === "closedByAutomation").length,
  };
}
