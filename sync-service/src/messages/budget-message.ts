import type { BudgetStep, Forecast } from "c/slaReporting";
import { formatDuration } from "c/slaSentences";

/** A client's slack for a month is nearly or fully used. Times are minutes of coverage. */
export interface BudgetReport {
  about: "budget";
  step: BudgetStep;
  orgId: string;
  client: string;
  plan: string;
  priority: string;
  /** YYYY-MM */
  month: string;
  count: number;
  meanMinutes: number;
  targetMinutes: number;
  budgetMinutes: number;
  /** The slack left, as a share of the sum of targets. It is below 0 if the month is overspent. */
  budgetShare: number;
  waiting: number;
  forecast: Forecast["verdict"];
  language: "es" | "en";
  address: string;
}

export const monthIn = (month: string, language: "es" | "en"): string =>
  new Intl.DateTimeFormat(language === "es" ? "es-AR" : "en", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  }).format(Date.parse(`${month}-15T12:00:00Z`));

const duration = (minutes: number) => formatDuration(Math.round(minutes) * 60_000);

export function budgetTitle({ step, client, priority, month, language }: BudgetReport): string {
  const when = monthIn(month, language);
  return {
    es: `${client}: ${step === "budgetSpent" ? "se agotó el margen" : "queda menos del 25 % del margen"} del compromiso ${priority} de ${when}`,
    en: `${client}: ${step === "budgetSpent" ? "no slack is left" : "less than 25 % of the slack is left"} in the ${priority} promise of ${when}`,
  }[language];
}

const ahead = {
  es: {
    kept: "Se cumple aunque recién se acuse recibo de los casos que esperan cuando venzan.",
    possible: "Todavía se puede cumplir si se acusa recibo pronto de los casos que esperan.",
    lost: "Ya no se puede cumplir con los casos que esperan hoy.",
  },
  en: {
    kept: "It is kept even if the waiting cases are acknowledged only when they are due.",
    possible: "It can still be kept if the waiting cases are acknowledged soon.",
    lost: "The cases waiting today can no longer bring it back.",
  },
} as const;

export function budgetText(report: BudgetReport): string {
  const { plan, count, meanMinutes, targetMinutes, budgetMinutes, waiting, forecast, language } = report;
  const [mean, target, left] = [meanMinutes, targetMinutes, Math.abs(budgetMinutes)].map(duration);
  return language === "es"
    ? `${plan}: media de ${mean} de cobertura en ${count} casos, comprometidos ${target}. ${budgetMinutes < 0 ? "Excedido en" : "Quedan"} ${left}. ${waiting} esperan. ${ahead.es[forecast]}`
    : `${plan}: a mean of ${mean} of coverage over ${count} cases, promised ${target}. ${budgetMinutes < 0 ? "Overspent by" : "Left:"} ${left}. ${waiting} waiting. ${ahead.en[forecast]}`;
}
