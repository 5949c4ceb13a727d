import type { Language } from "c/slaSentences";
import { monthIn } from "../budget-message.ts";

/** A month's report on its way to one reader. The PDF was made when the sending was decided. */
export interface MonthMail {
  about: "month";
  orgId: string;
  client: string;
  /** YYYY-MM */
  month: string;
  /** The month in two sentences. */
  headline: string;
  pdf: { name: string; base64: string };
  language: Language;
  address: string;
}

export const monthMailTitle = ({ client, month, language }: MonthMail): string =>
  ({
    es: `${client}: informe de soporte de ${monthIn(month, language)}`,
    en: `${client}: support report of ${monthIn(month, language)}`,
  })[language];

export const monthMailText = ({ headline, language }: MonthMail): string =>
  ({
    es: `${headline} Adjuntamos el informe completo.`,
    en: `${headline} The whole report is attached.`,
  })[language];
