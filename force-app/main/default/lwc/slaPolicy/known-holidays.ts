import type { Policy } from "./types.ts";
import { wallClock } from "./wall-clock.ts";
import type { Zone } from "./zone.ts";

/** Whether the holidays of the local date are known, or the calendar has none. */
export function holidaysKnownAt(policy: Policy, zone: Zone, calendar: string, at: number): boolean {
  const { from, to } = policy.holidaysKnown;
  const { date } = wallClock(zone, at);
  return policy.calendars[calendar]?.alwaysOpen === true || (from <= date && date <= to);
}
