import { budgetText, budgetTitle, type BudgetReport } from "./budget-message.ts";
import { monthMailText, monthMailTitle, type MonthMail } from "./month/mail.ts";
import { refusalText, refusalTitle, type RefusalReport } from "./refusal-message.ts";
import { testText, testTitle, type TestReport } from "./test-message.ts";

/** A message about an org rather than about one of its cases. */
export type Report = RefusalReport | BudgetReport | MonthMail | TestReport;

export function reportTitle(report: Report): string {
  switch (report.about) {
    case "budget":
      return budgetTitle(report);
    case "month":
      return monthMailTitle(report);
    case "refusal":
      return refusalTitle(report);
    case "test":
      return testTitle(report);
  }
}

export function reportText(report: Report): string {
  switch (report.about) {
    case "budget":
      return budgetText(report);
    case "month":
      return monthMailText(report);
    case "refusal":
      return refusalText(report);
    case "test":
      return testText(report);
  }
}
