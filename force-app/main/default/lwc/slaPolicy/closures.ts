/** Windows and holidays on real dates. */
import { DAY, MINUTE } from "./civil.ts";
import type { ParsedHoliday } from "./holiday.ts";
import { byStart } from "./stretches.ts";
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

/**
 * The time that each holiday closes, by start. A whole holiday closes its local date and the windows that start on
 * it. A partial one closes its wall time, from the first occurrence of its beginning to the last of its end.
 */
export const closuresOf = (
  holidays: readonly ParsedHoliday[],
  week: readonly Window[][],
  zone: Zone,
): Mark[] =>
  holidays
    .map((holiday): Mark => {
      const { day, name, whole } = holiday;
      const date = onDate(zone, day, holiday);
      let end = date[1];
      if (whole) for (const window of windowsOf(week, day)) end = Math.max(end, onDate(zone, day, window)[1]);
      return [date[0], end, whole ? undefined : false, name, "holiday"];
    })
    .sort(byStart);
