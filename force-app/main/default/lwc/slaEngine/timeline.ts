/** Coverage along a clock whose calendar may change. Each regime's calendar counts from its instant on. */
import type { Duration, Instant, Regimes } from "c/slaPolicy";
import type { LedgerEntry } from "./types.ts";
import type { CompiledPolicy } from "./with-host.ts";

type Calendars = Pick<CompiledPolicy, "calendar">;

/** The coverage from the first regime's start to an instant, in ms. */
export function coverage(regimes: Regimes, compiled: Calendars, to: Instant): Duration {
  let total = 0;
  regimes.forEach(({ from, calendar }, i) => {
    const end = Math.min(regimes[i + 1]?.from ?? to, to);
    if (end > from) total += compiled.calendar(calendar).elapsed(from, end);
  });
  return total;
}

/** The earliest instant (ms) at which this much coverage has passed since the first regime's start. */
export function reached(regimes: Regimes, compiled: Calendars, amount: Duration): Instant {
  let left = amount;
  for (let i = 0; ; i++) {
    const { from, calendar } = regimes[i]!;
    const days = compiled.calendar(calendar);
    const next = regimes[i + 1];
    const here = next ? days.elapsed(from, next.from) : Infinity;
    if (left <= here) return days.add(from, left);
    left -= here;
  }
}

/** The calendar in force at an instant. */
export function calendarAt(regimes: Regimes, at: Instant): string {
  let current = regimes[0]!.calendar;
  for (const { from, calendar } of regimes) if (from <= at) current = calendar;
  return current;
}

/** The ledger from the first regime's start to `to`. Its entries add up to exactly the coverage. */
export function ledger(regimes: Regimes, compiled: Calendars, to: Instant): LedgerEntry[] {
  return regimes.flatMap(({ from, calendar }, i) =>
    compiled
      .calendar(calendar)
      .segments(from, Math.min(regimes[i + 1]?.from ?? to, to))
      .map((segment) => ({ ...segment, counted: segment.open ? segment.end - segment.start : 0, calendar })),
  );
}
