/**
 * Business time the slow way, by Temporal: every window of every date becomes two instants, and a question is answered by walking over
 * them. It shares nothing with the engine but the rules.
 */
import { Temporal } from "temporal-polyfill";
import type { CalendarSpec, Weekday } from "../../slaEngine.ts";

const DAYS: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
type Stretch = [start: number, end: number];

/** The instant of a wall time. One that is skipped: after the gap; one that occurs twice: as asked. */
export function instant(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
  twice: "earlier" | "later",
): number {
  const wall = date.toPlainDateTime(Temporal.PlainTime.from(time));
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(timeZone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds;
  if (earlier.toPlainDateTime().equals(wall))
    return (twice === "earlier" ? earlier : later).epochMilliseconds;
  return earlier.getTimeZoneTransition("next")!.epochMilliseconds;
}

const midnight = (date: Temporal.PlainDate, timeZone: string) =>
  date.toZonedDateTime({ timeZone }).epochMilliseconds;

function closing(date: Temporal.PlainDate, from: string, to: string, timeZone: string): number {
  if (to === "24:00") return midnight(date.add({ days: 1 }), timeZone);
  return instant(to > from ? date : date.add({ days: 1 }), to, timeZone, "later");
}

/** The coverage of the dates from `first` to `last`, as disjoint stretches in order. */
export function stretchesOf(spec: CalendarSpec, first: string, last: string): Stretch[] {
  const { timeZone, weekly } = spec;
  const holidays = (spec.holidays ?? []).map((h) => (typeof h === "string" ? { date: h } : h));
  const open: Stretch[] = [];
  const end = Temporal.PlainDate.from(last);
  for (
    let date = Temporal.PlainDate.from(first);
    Temporal.PlainDate.compare(date, end) <= 0;
    date = date.add({ days: 1 })
  ) {
    const named = holidays.filter((h) => h.date === date.toString());
    if (named.some((h) => !("from" in h) && !("to" in h))) continue;
    for (const [from, to] of weekly[DAYS[date.dayOfWeek - 1]!] ?? []) {
      open.push([instant(date, from, timeZone, "earlier"), closing(date, from, to, timeZone)]);
    }
  }
  let result = union(open);
  for (const h of holidays) {
    const { from, to } = h as { from?: string; to?: string };
    if (from === undefined && to === undefined) continue;
    const date = Temporal.PlainDate.from(h.date);
    const start = from === undefined ? midnight(date, timeZone) : instant(date, from, timeZone, "earlier");
    const stop = closing(date, "00:00", to ?? "24:00", timeZone);
    result = result.flatMap(([a, b]): Stretch[] => [
      [a, Math.min(b, Math.max(a, start))],
      [Math.max(a, Math.min(b, stop)), b],
    ]);
    result = union(result);
  }
  return result;
}

function union(stretches: Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const [start, end] of stretches.filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

export function elapsed(stretches: readonly Stretch[], from: number, to: number): number {
  if (to < from) return -elapsed(stretches, to, from);
  return stretches.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
}

/** The earliest instant with so much coverage; undefined past the stretches. */
export function add(stretches: readonly Stretch[], start: number, duration: number): number | undefined {
  let left = duration;
  if (left > 0) {
    for (const [a, b] of stretches) {
      const here = Math.max(0, b - Math.max(a, start));
      if (here > 0 && here >= left) return Math.max(a, start) + left;
      left -= here;
    }
  } else if (left < 0) {
    for (const [a, b] of [...stretches].reverse()) {
      const here = Math.max(0, Math.min(b, start) - a);
      if (here > 0 && here >= -left) {
        // the latest: at a stretch's very beginning, it is that beginning
        return Math.min(b, start) + left;
      }
      left += here;
    }
  } else return start;
  return undefined;
}
