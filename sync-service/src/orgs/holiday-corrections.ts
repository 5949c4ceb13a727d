import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Holidays from "date-holidays";
import { z } from "zod";
import { inLines, inputFaults } from "../input-faults.ts";
import type { Holiday } from "c/slaEngine";
import { configFile } from "../shipped.ts";

/** Kinds of holidays: a contract keeps public ones, and the others when it asks for them. */
export type HolidayKind = "public" | "optional" | "bank";

const text = z.string().min(1).max(300);
const wallTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a time such as 13:00");
const year = z.int().min(1970).max(2200);

/** When a rule holds: dates one by one, or a rule in the words of date-holidays (`easter -2`, `1st monday in June`). */
const when = z.union([z.array(z.iso.date()).min(1).max(60), z.string().min(3).max(250)]);

const shared = {
  /** The law, decree or resolution that says so. */
  law: text,
  /** Where that can be read. */
  source: z.url({ protocol: /^https?$/ }).optional(),
  /** First and last year that the rule holds for. */
  since: year.optional(),
  until: year.optional(),
  /** `false`: regions of this calendar do not take the rule over. */
  regions: z.boolean().optional(),
};

const closing = z.strictObject({
  close: when,
  name: text,
  kind: z.enum(["public", "optional", "bank"]).optional(),
  /** Only a part of the day. */
  from: wallTime.optional(),
  to: wallTime.optional(),
  /** So many days from that date on. */
  days: z.int().min(2).max(10).optional(),
  /** It also closes the day before, from this time on. */
  eve: wallTime.optional(),
  ...shared,
});
const opening = z.strictObject({
  open: when,
  /** Only the holiday with this name in date-holidays, where another one falls on the same date. */
  named: text.optional(),
  ...shared,
});
const rule = z.union([closing, opening]);
export type Correction = z.infer<typeof rule>;

/** One file for each country. `checked` says how its calendar was compared with the law, and what was found. */
const fileSchema = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, "two capital letters, such as AR"),
  checked: z
    .array(
      z.strictObject({
        calendars: z.array(text).min(1),
        years: z.tuple([year, year]),
        law: text,
        source: z.url({ protocol: /^https?$/ }).optional(),
        upstream: z.enum(["right", "wrong", "not checked"]),
        note: text.optional(),
      }),
    )
    .default([]),
  calendars: z.record(z.string().regex(/^[A-Z]{2}(-[A-Z0-9]+){0,2}$/, "such as ES or ES-MC"), z.array(rule)),
});
export type CorrectionFile = z.infer<typeof fileSchema>;

/** A file of corrections that cannot be used, with every fault and its path. */
export class CorrectionError extends RangeError {
  override name = "CorrectionError";
}

const shippedFolder = configFile("holidays");
let shipped: readonly CorrectionFile[] | undefined;
let own: readonly CorrectionFile[] = [];

/** The corrections that come with the product. */
export const shippedCorrections = (): readonly CorrectionFile[] =>
  (shipped ??= readCorrections(shippedFolder));

/**
 * An operator's own corrections, which apply after those that ship. Said once, when the configuration is read.
 * @throws CorrectionError
 */
export function useCorrections(folder: string): void {
  own = readCorrections(folder);
  usedFolder = folder;
}
let usedFolder: string | null = null;
/** The folder of the operator's own corrections, for a thread that has to read them too. */
export const ownCorrections = (): string | null => usedFolder;

/**
 * All files of a folder.
 * @throws CorrectionError with every fault and its path
 */
export function readCorrections(folder: string): CorrectionFile[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch (error) {
    throw new CorrectionError(`The holiday corrections cannot be read: ${(error as Error).message}`);
  }
  return names.sort().map((name) => readCorrectionFile(join(folder, name)));
}

function readCorrectionFile(file: string): CorrectionFile {
  const problems: string[] = [];
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CorrectionError(`${file} cannot be used: ${(error as Error).message}`);
  }
  const read = fileSchema.safeParse(given);
  if (read.success) {
    for (const [calendar, rules] of Object.entries(read.data.calendars)) {
      if (calendar.slice(0, 2) !== read.data.country)
        problems.push(`calendars.${calendar}: is no calendar of ${read.data.country}`);
      for (const [at, one] of rules.entries()) {
        const fault = ruleFault(one);
        if (fault !== null) problems.push(`calendars.${calendar}.${at}: ${fault}`);
      }
    }
  } else problems.push(...inLines(inputFaults(fileSchema, given), "(file)"));
  if (problems.length > 0 || !read.success)
    throw new CorrectionError(`${file} cannot be used:\n${problems.map((p) => `  ${p}`).join("\n")}`);
  return read.data;
}

function ruleFault(one: Correction): string | null {
  const on = "close" in one ? one.close : one.open;
  if ("close" in one) {
    if ((one.from ?? "00:00") >= (one.to ?? "24:00")) return "closes nothing: from must be before to";
    if (one.days !== undefined && (one.from ?? one.to) !== undefined)
      return "days and parts of a day exclude each other";
  }
  if (typeof on !== "string") return null;
  // date-holidays takes 02-30 for 2 March
  const fixed = /(?:^|\s)(\d\d)-(\d\d)(?:\s|$)/.exec(on);
  if (fixed && !isDate(`2028-${fixed[1]}-${fixed[2]}`)) return `there is no day ${fixed[1]}-${fixed[2]}`;
  return parser(on) === null ? `date-holidays cannot read the rule ${JSON.stringify(on)}` : null;
}

const isDate = (iso: string): boolean => {
  const at = Date.parse(`${iso}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(iso);
};

const parsers = new Map<string, Holidays | null>();
function parser(on: string): Holidays | null {
  let known = parsers.get(on);
  if (known === undefined) {
    const source = new Holidays();
    const { log, error } = console;
    // it prints a rule that it cannot read
    console.log = console.error = () => undefined;
    try {
      known = (source.setHoliday(on, { name: on, type: "public" }) as unknown as boolean) ? source : null;
    } finally {
      Object.assign(console, { log, error });
    }
    parsers.set(on, known);
  }
  return known;
}

/** The dates of a rule in `[from, to]`, both ISO. */
function datesOf(on: string | readonly string[], from: string, to: string): string[] {
  if (typeof on !== "string") return on.filter((date) => date >= from && date <= to);
  const source = parser(on)!;
  const dates = new Set<string>();
  // a substitute for 1 January can fall into the year before
  for (let each = Number(from.slice(0, 4)) - 1; each <= Number(to.slice(0, 4)) + 1; each++)
    for (const { date } of source.getHolidays(each)) dates.add(date.slice(0, 10));
  return [...dates].filter((date) => date >= from && date <= to).sort();
}

export const dayAfter = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export interface KnownDay extends Holiday {
  name: string;
  kind: HolidayKind;
}

/** The corrections of a calendar and of those that it lies in, the widest first. */
export function correctionsOf(calendar: string): Correction[] {
  const parts = calendar.split("-");
  const around = parts.map((_, at) => parts.slice(0, at + 1).join("-"));
  return [shippedCorrections(), own]
    .flat()
    .filter(({ country }) => country === parts[0])
    .flatMap(({ calendars }) =>
      around.flatMap((each) =>
        (calendars[each] ?? []).filter(({ regions }) => regions !== false || each === calendar),
      ),
    );
}

/** The days of a calendar as date-holidays knows them, made right. */
export function corrected(calendar: string, days: readonly KnownDay[], from: string, to: string): KnownDay[] {
  let all = [...days];
  for (const one of correctionsOf(calendar)) {
    const first = one.since === undefined ? from : `${one.since}-01-01`;
    const last = one.until === undefined ? to : `${one.until}-12-31`;
    // an eve or the second day of several can lie in the range when the date itself does not
    const dates = datesOf(
      "close" in one ? one.close : one.open,
      first > from ? first : dayAfter(from, -10),
      last < to ? last : dayAfter(to, 10),
    );
    if ("open" in one) {
      const gone = new Set(dates);
      all = all.filter(
        ({ date, name }) => !gone.has(date) || (one.named !== undefined && one.named !== name),
      );
    } else all.push(...dates.flatMap((date) => closingDays(one, date)));
  }
  return all.filter(({ date }) => date >= from && date <= to);
}

function closingDays(one: z.infer<typeof closing>, date: string): KnownDay[] {
  const { name, kind = "public", from, to, days = 1, eve } = one;
  const part = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const dates = Array.from({ length: days }, (_, at) => dayAfter(date, at));
  return [
    ...(eve === undefined ? [] : [{ date: dayAfter(date, -1), name, kind, from: eve }]),
    ...dates.map((each) => ({ date: each, name, kind, ...part })),
  ];
}
