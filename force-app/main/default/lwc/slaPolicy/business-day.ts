/** The readings of a business day that go by the date (rules, section 2). */
import { DAY } from "./civil.ts";
import type { BusinessCalendar, Instant } from "./types.ts";
import type { Zone } from "./zone.ts";
import { instantOf, localDay } from "./zone.ts";

/** A local date as the calendar sees it. */
interface LocalDate {
  start: Instant;
  end: Instant;
}

const dateOf = (zone: Zone, day: number): LocalDate => ({
  start: instantOf(zone, day * DAY),
  end: instantOf(zone, (day + 1) * DAY),
});

/** The first local date after `day` with any coverage. */
function nextCovered(calendar: BusinessCalendar, zone: Zone, day: number): number {
  const { end } = dateOf(zone, day);
  return Math.max(day + 1, localDay(zone, calendar.nextOpening(end)));
}

/** The end of the date's last open stretch; the date's own end when that runs on. */
const lastClose = (calendar: BusinessCalendar, { start, end }: LocalDate): Instant =>
  calendar.add(start, calendar.elapsed(start, end));

/** The same wall time, `days` covered dates on; closed then: that date's next opening, else its last close. */
export function sameTime(calendar: BusinessCalendar, zone: Zone, start: Instant, days: number): Instant {
  const opened = calendar.nextOpening(start);
  let day = localDay(zone, opened);
  const wallTime = opened + zone.offsetAt(opened) - day * DAY;
  for (let i = 0; i < days; i++) day = nextCovered(calendar, zone, day);
  const at = instantOf(zone, day * DAY + wallTime);
  const opening = calendar.nextOpening(at);
  const date = dateOf(zone, day);
  return opening < date.end ? opening : lastClose(calendar, date);
}

/** The last close, `days` covered dates on. */
export function endOfDay(calendar: BusinessCalendar, zone: Zone, start: Instant, days: number): Instant {
  let day = localDay(zone, calendar.nextOpening(start));
  for (let i = 0; i < days; i++) day = nextCovered(calendar, zone, day);
  return lastClose(calendar, dateOf(zone, day));
}
