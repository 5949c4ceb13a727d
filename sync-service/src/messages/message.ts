import type { Text } from "c/slaEngine";
import { zoneOrUtc } from "../zones/zones.ts";
import type { CaseNews } from "./notice.ts";

type Language = keyof Text;
const locales: Record<Language, string> = { es: "es-AR", en: "en-GB" };

/** One formatter per language, because making one costs more than a thousand uses. You give it wall time as if it were UTC. */
const formatters: Record<Language, Intl.DateTimeFormat> = { es: inWords("es"), en: inWords("en") };
function inWords(language: Language): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locales[language], {
    timeZone: "UTC",
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** Writes an instant (ms) for people, in the given zone: `martes 24 de noviembre, 11:30 (GMT-3)`. */
export function instantIn(at: number, timeZone: string, language: Language): string {
  const offset = zoneOrUtc(timeZone).offsetAt(at);
  return `${formatters[language].format(at + offset)} (${gmt(offset)})`;
}

/** `GMT-3`, `GMT+5:30` */
function gmt(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const sign = offset < 0 ? "-" : "+";
  return minutes === 0 ? "GMT" : `GMT${sign}${hours}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`}`;
}

const minute = 60_000;
/** Writes a duration (ms) for people: `2 h 05 min`, or "less than a minute". */
export function durationIn(ms: number, language: Language): string {
  const whole = Math.floor(Math.abs(ms) / minute);
  if (whole === 0) return { es: "menos de un minuto", en: "less than a minute" }[language];
  const hours = Math.floor(whole / 60);
  const minutes = whole % 60;
  if (hours === 0) return `${minutes} min`;
  return minutes === 0 ? `${hours} h` : `${hours} h ${String(minutes).padStart(2, "0")} min`;
}

const words = {
  es: {
    case: "Caso",
    noNumber: "sin número todavía",
    noSubject: "(sin asunto)",
    client: "Cliente",
    priority: "Prioridad",
    plan: "Plan",
    due: "Vence",
    left: "Queda",
    overdue: "Vencido hace",
    asOf: "al",
    ofCoverage: "de cobertura",
    standsFor: "También pasó",
    openCase: "Abrir el caso",
    acknowledge: "Acusar recibo",
    correction: "Corrección",
    held: "no correspondía",
    acknowledgedBy: (by: string, at: string) =>
      `${by} había acusado recibo el ${at}, antes de ese momento: el aviso anterior queda sin efecto.`,
    ended: (at: string) => `El reloj de este caso terminó el ${at}: el aviso anterior queda sin efecto.`,
    moved: "El plazo de este caso cambió: el aviso anterior queda sin efecto.",
    someone: "Alguien del equipo",
  },
  en: {
    case: "Case",
    noNumber: "no number yet",
    noSubject: "(no subject)",
    client: "Client",
    priority: "Priority",
    plan: "Plan",
    due: "Due",
    left: "Left",
    overdue: "Overdue by",
    asOf: "as of",
    ofCoverage: "of coverage",
    standsFor: "Also passed",
    openCase: "Open the case",
    acknowledge: "Acknowledge",
    correction: "Correction",
    held: "did not hold",
    acknowledgedBy: (by: string, at: string) =>
      `${by} had acknowledged it on ${at}, before that: the earlier notice no longer stands.`,
    ended: (at: string) => `This case's clock ended on ${at}: the earlier notice no longer stands.`,
    moved: "This case's deadline has changed: the earlier notice no longer stands.",
    someone: "Someone on the team",
  },
} as const;
export const wordsIn = (language: Language) => words[language];

export function titleOf(news: CaseNews, language: Language): string {
  const w = words[language];
  const what =
    news.about === "correction"
      ? `${w.correction}: ${news.stepLabel[language]} ${w.held}`
      : news.stepLabel[language];
  return `${news.priority} · ${what} · ${w.case} ${news.caseNumber ?? w.noNumber} · ${news.client}`;
}

/** The time left or overdue, as label and value: `Queda`, `30 min`. If the figure is old, the value says when it was counted. */
export function timeLeftIn(news: CaseNews, language: Language, at: number): [label: string, value: string] {
  const w = words[language];
  const duration = `${durationIn(news.remaining, language)} ${w.ofCoverage}`;
  const counted = instantIn(news.readAt, news.timeZone, language);
  return [
    news.remaining <= 0 ? w.overdue : w.left,
    at - news.readAt < minute ? duration : `${duration} (${w.asOf} ${counted})`,
  ];
}

/**
 * The facts that a person needs, each as label and value.
 * @param at the instant of sending, ms
 */
export function linesOf(news: CaseNews, language: Language, at: number): [label: string, value: string][] {
  const w = words[language];
  return [
    [w.case, `${news.caseNumber ?? w.noNumber}: ${news.subject ?? w.noSubject}`],
    [w.client, news.client],
    [w.priority, `${news.priority} ${news.priorityLabel[language]}`],
    [w.due, instantIn(news.dueAt, news.timeZone, language)],
    ...(news.about === "step" ? [timeLeftIn(news, language, at)] : []),
    ...(news.about === "step" && news.standsFor.length > 0
      ? ([[w.standsFor, news.standsFor.map((label) => label[language]).join(", ")]] as [string, string][])
      : []),
  ];
}

/** Says why an earlier notice no longer stands. */
export function correctionOf(news: CaseNews, language: Language): string {
  const w = words[language];
  const { because } = news;
  if (because === undefined || because.at === null) return w.moved;
  const at = instantIn(because.at, news.timeZone, language);
  return because.status.startsWith("Acknowledged")
    ? w.acknowledgedBy(because.by ?? w.someone, at)
    : w.ended(at);
}

export const sentencesOf = (news: CaseNews, language: Language, at: number): string[] => [
  ...(news.about === "correction" ? [correctionOf(news, language)] : []),
  ...linesOf(news, language, at).map(([label, value]) => `${label}: ${value}.`),
];

/** Says who acknowledged the case, or that its clock ended. */
export function endingOf(
  { language, timeZone }: { language: Language; timeZone: string },
  because: { status: string; at: number | null; by: string | null },
): string {
  const at = because.at === null ? "" : instantIn(because.at, timeZone, language);
  if (!because.status.startsWith("Acknowledged"))
    return { es: `El reloj terminó el ${at}.`, en: `The clock ended on ${at}.` }[language];
  const by = because.by ?? wordsIn(language).someone;
  return { es: `✔ ${by} acusó recibo del caso el ${at}.`, en: `✔ ${by} acknowledged the case on ${at}.` }[
    language
  ];
}
