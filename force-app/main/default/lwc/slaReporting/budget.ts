import type { Figures, MttaClock } from "./figures.ts";
import { figures, isWaiting } from "./figures.ts";

export type BudgetStep = "budgetLow" | "budgetSpent";

/** Before so many cases a mean says little. */
const FROM_CASES = 5;
const LOW = 0.25;

/** The budget's steps that have been reached; each is to be taken once a month and group. */
export function budgetSteps({ count, budgetShare, budgetMinutes }: Figures): BudgetStep[] {
  if (count < FROM_CASES || budgetShare === null) return [];
  const steps: BudgetStep[] = [];
  if (budgetShare < LOW) steps.push("budgetLow");
  if (budgetMinutes <= 0) steps.push("budgetSpent");
  return steps;
}

export interface Forecast {
  /**
   * Whether the month's mean stays within the mean of its targets: `kept` even if every open case is acknowledged at its
   * due instant, `possible` if they are acknowledged soon enough, `lost` even if all were acknowledged now.
   */
  verdict: "kept" | "possible" | "lost";
  /** The budget if every open case is acknowledged now, coverage minutes. */
  bestBudgetMinutes: number;
  /** The budget if every open case is acknowledged at its due instant. */
  worstBudgetMinutes: number;
  /** The open cases may use so many minutes each, on average, from here on and keep the mean; null without any. */
  minutesPerOpenCase: number | null;
}

/** What the open cases can still make of the month. */
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
