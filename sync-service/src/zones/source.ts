import type { ZoneChanges } from "c/slaPolicy";
import { changesOf, type YearlyChange } from "./yearly.ts";

/** A zone as data give it: seconds everywhere. */
export interface ZoneHistory {
  /** Before the first change. */
  offset: number;
  changes: readonly (readonly [at: number, offset: number])[];
  /** How it goes on after the last instant that `changes` covers. */
  rule: readonly YearlyChange[];
  listedUntil: number;
}

/** A tz database, wherever it comes from. */
export interface ZoneSource {
  /** `2026f` */
  version: string;
  /** Where it was read, in words. */
  from: string;
  /** Every name, links too. */
  names: ReadonlySet<string>;
  /** Those that a table of countries lists today; all others but Etc are old spellings. */
  current: ReadonlySet<string>;
  /** What a link means, where the source tells. */
  target(name: string): string;
  /** Throws a RangeError for a name that is not among `names`. */
  history(name: string): ZoneHistory;
}

const yearAt = (seconds: number) => new Date(seconds * 1000).getUTCFullYear();

/** The package lists changes up to 2499; past a year, the rules repeat with the 400 years of the calendar. */
const LISTED_YEARS = 2490;
const ERA = 146_097 * 86_400;

/** The law of a zone for the years from `first` to `last`, both included. */
export function lawOf(source: ZoneSource, name: string, first: number, last: number): ZoneChanges {
  if (last > LISTED_YEARS) {
    const eras = Math.ceil((last - LISTED_YEARS) / 400);
    const law = lawOf(source, name, first - eras * 400, last - eras * 400);
    return { ...law, changes: law.changes.map(([at, offset]) => [at + eras * ERA, offset]) };
  }
  const { offset, changes, rule, listedUntil } = source.history(name);
  const all = [...changes];
  for (let year = Math.max(yearAt(listedUntil), first - 1); year <= last && rule.length > 0; year++)
    all.push(...changesOf(rule, year).filter(([at]) => at > listedUntil));
  const start = Date.UTC(first, 0, 1) / 1000;
  const end = Date.UTC(last + 1, 0, 1) / 1000;
  const before = all.findLast(([at]) => at <= start)?.[1] ?? offset;
  const within: [number, number][] = [];
  for (const [at, to] of all) {
    // a change of the name alone does not move the clock
    if (at > start && at < end && to !== (within.at(-1)?.[1] ?? before)) within.push([at, to]);
  }
  return { version: source.version, offset: before, changes: within };
}
