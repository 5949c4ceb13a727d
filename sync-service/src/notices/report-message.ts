import { budgetText, budgetTitle, type BudgetReport } from "./budget-message.ts";
import { refusalText, refusalTitle } from "./refusal-message.ts";
import type { RefusalReport } from "./refusals.ts";

/** What is told about an org rather than about one of its cases. */
export type Report = RefusalReport | BudgetReport;

export const reportTitle = (report: Report): string =>
  report.about === "budget" ? budgetTitle(report) : refusalTitle(report);
export const reportText = (report: Report): string =>
  report.about === "budget" ? budgetText(report) : refusalText(report);
