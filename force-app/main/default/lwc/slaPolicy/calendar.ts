/** Business time (rules, section 2). */
import type { Mark } from "./closures.ts";
import { closureOf } from "./closures.ts";
import { coverageOf } from "./coverage.ts";
import { parseHolidays } from "./holiday.ts";
import { parseSpecial } from "./special.ts";
import { byStart } from "./stretches.ts";
import type { BusinessCalendar, CalendarSpec } from "./types.ts";
import { parseWeek } from "./week.ts";
import type { Zone } from "./zone.ts";
import { zoneOf } from "./zone.ts";

/** A calendar as pages compute with it. With c/slaSegments it tells its stretches. */
export interface PageCalendar extends Omit<BusinessCalendar, "segments"> {
  /** Where the open stretch ends in which an instant lies. */
  closing(at: number): number;
  /** The week leaves no minute out. */
  full: boolean;
  /** Where special hours hold, by start. */
  special: readonly Mark[];
  /** The time that each holiday closes, by start. */
  closures(): Mark[];
}

/**
 * A calendar that answers in the same time for any span. Instants and durations are ms. Throws for a bad law or wall
 * time, for a calendar without coverage, and for a holiday that does not exist. c/slaPolicyCheck names the fault in a
 * sentence.
 */
export function compileCalendar(spec: CalendarSpec, zone: Zone = zoneOf(spec)): PageCalendar {
  const week = parseWeek(spec.weekly);
  const holidays = parseHolidays(spec.holidays ?? []);
  const special = parseSpecial(spec.special ?? [], zone);
  const { full, by, since, reached } = coverageOf(week, holidays, zone, special);
  const closing = (at: number) => {
    const start = Math.floor(at);
    const sum = by(start) - start;
    let end = start;
    // while all is open, coverage grows as time does
    for (let step = 2 ** 50; step >= 1; step /= 2) if (by(end + step) === sum + end + step) end += step;
    return end;
  };
  return {
    add: (start, duration) => (duration ? reached(by(start) + duration, duration < 0) : start),
    elapsed: (from, to) => by(to) - since(from),
    isOpen: (at) => closing(at) > at,
    nextOpening: (at) => reached(by(at), true),
    closing,
    full,
    special,
    closures: () => holidays.map((holiday) => closureOf(holiday, week, zone)).sort(byStart),
  };
}
