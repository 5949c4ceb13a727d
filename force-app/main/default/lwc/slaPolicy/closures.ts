/** Windows and holidays on real dates. */
import { DAY, MINUTE } from "./civil.ts";
import type { ParsedHoliday } from "./holiday.ts";
import type { Window } from "./week.ts";
import { windowsOf } from "./week.ts";
import type { Zone } from "./zone.ts";
import { instantOf } from "./zone.ts";

/** When a window opens and closes that starts on a date. */
export const onDate = (
  zone: Zone,
  day: number,
  { from, to, untilMidnight }: Window,
): readonly [start: number, end: number] => [
  instantOf(zone, day * DAY + from * MINUTE),
  // midnight is the first instant of the next date
  instantOf(zone, day * DAY + to * MINUTE, !untilMidnight),
];

/**
 * A stretch in which more than the weekly pattern is in force. `open`: opens it, or closes it whatever the window; undefined:
 * coverage follows from its dates.
 */
export type Mark = readonly [
  start: number,
  end: number,
  open?: boolean | undefined,
  name?: string | undefined,
  kind?: "holiday" | "special",
];

/** Where a whole holiday's closure ends: with its date and all windows that start on it. */
export const closing = (zone: Zone, week: readonly Window[][], day: number): number =>
  Math.max(
    instantOf(zone, (day + 1) * DAY),
    ...windowsOf(week, day).map((window) => onDate(zone, day, window)[1]),
  );

/**
 * The time that a holiday closes. A whole one closes its local date and the windows that start on it. A partial one
 * closes its wall time, from the first occurrence of its beginning to the last of its end.
 */
export function closureOf(holiday: ParsedHoliday, week: readonly Window[][], zone: Zone): Mark {
  const { day, name, whole } = holiday;
  const [start, end] = onDate(zone, day, holiday);
  return [start, whole ? closing(zone, week, day) : end, whole ? undefined : false, name, "holiday"];
}
