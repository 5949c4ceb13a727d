/** Writes the explanation of a due instant as sentences. */
import { wallClock, zoneBy } from "c/slaPolicy";
import type { Zone } from "c/slaPolicy";
import type { Explanation, LedgerEntry } from "c/slaEngine";
import { formatDuration, formatTarget } from "./durations.ts";
import { formatDate, formatInstant, formatTime } from "./instants.ts";
import type { Language } from "./language.ts";

/** The parts of an explanation that these sentences need. */
export type ShownExplanation = Pick<Explanation, "timeZone" | "zone" | "start" | "due" | "entries">;

const WORDS = {
  es: {
    holiday: "feriado",
    outsideHours: "fuera de horario",
    alwaysOpen: "24/7",
    total: "Total contado",
    due: "Vence",
    policy: "Condiciones",
    zone: "hora de",
    change: "cambió la prioridad",
    law: "cambió la ley de la hora del lugar",
    moved: "el vencimiento pasó de",
    to: "a",
    same: "el vencimiento no se movió",
    beyond: "Incluye fechas cuyos feriados todavía no se conocen.",
  },
  en: {
    holiday: "holiday",
    outsideHours: "outside hours",
    alwaysOpen: "24/7",
    total: "Counted in all",
    due: "Due",
    policy: "Policy",
    zone: "time of",
    change: "priority changed",
    law: "time zone law changed",
    moved: "the due time moved from",
    to: "to",
    same: "the due time did not move",
    beyond: "Reaches dates whose holidays are not known yet.",
  },
};

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface Style {
  zone: Zone;
  language: Language;
  withYear: boolean;
}

function styleOf({ timeZone, zone: law, start, due }: ShownExplanation, language: Language): Style {
  const zone = zoneBy(timeZone, law);
  const year = (at: number) => wallClock(zone, at).date.slice(0, -6);
  return { zone, language, withYear: year(start) !== year(due) };
}

/** The local date on which a stretch ends. Midnight still belongs to the date before. */
function stretch({ start, end }: LedgerEntry, { zone, language, withYear }: Style): string {
  const from = formatDate(start, zone, language, withYear);
  const to = formatDate(end - 1, zone, language, withYear);
  const closing = formatTime(end, zone);
  const until = closing === "00:00" ? "24:00" : closing;
  if (from === to) return `${from} ${formatTime(start, zone)}–${until}`;
  return `${from} ${formatTime(start, zone)} – ${to} ${until}`;
}

/** Writes a closed day: `feriado lun 23/11`. It adds the hours if the holiday does not cover whole dates. */
function holiday(entry: LedgerEntry, style: Style): string {
  const { zone, language, withYear } = style;
  const { holiday: word } = WORDS[language];
  const whole = formatTime(entry.start, zone) === "00:00" && formatTime(entry.end, zone) === "00:00";
  if (!whole) return `${word} ${stretch(entry, style)}`;
  const from = formatDate(entry.start, zone, language, withYear);
  const to = formatDate(entry.end - 1, zone, language, withYear);
  return `${word} ${from === to ? from : `${from} – ${to}`}`;
}

/** `Vie 20/11 16:30–18:00, 1 h 30 min · feriado lun 23/11 · mar 24/11 09:00–11:30, 2 h 30 min` */
export function ledgerSentence(told: ShownExplanation, language: Language): string {
  const style = styleOf(told, language);
  const said = told.entries
    .filter(({ open, why, special }) => open || why === "holiday" || special !== undefined)
    .map((entry) => {
      if (entry.open) return `${stretch(entry, style)}, ${formatDuration(entry.counted)}`;
      return entry.special === undefined
        ? holiday(entry, style)
        : `${entry.special} ${stretch(entry, style)}`;
    });
  return capitalised(said.join(" · "));
}

/** One line per stretch, including closed ones, with the reason and the counted time (ms). */
export function ledgerLines(
  told: ShownExplanation,
  language: Language,
): { text: string; why: string; counted: number; open: boolean }[] {
  const style = styleOf(told, language);
  const words = WORDS[language];
  return told.entries.map((entry) => {
    const { why, counted, open } = entry;
    const when = capitalised(stretch(entry, style));
    if (open) {
      const note =
        entry.special !== undefined
          ? ` (${entry.special})`
          : why === "alwaysOpen"
            ? ` (${words.alwaysOpen})`
            : "";
      return { text: `${when}, ${formatDuration(counted)}${note}`, why, counted, open };
    }
    const named = entry.holiday === undefined ? "" : `: ${entry.holiday}`;
    const reason = entry.special ?? (why === "holiday" ? `${words.holiday}${named}` : words.outsideHours);
    return { text: `${when}, ${reason}`, why, counted, open };
  });
}

/** The whole explanation: the ledger, the changes on the way, the sum, and the data behind it. */
export function explanationSentences(explanation: Explanation, language: Language): string[] {
  const { due, target, changes, lawChanges, policyVersion, plan } = explanation;
  const words = WORDS[language];
  const { zone, withYear } = styleOf(explanation, language);
  const instant = (at: number) => formatInstant(at, zone, language, withYear);
  const ledger = ledgerSentence(explanation, language);
  // an old explanation may hold no stretch: a point alone says nothing
  const sentences = ledger === "" ? [] : [`${ledger}.`];
  for (const { at, from, to, dueBefore, dueAfter } of changes) {
    const moved =
      dueBefore === dueAfter
        ? words.same
        : `${words.moved} ${instant(dueBefore)} ${words.to} ${instant(dueAfter)}`;
    const what = `${from.priority} → ${to.priority} (${formatTarget(to.target, language)})`;
    sentences.push(`${capitalised(instant(at))}: ${words.change} ${what}; ${moved}.`);
  }
  for (const { at, version, dueBefore, dueAfter } of lawChanges) {
    const moved =
      dueBefore === dueAfter
        ? words.same
        : `${words.moved} ${instant(dueBefore)} ${words.to} ${instant(dueAfter)}`;
    sentences.push(`${capitalised(instant(at))}: ${words.law}, tz ${version}; ${moved}.`);
  }
  sentences.push(
    `${words.total}: ${formatDuration(target)}. ${words.due}: ${instant(due)} (${words.zone} ${zone.place[language]}).`,
  );
  sentences.push(`${words.policy}: ${plan}, ${policyVersion}.`);
  if (explanation.beyondKnownHolidays) sentences.push(words.beyond);
  return sentences;
}
