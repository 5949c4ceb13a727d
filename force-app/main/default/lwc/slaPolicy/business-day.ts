/** The readings of a business day that go by the date (rules, section 2). */
import { DAY } from "./civil.ts";
import type { BusinessCalendar, Instant } from "./types.ts";
import type { Zone } from "./zone.ts";
import { instantOf, localDay } from "./zone.ts";

/**
 * The same wall time `days` covered dates after the opening that counts. If that date is closed then, its next
 * opening; after all of them, or with `toClose`, the date's last close.
 */
export function datesOn(
  calendar: Pick<BusinessCalendar, "add" | "nextOpening">,
  zone: Zone,
  start: Instant,
  days: number,
  toClose: boolean,
): Instant {
  const opened = calendar.nextOpening(start);
  let day = localDay(zone, opened);
  const wallTime = opened + zone.offsetAt(opened) - day * DAY;
  const end = () => instantOf(zone, (day + 1) * DAY);
  for (let i = 0; i < days; i++) day = localDay(zone, calendar.nextOpening(end()));
  const opening = calendar.nextOpening(instantOf(zone, day * DAY + wallTime));
  // the end of the date's last open stretch; the date's own end when that runs on
  return toClose || opening >= end() ? calendar.add(end(), -1) + 1 : opening;
}
