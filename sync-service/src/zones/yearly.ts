/** A law that goes on for ever: the changes of a year by a rule, for years past those that the data lists. */

export const DAY = 86_400;

/** A change on the same weekday of the same month each year. */
export interface YearlyChange {
  /** 1 to 12 */
  month: number;
  /** 0: Sunday */
  weekday: number;
  /** The earliest day of the month on which it falls, or `last` for the last such weekday. */
  from: number | "last";
  /** Seconds after the midnight of that date, by the clocks as they were before the change. */
  time: number;
  offsetBefore: number;
  offset: number;
}

/** A date of the year as seconds since the epoch, as if it were UTC. */
function dateOf(year: number, { month, weekday, from }: YearlyChange): number {
  const day = (number: number) => Date.UTC(year, month - 1, number) / 1000;
  const weekdayOf = (at: number) => new Date(at * 1000).getUTCDay();
  if (from === "last") {
    const end = Date.UTC(year, month, 0) / 1000;
    return end - ((weekdayOf(end) - weekday + 7) % 7) * DAY;
  }
  const first = day(from);
  return first + ((weekday - weekdayOf(first) + 7) % 7) * DAY;
}

/** The changes of a year, in order: `[instant, offset]` in seconds. */
export const changesOf = (rule: readonly YearlyChange[], year: number): [at: number, offset: number][] =>
  rule
    .map((change): [number, number] => [
      dateOf(year, change) + change.time - change.offsetBefore,
      change.offset,
    ])
    .sort(([a], [b]) => a - b);

/** The rule of a TZif file's footer, such as `EST5EDT,M3.2.0,M11.1.0`. Throws a RangeError for one of another kind. */
export function ruleOfFooter(footer: string): YearlyChange[] {
  const name = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)";
  const parts = new RegExp(`^${name}([+-]?[\\d:]+)(?:${name}([+-]?[\\d:]+)?,([^,]+),([^,]+))?$`).exec(footer);
  if (!parts) throw new RangeError(`the rule ${JSON.stringify(footer)} cannot be read`);
  const [, west, westDaylight, start, end] = parts;
  if (start === undefined) return [];
  const standard = -seconds(west!);
  const daylight = westDaylight === undefined ? standard + 3600 : -seconds(westDaylight);
  return [yearly(start, standard, daylight), yearly(end!, daylight, standard)];
}

function seconds(text: string): number {
  const [hours = "0", minutes = "0", rest = "0"] = text.replace(/^[+-]/, "").split(":");
  return (text.startsWith("-") ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
}

function yearly(text: string, offsetBefore: number, offset: number): YearlyChange {
  const parts = /^M(\d+)\.([1-5])\.([0-6])(?:\/([+-]?[\d:]+))?$/.exec(text);
  if (!parts) throw new RangeError(`the rule ${JSON.stringify(text)} cannot be read`);
  const week = Number(parts[2]);
  return {
    month: Number(parts[1]),
    weekday: Number(parts[3]),
    from: week === 5 ? "last" : week * 7 - 6,
    time: seconds(parts[4] ?? "2"),
    offsetBefore,
    offset,
  };
}
