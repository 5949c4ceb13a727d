/** Business time (rules, section 2). */
import { checkFinite, checkInstant } from "./faults.ts";
import type { Closure } from "./coverage.ts";
import { closuresOf, finder, weekLayer, without } from "./coverage.ts";
import { parseHolidays } from "./holiday.ts";
import { coverageTable, MOST_YEARS } from "./table.ts";
import type { BusinessCalendar, CalendarSpec, Segment } from "./types.ts";
import { nameSpecial, parseSpecial, withSpecial } from "./special.ts";
import { isRoundTheClock, parseWeek } from "./week.ts";
import type { Zone } from "./zone.ts";
import { zoneBy } from "./zone.ts";

/** Whether coverage opens more often than that in `(from, to)`, without naming each; coverage without an end never does. */
const busy = new WeakMap<BusinessCalendar, (from: number, to: number, most: number) => boolean>();

export const opensMoreThan = (most: number, calendar: BusinessCalendar, from: number, to: number): boolean =>
  busy.get(calendar)?.(from, to, most) ?? false;

/**
 * A calendar that answers in constant time for any span. Instants and durations are ms. Throws where an unknown zone, a wall time
 * that is none, no coverage at all or a holiday that does not exist is given; c/slaPolicyCheck says in a sentence which.
 * @param mostWork the days and windows that one question may lay out; a question that needs more throws a RangeError
 * @param zoneWithoutLaw gives the zone where the spec does not carry its law
 */
export function compileCalendar(
  spec: CalendarSpec,
  mostWork = Infinity,
  zoneWithoutLaw: (name: string) => Zone = refuse,
): BusinessCalendar {
  const zone = spec.zone === undefined ? zoneWithoutLaw(spec.timeZone) : zoneBy(spec.timeZone, spec.zone);
  const week = parseWeek(spec.weekly);
  const holidays = parseHolidays(spec.holidays);
  const special = parseSpecial(spec.special, zone);
  const roundTheClock = isRoundTheClock(week);
  if (roundTheClock && holidays.length + special.length === 0) return alwaysOpen;

  const parts = closuresOf(
    holidays.filter(({ part }) => part !== null),
    week,
    zone,
  );
  const closedDays = holidays.filter(({ part }) => part === null).map(({ day }) => day);
  const [partsIn, specialIn] = [finder(parts), finder(special)];
  const layer = {
    touches: (from: number, to: number) => partsIn(from, to).length + specialIn(from, to).length > 0,
    over: (stretches: readonly number[], from: number, to: number) =>
      withSpecial(without(stretches, partsIn(from, to)), specialIn(from, to), from, to),
  };
  const workAYear = 366 * (1 + week.flat().length / 7);
  const table = coverageTable(
    weekLayer(week, closedDays, zone, parts.length + special.length > 0 ? layer : null),
    Math.min(MOST_YEARS, Math.floor(mostWork / workAYear)),
  );
  let shut: ((from: number, to: number) => readonly Closure[]) | undefined;
  const why = roundTheClock ? "alwaysOpen" : "window";

  const calendar: BusinessCalendar = {
    add(start, duration) {
      checkInstant(start, "start");
      checkFinite(duration, "duration");
      if (duration > 0) return table.after(start, duration);
      return duration < 0 ? table.before(start, -duration) : start;
    },
    elapsed(from, to) {
      checkInstant(from, "from");
      checkInstant(to, "to");
      return table.between(from, to);
    },
    isOpen(at) {
      checkInstant(at, "at");
      return table.isOpen(at);
    },
    nextOpening(at) {
      checkInstant(at, "at");
      return table.nextOpen(at);
    },
    segments(from, to) {
      checkInstant(from, "from");
      checkInstant(to, "to");
      const result: Segment[] = [];
      if (to <= from) return result;
      // only an explanation asks for what each holiday closes
      const closed = (shut ??= finder(closuresOf(holidays, week, zone)));
      let at = from;
      table.each(from, to, (start, end) => {
        explainClosed(result, closed(at, start), at, start);
        at = Math.min(end, to);
        result.push({ start, end: at, open: true, why });
      });
      explainClosed(result, closed(at, to), at, to);
      return nameSpecial(result, specialIn);
    },
  };
  busy.set(calendar, (from, to, most) => {
    let count = 0;
    table.each(from, to, (start) => start > from && ++count > most);
    return count > most;
  });
  return calendar;
}

/** No page guesses a zone's law. */
export function refuse(name: string): never {
  throw new RangeError(`the law of time zone ${name} is missing: zone must hold its changes`);
}

/** Appends the closed stretch `[from, to)`, cut where a holiday's closure begins or ends. */
function explainClosed(result: Segment[], closures: readonly Closure[], from: number, to: number): void {
  let at = from;
  const until = (time: number, reason: Pick<Segment, "why" | "holiday">) => {
    const end = Math.min(time, to);
    if (end <= at) return;
    result.push({ start: at, end, open: false, ...reason });
    at = end;
  };
  for (const { start, end, name } of closures) {
    until(start, { why: "outsideHours" });
    until(end, name === undefined ? { why: "holiday" } : { why: "holiday", holiday: name });
  }
  until(to, { why: "outsideHours" });
}

/** Coverage without an end is time itself. */
const alwaysOpen: BusinessCalendar = {
  add(start, duration) {
    checkInstant(start, "start");
    checkFinite(duration, "duration");
    const end = start + duration;
    checkInstant(end, "duration");
    return end;
  },
  elapsed(from, to) {
    checkInstant(from, "from");
    checkInstant(to, "to");
    return to - from;
  },
  isOpen(at) {
    checkInstant(at, "at");
    return true;
  },
  nextOpening(at) {
    checkInstant(at, "at");
    return at;
  },
  segments(from, to) {
    checkInstant(from, "from");
    checkInstant(to, "to");
    return to <= from ? [] : [{ start: from, end: to, open: true, why: "alwaysOpen" }];
  },
};
