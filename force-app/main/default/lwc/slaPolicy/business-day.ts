/** The readings of a business day that go by the date (rules, section 2). */
import { DAY } from "./civil.ts";
import type { BusinessCalendar, Instant } from "./types.ts";
import type { Zone } from "./zone.ts";
import { instantOf, localDay } from "./zone.ts";

const endOf = (zone: Zone, day: number): Instant => instantOf(zone, (day + 1) * DAY);

/** The first local date after `day` with any coverage. */
const nextCovered = (calendar: BusinessCalendar, zone: Zone, day: number): number =>
  localDay(zone, calendar.nextOpening(endOf(zone, day)));

/** The end of a covered date's last open stretch; the date's own end when that runs on. */
const lastClose = (calendar: BusinessCalendar, end: Instant): Instant => calendar.add(end, -1) + 1;

/** The same wall time, `days` covered dates on; closed then: that date's next opening, else its last close. */
export function sameTime(calendar: BusinessCalendar, zone: Zone, start: Instant, days: number): Instant {
  const opened = calendar.nextOpening(start);
  let day = localDay(zone, opened);
  const wallTime = opened + zone.offsetAt(opened) - day * DAY;
  for (let i = 0; i < days; i++) day = nextCovered(calendar, zone, day);
  const opening = calendar.nextOpening(instantOf(zone, day * DAY + wallTime));
  const end = endOf(zone, day);
  return opening < end ? opening : lastClose(calendar, end);
}

/** The last close, `days` covered dates on. */
export function endOfDay(calendar: BusinessCalendar, zone: Zone, start: Instant, days: number): Instant {
  let day = localDay(zone, calendar.nextOpening(start));
  for (let i = 0; i < days; i++) day = nextCovered(calendar, zone, day);
  return lastClose(calendar, endOf(zone, day));
}
