/**
 * Business time by the law that the host believes. We ask `Intl` for as few years as a question needs. A question
 * outside the known years lays the calendar out again.
 */
import { compileCalendar, UTC } from "c/slaPolicy";
import { DAY } from "c/slaPolicyCheck";
import { segmentsOf } from "c/slaSegments";
import type { BusinessCalendar, CalendarSpec, PageCalendar, Zone } from "c/slaPolicy";
import { hostZone, startOfYear, yearOf } from "./host-zone.ts";
import { checkInstant } from "./instants.ts";

/** No calendar knows more years than this; a span past it is refused rather than paid for. */
const MOST_YEARS = 12_000;

/** Beyond the dates of any holiday, ms. */
const FAR = 4e14;
/** How far beyond a year its last hours may depend on the law of the next. */
const NEAR = 3 * DAY;

/** The law of some years, as if it were all. */
function known(zone: Zone, from: number, to: number): Zone {
  const spans = zone.spans(from, to).filter(({ offset }, i, all) => offset !== all[i - 1]?.offset);
  const joined = spans.map(({ start, offset }, i) => ({
    start: i === 0 ? -Infinity : start,
    end: spans[i + 1]?.start ?? Infinity,
    offset,
  }));
  return { ...zone, spans: () => joined, offsetAt: (at) => joined.find(({ end }) => at < end)!.offset };
}

export function hostCalendar(spec: CalendarSpec): BusinessCalendar {
  const zone = hostZone(spec.timeZone);
  const plain = compileCalendar(spec, UTC);
  // coverage without an end is time itself, whatever clocks show
  if (plain.closing(-FAR) >= FAR) return { ...plain, segments: (from, to) => segmentsOf(plain, from, to) };

  let [first, past] = [Infinity, -Infinity];
  let calendar = plain;
  /** Holds the years from one instant to another, with some to spare, because the next question is near. */
  const hold = (low: number, high: number): PageCalendar => {
    if (low >= startOfYear(first) && high < startOfYear(past)) return calendar;
    // a year to spare either way at first; later by half as much again, so that growing stays cheap
    const spare = Math.min(64, Math.max(1, Math.ceil((past - first) / 2)));
    [first, past] = [Math.min(yearOf(low) - spare, first), Math.max(yearOf(high) + 1 + spare, past)];
    // an earlier question must not put this one out of reach: far from it, the calendar begins anew
    if (past - first > MOST_YEARS) [first, past] = [yearOf(low) - 1, yearOf(high) + 2];
    if (past - first > MOST_YEARS) {
      [first, past] = [Infinity, -Infinity];
      throw new RangeError(`the span holds more than ${MOST_YEARS} years`);
    }
    calendar = compileCalendar(spec, known(zone, startOfYear(first) - NEAR, startOfYear(past) + NEAR));
    return calendar;
  };
  /** An answer that is an instant: it holds once its year is known. */
  const settled = (from: number, answer: (calendar: PageCalendar) => number): number => {
    let [low, high] = [from, from];
    for (;;) {
      const at = answer(hold(low, high));
      checkInstant(at, "duration");
      if (at >= startOfYear(first) && at < startOfYear(past)) return at;
      [low, high] = [Math.min(low, at), Math.max(high, at)];
    }
  };

  return {
    add: (start, duration) => settled(start, (days) => days.add(start, duration)),
    elapsed: (from, to) => hold(Math.min(from, to), Math.max(from, to)).elapsed(from, to),
    isOpen: (at) => hold(at, at).isOpen(at),
    nextOpening: (at) => settled(at, (days) => days.nextOpening(at)),
    segments: (from, to) => (from < to ? segmentsOf(hold(from, to), from, to) : []),
  };
}
