// The figures of section 4 once more, in another way: days and windows counted one by one with Temporal.
import { Temporal } from "@js-temporal/polyfill";

export interface Told {
  start: number;
  /** null: nobody acknowledged. */
  acknowledged: number | null;
  /** Closed by the requester, untouched. */
  closed: number | null;
  priority: "P1" | "P3";
}

const holiday = "2026-11-23";
/** Silver: Mon–Fri 09:00–18:00; P1 in 4 h, P3 in one day of 9 h. */
const targets = { P1: 4 * 3_600_000, P3: 9 * 3_600_000 };

const zoned = (at: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

function* windows(from: number, zone: string): Generator<[number, number]> {
  for (let day = zoned(from, zone).toPlainDate(); ; day = day.add({ days: 1 })) {
    if (day.dayOfWeek > 5 || day.toString() === holiday) continue;
    const at = (hour: number) => day.toZonedDateTime({ timeZone: zone, plainTime: { hour } }).epochMilliseconds;
    yield [at(9), at(18)];
  }
}
function used(from: number, to: number, zone: string): number {
  let sum = 0;
  for (const [open, close] of windows(from, zone)) {
    if (open >= to) return sum;
    sum += Math.max(0, Math.min(close, to) - Math.max(open, from));
  }
  return sum;
}
function due(from: number, target: number, zone: string): number {
  let left = target;
  for (const [open, close] of windows(from, zone)) {
    const start = Math.max(open, from);
    if (close <= start) continue;
    if (close - start >= left) return start + left;
    left -= close - start;
  }
  throw new Error("never");
}

export const monthByHand = (at: number, zone: string) => zoned(at, zone).toPlainDate().toString().slice(0, 7);

export function byHand(cases: readonly Told[], zone: string, now: number) {
  const counted: { used: number; target: number; within: boolean }[] = [];
  let waiting = 0;
  let overdue = 0;
  let cancelled = 0;
  for (const { start, acknowledged, closed, priority } of cases) {
    const target = targets[priority];
    const at = due(start, target, zone);
    if (acknowledged !== null)
      counted.push({ used: used(start, acknowledged, zone), target, within: acknowledged <= at });
    else if (closed !== null && closed < at) cancelled++;
    else if (closed !== null) counted.push({ used: used(start, closed, zone), target, within: false });
    else if (at > now) waiting++;
    else {
      overdue++;
      counted.push({ used: used(start, now, zone), target, within: false });
    }
  }
  const minutes = counted.map((one) => one.used / 60_000).sort((a, b) => a - b);
  const half = minutes.length / 2;
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    count: counted.length,
    mean: sum(minutes) / counted.length,
    median: minutes.length % 2 === 1 ? minutes[Math.floor(half)]! : (minutes[half - 1]! + minutes[half]!) / 2,
    p90: minutes[Math.ceil(minutes.length * 0.9) - 1]!,
    within: counted.filter((one) => one.within).length / counted.length,
    budget: sum(counted.map((one) => one.target)) / 60_000 - sum(minutes),
    waiting,
    overdue,
    cancelled,
  };
}
