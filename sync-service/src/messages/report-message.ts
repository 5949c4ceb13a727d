import { budgetText, budgetTitle, type BudgetReport } from "./budget-message.ts";
import { refusalText, refusalTitle, type RefusalReport } from "./refusal-message.ts";

/** What is told about an org rather than about one of its cases. */
export type Report = RefusalReport | BudgetReport;

export const reportTitle = (report: Report): string =>
  report.about === "budget" ? budgetTitle(report) : refusalTitle(report);
export const reportText = (report: Report): string =>
  report.about === "budget" ? budgetText(report) : refusalText(report);
