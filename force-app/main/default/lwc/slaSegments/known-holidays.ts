import { wallClock } from "c/slaPolicy";
import type { Policy, Regimes, Zone } from "c/slaPolicy";

/** True if the way to `due` leads through years whose holidays the policy does not know. */
export function beyondKnownHolidays(policy: Policy, zone: Zone, regimes: Regimes, due: number): boolean {
  return regimes.some(({ from, calendar }, i) => {
    const to = Math.min(regimes[i + 1]?.from ?? due, due);
    return [from, to].some((at) => !areKnown(policy, zone, calendar, at));
  });
}

/** True if the policy knows the holidays of the local date, or the calendar has no holidays. */
function areKnown(policy: Policy, zone: Zone, calendar: string, at: number): boolean {
  const { from, to } = policy.holidaysKnown;
  const { date } = wallClock(zone, at);
  return policy.calendars[calendar]?.alwaysOpen || (from <= date && date <= to);
}
