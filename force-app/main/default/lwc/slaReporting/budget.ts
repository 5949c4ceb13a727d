import type { Figures, MttaClock } from "./figures.ts";
import { figures, isWaiting } from "./figures.ts";

export type BudgetStep = "budgetLow" | "budgetSpent";

/** A budget step needs at least this many cases, because a mean of few cases says little. */
const FROM_CASES = 5;
const LOW = 0.25;

/** The budget steps that the figures have reached. The caller takes each one once per month and group. */
export function budgetSteps({ count, budgetShare, budgetMinutes }: Figures): BudgetStep[] {
  if (count < FROM_CASES || budgetShare === null) return [];
  const steps: BudgetStep[] = [];
  if (budgetShare < LOW) steps.push("budgetLow");
  if (budgetMinutes <= 0) steps.push("budgetSpent");
  return steps;
}

export interface Forecast {
  /**
   * Whether the month's mean stays within the mean of its targets. `kept`: yes, even if you acknowledge every open case
   * at its due instant. `possible`: yes, if you acknowledge them soon. `lost`: no, even if you acknowledge all now.
   */
  verdict: "kept" | "possible" | "lost";
  /** The budget if you acknowledge every open case now, in coverage minutes. */
  bestBudgetMinutes: number;
  /** The budget if you acknowledge every open case at its due instant, in coverage minutes. */
  worstBudgetMinutes: number;
  /** The mean minutes that each open case may still use without losing the promise. null: no case is open. */
  minutesPerOpenCase: number | null;
}

/** Computes how the open cases can still change the month (rules, section 4). */
export function forecast(clocks: readonly MttaClock[], asOf: number): Forecast {
  const { budgetMinutes } = figures(clocks, asOf);
  const open = clocks.filter((clock) => isWaiting(clock, asOf));
  const left = open.reduce((sum, { target, elapsed }) => sum + (target ?? 0) - (elapsed ?? 0), 0) / 60_000;
  const best = budgetMinutes + left;
  return {
    verdict: budgetMinutes >= 0 ? "kept" : best >= 0 ? "possible" : "lost",
    bestBudgetMinutes: best,
    worstBudgetMinutes: budgetMinutes,
    minutesPerOpenCase: open.length === 0 ? null : Math.max(0, best / open.length),
  };
}
