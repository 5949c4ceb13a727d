import type { Clock } from "c/slaEngine";
import { mean, median, percentile } from "./statistics.ts";

/** What reporting takes of a clock; `elapsed` as of the report's instant where it still runs. */
export type MttaClock = Pick<Clock, "status" | "dueAt" | "target" | "elapsed" | "endedAt" | "endReason">;

/** All times in coverage minutes. */
export interface Figures {
  /** The instant that the figures hold for, ms. */
  asOf: number;
  /** Ended by an acknowledgement or breached; those waiting past their due instant included. */
  count: number;
  meanMinutes: number | null;
  medianMinutes: number | null;
  p90Minutes: number | null;
  /** 0 to 1: acknowledged at or before the due instant. */
  shareWithinTarget: number | null;
  /** The mean of the targets. */
  targetMinutes: number | null;
  /** Sum of targets minus sum of minutes used, over the counted. */
  budgetMinutes: number;
  /** The budget as a share of the sum of targets; below 0 when overspent. */
  budgetShare: number | null;
  /** Still waiting, due instant ahead: counted nowhere yet. */
  waiting: number;
  /** Of the counted, those still waiting. */
  overdue: number;
  cancelled: number;
  /** Of the cancelled, those that automation closed. */
  closedByAutomation: number;
}

const minutes = (ms: number) => ms / 60_000;

/** Whether a clock is in the mean and the budget at `asOf`: one that waits is once its due instant has passed. */
export function counts({ status, dueAt, endedAt }: MttaClock, asOf: number): boolean {
  if (dueAt === null || status === "Cancelled" || status === "Not Covered") return false;
  return endedAt !== null || dueAt <= asOf;
}

export const isWaiting = ({ dueAt, endedAt }: MttaClock, asOf: number): boolean =>
  dueAt !== null && endedAt === null && dueAt > asOf;

/** The figures of one group's clocks, each cycle a clock. */
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
