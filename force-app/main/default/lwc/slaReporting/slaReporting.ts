/** MTTA (rules, section 4): a month's promise is a mean, and its budget is the time that is left. */
export { budgetSteps, forecast } from "./budget.ts";
export type { BudgetStep, Forecast } from "./budget.ts";
export { figures, isMissed } from "./figures.ts";
export type { Figures, MttaClock } from "./figures.ts";
export { mttaGroups } from "./groups.ts";
export type { GroupedClock, MttaGroup } from "./groups.ts";
export { mean, median, percentile } from "./statistics.ts";
