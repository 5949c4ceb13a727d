import { expect, test } from "@jest/globals";
import type { Explanation, LedgerEntry } from "c/slaEngine";
import { zoneBy } from "c/slaPolicy";
import {
  explanationSentences,
  formatDate,
  formatDuration,
  formatInstant,
  formatTarget,
  formatTime,
  ledgerLines,
  ledgerSentence,
} from "c/slaSentences";

const timeZone = "America/Argentina/Buenos_Aires";
const place = { es: "Buenos Aires", en: "Buenos Aires" };
const law = { version: "2026f", offset: -10_800, changes: [], place };
const zone = zoneBy(timeZone, law);
const HOUR = 3_600_000;
const at = (when: string) => Date.parse(`${when.replace(" ", "T")}-03:00`);

function entry(from: string, to: string, why: LedgerEntry["why"], holiday?: string): LedgerEntry {
  const open = why === "window" || why === "alwaysOpen";
  const [start, end] = [at(from), at(to)];
  const stretch = { start, end, open, why, counted: open ? end - start : 0, calendar: "business" };
  return holiday === undefined ? stretch : { ...stretch, holiday };
}

const explanation: Explanation = {
  policyVersion: "2026-11-abc",
  timeZone,
  zone: law,
  plan: "Silver",
  priority: "P1",
  start: at("2026-11-20 16:30"),
  due: at("2026-11-24 11:30"),
  target: 4 * HOUR,
  beyondKnownHolidays: false,
  changes: [],
  lawChanges: [],
  entries: [
    entry("2026-11-20 16:30", "2026-11-20 18:00", "window"),
    entry("2026-11-20 18:00", "2026-11-23 00:00", "outsideHours"),
    entry("2026-11-23 00:00", "2026-11-24 00:00", "holiday", "Soberanía"),
    entry("2026-11-24 00:00", "2026-11-24 09:00", "outsideHours"),
    entry("2026-11-24 09:00", "2026-11-24 11:30", "window"),
  ],
};

test("says the ledger as one sentence", () => {
  expect(ledgerSentence(explanation, "es")).toBe(
    "Vie 20/11 16:30–18:00, 1 h 30 min · feriado lun 23/11 · mar 24/11 09:00–11:30, 2 h 30 min",
  );
  expect(ledgerSentence(explanation, "en")).toBe(
    "Fri 20 Nov 16:30–18:00, 1 h 30 min · holiday Mon 23 Nov · Tue 24 Nov 09:00–11:30, 2 h 30 min",
  );
});

test("says the ledger line by line, with the reason of closed stretches", () => {
  expect(ledgerLines(explanation, "es").map(({ text }) => text)).toEqual([
    "Vie 20/11 16:30–18:00, 1 h 30 min",
    "Vie 20/11 18:00 – dom 22/11 24:00, fuera de horario",
    "Lun 23/11 00:00–24:00, feriado: Soberanía",
    "Mar 24/11 00:00–09:00, fuera de horario",
    "Mar 24/11 09:00–11:30, 2 h 30 min",
  ]);
  expect(ledgerLines(explanation, "en")[2]!.text).toBe("Mon 23 Nov 00:00–24:00, holiday: Soberanía");
});

test("says coverage round the clock, over midnight, in part of a day and in another year", () => {
  const told = (entries: LedgerEntry[]) => ({
    timeZone,
    zone: law,
    entries,
    start: entries[0]!.start,
    due: entries.at(-1)!.end,
  });
  const night = told([entry("2026-11-22 23:30", "2026-11-23 00:30", "alwaysOpen")]);
  expect(ledgerLines(night, "es")[0]!.text).toBe("Dom 22/11 23:30 – lun 23/11 00:30, 1 h (24/7)");
  const part = told([entry("2026-11-23 12:00", "2026-11-23 18:00", "holiday")]);
  expect(ledgerSentence(part, "es")).toBe("Feriado lun 23/11 12:00–18:00");
  expect(ledgerLines(part, "es")[0]!.text).toBe("Lun 23/11 12:00–18:00, feriado");
  const days = told([entry("2026-12-25 00:00", "2026-12-27 00:00", "holiday")]);
  expect(ledgerSentence(days, "en")).toBe("Holiday Fri 25 Dec – Sat 26 Dec");
  const years = told([entry("2026-12-31 17:00", "2027-01-01 10:00", "window")]);
  expect(ledgerSentence(years, "es")).toBe("Jue 31/12/2026 17:00 – vie 1/1/2027 10:00, 17 h");
});

test("the whole explanation says the changes, the sum and what it rests on", () => {
  const target = { hours: 4 };
  const changes = [
    {
      at: at("2026-11-20 17:00"),
      from: { priority: "P3", target: { businessDays: 1 }, calendar: "business" },
      to: { priority: "P1", target, calendar: "business" },
      dueBefore: at("2026-11-24 16:00"),
      dueAfter: at("2026-11-24 11:30"),
    },
    {
      at: at("2026-11-20 17:30"),
      from: { priority: "P1", target, calendar: "business" },
      to: { priority: "P2", target: { businessDays: 2 }, calendar: "business" },
      dueBefore: at("2026-11-24 11:30"),
      dueAfter: at("2026-11-24 11:30"),
    },
  ];
  expect(explanationSentences({ ...explanation, changes, beyondKnownHolidays: true }, "es").slice(1)).toEqual(
    [
      "Vie 20/11 17:00: cambió la prioridad P3 → P1 (4 h de cobertura); el vencimiento pasó de mar 24/11 16:00 a mar 24/11 11:30.",
      "Vie 20/11 17:30: cambió la prioridad P1 → P2 (2 días hábiles); el vencimiento no se movió.",
      "Total contado: 4 h. Vence: mar 24/11 11:30 (hora de Buenos Aires).",
      "Condiciones: Silver, 2026-11-abc.",
      "Incluye fechas cuyos feriados todavía no se conocen.",
    ],
  );
  expect(explanationSentences(explanation, "en")).toHaveLength(3);
});

test.each([
  [0, "0 min"],
  [400, "0 min"],
  [1000, "1 s"],
  [65_000, "1 min 5 s"],
  [45 * 60_000, "45 min"],
  [4 * HOUR, "4 h"],
  [30.5 * HOUR, "30 h 30 min"],
  [-90_000, "-1 min 30 s"],
])("%d ms is %s", (duration, text) => expect(formatDuration(duration)).toBe(text));

test("says targets, dates and times", () => {
  expect(formatTarget({ businessDays: 1 }, "es")).toBe("1 día hábil");
  expect(formatTarget({ businessDays: 2 }, "en")).toBe("2 business days");
  expect(formatTarget({ businessDays: 1 }, "en")).toBe("1 business day");
  expect(formatTarget({ minutes: 90 }, "en")).toBe("1 h 30 min of coverage");
  expect(formatTime(at("2026-11-20 16:30:05"), zone)).toBe("16:30:05");
  expect(formatInstant(at("2026-11-21 16:30"), zone, "es")).toBe("sáb 21/11 16:30");
  expect(formatDate(at("2026-11-21 16:30"), zone, "en", true)).toBe("Sat 21 Nov 2026");
});

test("a change of the zone's law is named with the version that brought it, and what it moved", () => {
  const lawChanges = [
    {
      at: at("2026-11-22 10:00"),
      version: "2026g",
      dueBefore: at("2026-11-24 12:30"),
      dueAfter: at("2026-11-24 11:30"),
    },
  ];
  expect(explanationSentences({ ...explanation, lawChanges }, "en")).toContain(
    "Sun 22 Nov 10:00: time zone law changed, tz 2026g; the due time moved from Tue 24 Nov 12:30 to Tue 24 Nov 11:30.",
  );
  expect(explanationSentences({ ...explanation, lawChanges }, "es")).toContain(
    "Dom 22/11 10:00: cambió la ley de la hora del lugar, tz 2026g; el vencimiento pasó de mar 24/11 12:30 a mar 24/11 11:30.",
  );
});

test("a place is called as its law calls it, in the reader's language", () => {
  const mexicoCity = { es: "Ciudad de México", en: "Mexico City" };
  const mexico = { ...explanation, timeZone: "America/Mexico_City", zone: { ...law, place: mexicoCity } };
  expect(explanationSentences(mexico, "es").join(" ")).toContain("(hora de Ciudad de México)");
  expect(explanationSentences(mexico, "en").join(" ")).toContain("(time of Mexico City)");
});
