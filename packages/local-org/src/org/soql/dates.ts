/** Date literals in the user's time zone, and the date functions (in UTC, unless convertTimezone). */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The zone's offset from UTC at an instant, in ms. East is positive. */
export function offsetAt(ms: number, zone: string): number {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formatters.set(zone, formatter);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(ms)) parts[type] = Number(value);
  return (
    Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!) -
    Math.floor(ms / 1000) * 1000
  );
}

/** The instant at which a local date begins in a zone. */
function instantOf(year: number, month: number, day: number, zone: string): number {
  const wall = Date.UTC(year, month, day);
  const first = wall - offsetAt(wall, zone);
  return wall - offsetAt(first, zone);
}

export interface Span {
  /** The first instant, in ms. It belongs to the span. */
  from: number;
  /** The end in ms. It does not belong to the span. */
  to: number;
}

type Unit = "DAY" | "WEEK" | "MONTH" | "QUARTER" | "YEAR";

/** Reads `TODAY`, `LAST_N_DAYS:3`, `THIS_QUARTER` … Weeks begin on Sunday, as in an English org. */
export function span(literal: string, now: number, zone: string): Span | undefined {
  const local = new Date(now + offsetAt(now, zone));
  const y = local.getUTCFullYear();
  const m = local.getUTCMonth();
  const d = local.getUTCDate();
  const at = (year: number, month: number, day: number) => instantOf(year, month, day, zone);
  const begin = (unit: Unit, shift: number): number => {
    switch (unit) {
      case "DAY":
        return at(y, m, d + shift);
      case "WEEK":
        return at(y, m, d - local.getUTCDay() + 7 * shift);
      case "MONTH":
        return at(y, m + shift, 1);
      case "QUARTER":
        return at(y, Math.floor(m / 3) * 3 + 3 * shift, 1);
      case "YEAR":
        return at(y + shift, 0, 1);
    }
  };
  const units = (unit: Unit, from: number, to: number): Span => ({
    from: begin(unit, from),
    to: begin(unit, to),
  });
  const [name = "", count = ""] = literal.toUpperCase().replace("FISCAL_", "").split(":");
  const n = Number(count);
  switch (name) {
    case "TODAY":
      return units("DAY", 0, 1);
    case "YESTERDAY":
      return units("DAY", -1, 0);
    case "TOMORROW":
      return units("DAY", 1, 2);
    case "LAST_90_DAYS":
      return units("DAY", -90, 1);
    case "NEXT_90_DAYS":
      return units("DAY", 1, 91);
  }
  const simple = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name);
  if (simple !== null) {
    const shift = { LAST: -1, THIS: 0, NEXT: 1 }[simple[1] as "LAST"];
    return units(simple[2] as Unit, shift, shift + 1);
  }
  const counted = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S$/.exec(name);
  if (counted !== null) {
    const unit = counted[2] as Unit;
    // LAST_N_DAYS includes the current day, but LAST_N_WEEKS and longer units do not include the current one
    if (counted[1] === "LAST") return units(unit, unit === "DAY" ? -n : -n, unit === "DAY" ? 1 : 0);
    return units(unit, 1, n + 1);
  }
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/.exec(name);
  if (ago !== null) return units(ago[1] as Unit, -n, -n + 1);
  return undefined;
}

/** The date functions by name. They take ms, shifted to the wanted zone before, and give a number or a date. */
export const dateFunctions: Record<string, (ms: number) => number | string> = {
  CALENDAR_YEAR: (ms) => new Date(ms).getUTCFullYear(),
  CALENDAR_QUARTER: (ms) => Math.floor(new Date(ms).getUTCMonth() / 3) + 1,
  CALENDAR_MONTH: (ms) => new Date(ms).getUTCMonth() + 1,
  FISCAL_YEAR: (ms) => new Date(ms).getUTCFullYear(),
  FISCAL_QUARTER: (ms) => Math.floor(new Date(ms).getUTCMonth() / 3) + 1,
  FISCAL_MONTH: (ms) => new Date(ms).getUTCMonth() + 1,
  DAY_IN_MONTH: (ms) => new Date(ms).getUTCDate(),
  DAY_IN_WEEK: (ms) => new Date(ms).getUTCDay() + 1,
  DAY_IN_YEAR: (ms) => Math.floor((ms - Date.UTC(new Date(ms).getUTCFullYear(), 0, 1)) / 864e5) + 1,
  DAY_ONLY: (ms) => new Date(ms).toISOString().slice(0, 10),
  HOUR_IN_DAY: (ms) => new Date(ms).getUTCHours(),
  WEEK_IN_MONTH: (ms) => Math.ceil(new Date(ms).getUTCDate() / 7),
  WEEK_IN_YEAR: (ms) => Math.floor((ms - Date.UTC(new Date(ms).getUTCFullYear(), 0, 1)) / (7 * 864e5)) + 1,
};
