import { formatDuration, formatInstant, type Language } from "c/slaSentences";
import { zoneOrUtc } from "../../zones/zones.ts";
import { monthIn } from "../budget-message.ts";
import type { LateReason, MonthReport, MonthRow } from "./report.ts";

const words = {
  es: {
    title: "Informe de soporte",
    cases: (count: number) => (count === 1 ? "1 caso" : `${count} casos`),
    plan: (names: string) => `Plan ${names}`,
    hoursOf: (place: string) => `horario de ${place}`,
    meanOfMonth: "Media del mes",
    inTimeTitle: "Casos en término",
    worst: "La espera más larga",
    of: (part: number, whole: number) => `${part} de ${whole}`,
    promised: (time: string) => `prometido ${time}`,
    kept: "cumplido",
    lost: "superado",
    allInTime: "todos tuvieron acuse en término",
    lateBelow: (count: number) =>
      count === 1
        ? "1 llegó tarde: está abajo, con su motivo"
        : `${count} llegaron tarde: están abajo, con su motivo`,
    caseNumber: (number: string) => `caso ${number}`,
    trend: "Seis meses",
    trendHint: "Barras: tiempo medio. Línea: lo prometido. Números: casos en término.",
    noCases: "sin casos",
    priorities: "Por prioridad",
    categories: "Por categoría",
    channels: "Por canal",
    late: "Los que llegaron tarde, y por qué",
    noLate: "No hubo casos fuera de término.",
    lateMore: (count: number) => `Son ${count} en total; acá están los primeros.`,
    priority: "Prioridad",
    category: "Categoría",
    channel: "Canal",
    count: "Casos",
    mean: "Media",
    target: "Prometido",
    inTime: "En término",
    median: "Mediana",
    p90: "P90",
    waiting: "Esperan",
    resolve: "Resolución",
    case: "Caso",
    subject: "Asunto",
    opened: "Abierto",
    took: "Tardó",
    reason: "Motivo",
    total: "Total",
    explanation:
      "Los tiempos cuentan solo el horario de cobertura del plan. Un caso sin acuse entra en la media recién cuando pasa su vencimiento; los cancelados no cuentan. El tiempo de resolución es informativo: no tiene un objetivo comprometido. Cada caso explica su plazo.",
    asOf: (when: string, place: string, law: string) =>
      `Datos al ${when}, hora de ${place} · ley horaria tz ${law}.`,
    page: (current: number, pages: number) => `Página ${current} de ${pages}`,
    keptSoFar: "Hasta ahora el tiempo medio está dentro de lo prometido.",
    lostSoFar: "Hasta ahora el tiempo medio supera lo prometido.",
    keptMonth: "El tiempo medio quedó dentro de lo prometido.",
    lostMonth: "El tiempo medio superó lo prometido.",
    everyInTime: "Todos los casos tuvieron acuse en término.",
    someInTime: (part: number, whole: number, share: string) =>
      `En término: ${part} de ${whole} casos (${share}).`,
    none: "Este mes no hubo casos para medir.",
  },
  en: {
    title: "Support report",
    cases: (count: number) => (count === 1 ? "1 case" : `${count} cases`),
    plan: (names: string) => `${names} plan`,
    hoursOf: (place: string) => `hours of ${place}`,
    meanOfMonth: "Mean of the month",
    inTimeTitle: "Cases in time",
    worst: "The longest wait",
    of: (part: number, whole: number) => `${part} of ${whole}`,
    promised: (time: string) => `promised ${time}`,
    kept: "kept",
    lost: "exceeded",
    allInTime: "all were acknowledged in time",
    lateBelow: (count: number) =>
      count === 1
        ? "1 was late: see below, with its reason"
        : `${count} were late: see below, with their reasons`,
    caseNumber: (number: string) => `case ${number}`,
    trend: "Six months",
    trendHint: "Bars: mean time. Line: the promise. Numbers: cases in time.",
    noCases: "no cases",
    priorities: "By priority",
    categories: "By category",
    channels: "By channel",
    late: "Late cases, and why",
    noLate: "No case was late.",
    lateMore: (count: number) => `${count} in all; these are the first.`,
    priority: "Priority",
    category: "Category",
    channel: "Channel",
    count: "Cases",
    mean: "Mean",
    target: "Promised",
    inTime: "In time",
    median: "Median",
    p90: "P90",
    waiting: "Waiting",
    resolve: "Resolution",
    case: "Case",
    subject: "Subject",
    opened: "Opened",
    took: "Took",
    reason: "Reason",
    total: "Total",
    explanation:
      "Times count only the plan's coverage hours. A waiting case enters the mean once its due instant has passed; cancelled cases do not count. The time to resolve has no promised target. Each case explains its own deadline.",
    asOf: (when: string, place: string, law: string) => `As of ${when}, ${place} time · zone law tz ${law}.`,
    page: (current: number, pages: number) => `Page ${current} of ${pages}`,
    keptSoFar: "So far the mean time is within what was promised.",
    lostSoFar: "So far the mean time is over what was promised.",
    keptMonth: "The mean time was within what was promised.",
    lostMonth: "The mean time was over what was promised.",
    everyInTime: "Every case was acknowledged in time.",
    someInTime: (part: number, whole: number, share: string) =>
      `In time: ${part} of ${whole} cases (${share}).`,
    none: "There were no cases to measure this month.",
  },
};
export type MonthWords = (typeof words)["en"];
export const monthWords = (language: Language): MonthWords => words[language];

/** Minutes of coverage as a person says them. */
export const span = (minutes: number | null): string =>
  minutes === null ? "—" : formatDuration(Math.round(minutes) * 60_000);
export const percent = (share: number, language: Language): string =>
  new Intl.NumberFormat(language === "es" ? "es-AR" : "en", {
    style: "percent",
    maximumFractionDigits: 0,
  }).format(share);
/** `noviembre de 2026` with a capital, as a title. */
export function monthTitle(month: string, language: Language): string {
  const said = monthIn(month, language);
  return said.charAt(0).toUpperCase() + said.slice(1);
}
export const shortMonth = (month: string, language: Language): string =>
  new Intl.DateTimeFormat(language === "es" ? "es-AR" : "en", { month: "short", timeZone: "UTC" })
    .format(Date.parse(`${month}-15T12:00:00Z`))
    .replace(".", "");

/** Whether the mean kept the promise. null: no case is counted. */
export const meanKept = (row: MonthRow | null): boolean | null =>
  row === null || row.count === 0 ? null : row.budgetMinutes >= 0;

export type Tone = "good" | "mixed" | "bad" | "none";
/** The month in a sentence on the mean and one on the cases in time, because a mean within the target hides who waited. */
export function headline(
  { all, running }: Pick<MonthReport, "all" | "running">,
  language: Language,
): { words: string; tone: Tone } {
  const w = words[language];
  if (all === null || all.count === 0) return { words: w.none, tone: "none" };
  const { count, inTime } = all;
  const kept = meanKept(all) === true;
  const mean = running ? (kept ? w.keptSoFar : w.lostSoFar) : kept ? w.keptMonth : w.lostMonth;
  const share =
    inTime === count ? w.everyInTime : w.someInTime(inTime, count, percent(inTime / count, language));
  return { words: `${mean} ${share}`, tone: !kept ? "bad" : inTime === count ? "good" : "mixed" };
}

/** `Plan Gold · horario de Buenos Aires · 23 casos` */
export function subtitle({ plans, timeZone, all }: MonthReport, language: Language): string {
  const w = words[language];
  const names = plans.map((plan) => plan[language]).join(", ");
  return [
    ...(names === "" ? [] : [w.plan(names)]),
    w.hoursOf(zoneOrUtc(timeZone).place[language]),
    w.cases(all?.count ?? 0),
  ].join(" · ");
}

/** `Llegó 11 min antes del cierre; subió de P3 a P1 a las 10:40.` */
export function reasonText(reasons: readonly LateReason[], timeZone: string, language: Language): string {
  const said = reasons.map((reason) => reasonIn(reason, timeZone, language)).join("; ");
  return said === "" ? "—" : `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function reasonIn(reason: LateReason, timeZone: string, language: Language): string {
  const es = language === "es";
  switch (reason.is) {
    case "reopened":
      return es ? `se reabrió (ciclo ${reason.cycle})` : `it was reopened (cycle ${reason.cycle})`;
    case "outsideHours":
      return es ? "llegó fuera de horario" : "it arrived outside coverage hours";
    case "nearClosing":
      return es
        ? `llegó ${span(reason.minutes)} antes del cierre`
        : `it arrived ${span(reason.minutes)} before closing`;
    case "reprioritised": {
      const at = formatInstant(Math.floor(reason.at / 60_000) * 60_000, zoneOrUtc(timeZone), language);
      return es
        ? `pasó de ${reason.from} a ${reason.to} el ${at}`
        : `it went from ${reason.from} to ${reason.to} on ${at}`;
    }
    case "waiting":
      return es ? "todavía espera el acuse" : "it still waits for an acknowledgement";
    case "endedWithout":
      return endedWithout[language][reason.how];
    case "acknowledged":
      return es
        ? `el acuse llegó ${span(reason.minutesLate)} de cobertura tarde`
        : `the acknowledgement came ${span(reason.minutesLate)} of coverage late`;
  }
}
const endedWithout = {
  es: {
    closed: "se cerró sin acuse",
    closedByAutomation: "una automatización lo cerró sin acuse",
    deleted: "se borró sin acuse",
    merged: "se unió a otro caso sin acuse",
    contractCleared: "salió del contrato sin acuse",
  },
  en: {
    closed: "it was closed without an acknowledgement",
    closedByAutomation: "automation closed it without an acknowledgement",
    deleted: "it was deleted without an acknowledgement",
    merged: "it was merged without an acknowledgement",
    contractCleared: "it left the contract without an acknowledgement",
  },
};

/** The report's last line: the instant of the figures and the law of time behind them. */
export function asOfLine({ asOf, timeZone, law }: MonthReport, language: Language): string {
  const zone = zoneOrUtc(timeZone);
  const at = Math.floor(asOf / 60_000) * 60_000;
  return words[language].asOf(formatInstant(at, zone, language, true), zone.place[language], law);
}
