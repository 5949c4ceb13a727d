/** Business time (rules, section 2). */
import type { Mark } from "./closures.ts";
import { closuresOf } from "./closures.ts";
import { coverageOf } from "./coverage.ts";
import { parseHolidays } from "./holiday.ts";
import type { BusinessCalendar, CalendarSpec, Segment } from "./types.ts";
import { parseSpecial } from "./special.ts";
import { countTo } from "./stretches.ts";
import { parseWeek } from "./week.ts";
import type { Zone } from "./zone.ts";
import { zoneOf } from "./zone.ts";

/** It also tells where coverage ends, without naming each stretch on the way. */
export interface PageCalendar extends BusinessCalendar {
  /** Where the open stretch ends in which an instant lies. */
  closing(at: number): number;
}

/**
 * A calendar that answers in the same time for any span. Instants and durations are ms. Throws for a bad law or wall
 * time, for a calendar without coverage, and for a holiday that does not exist. c/slaPolicyCheck names the fault in a
 * sentence.
 */
export function compileCalendar(spec: CalendarSpec, zone: Zone = zoneOf(spec)): PageCalendar {
  const week = parseWeek(spec.weekly);
  const holidays = parseHolidays(spec.holidays ?? []);
  const special = parseSpecial(spec.special ?? [], zone);
  const closures = closuresOf(holidays, week, zone);
  const marks = [...special, ...closures];
  const whole = new Set(holidays.filter((holiday) => holiday.whole).map(({ day }) => day));
  const { full, by, reached } = coverageOf(week, whole, zone, marks);

  const nextOpening = (at: number) => reached(by(at), true);
  const isOpenFor = (at: number, length: number) => by(at + length) - by(at) === length;
  const closing = (at: number) => {
    const start = Math.floor(at);
    const sum = by(start) - start;
    let end = start;
    // while all is open, coverage grows as time does
    for (let step = 2 ** 50; step >= 1; step /= 2) if (by(end + step) === sum + end + step) end += step;
    return end;
  };
  const [specialAt, closureAt] = [finderIn(special), finderIn(closures)];
  const edges = marks.flatMap(([start, end]) => [start, end]).sort((a, b) => a - b);
  /** What is in force at an instant, and until when. */
  const pieceAt = (at: number): Piece => {
    const closes = closing(at);
    const open = closes > at;
    // special hours win over holidays
    const mark = specialAt(at) ?? (open ? undefined : closureAt(at));
    return {
      open,
      mark,
      end: Math.min(open ? closes : nextOpening(at), edges[countTo(edges, at)] ?? Infinity),
    };
  };
  // many clocks run by one calendar, and all but their first pieces are the same
  const pieces = new Map<number, Piece>();
  const keptAt = (at: number): Piece => {
    const piece = pieces.get(at) ?? pieceAt(at);
    if (pieces.size >= keptPieces) pieces.clear();
    pieces.set(at, piece);
    return piece;
  };
  return {
    add: (start, duration) => (duration ? reached(by(start) + duration, duration < 0) : start),
    elapsed: (from, to) => by(to) - by(from),
    isOpen: (at) => isOpenFor(Math.floor(at), 1),
    nextOpening,
    closing,
    segments(from, to) {
      const segments: Segment[] = [];
      let known: Mark | undefined;
      for (let at = from; at < to;) {
        const { open, mark, end: until } = at === from ? pieceAt(at) : keptAt(at);
        const end = Math.min(until, to);
        const [name, kind] = [mark?.[3], mark?.[4]];
        const last = segments.at(-1);
        if (last?.open === open && known === mark) last.end = end;
        else
          segments.push({
            start: at,
            end,
            open,
            why: open
              ? full && !mark
                ? "alwaysOpen"
                : "window"
              : kind === "holiday"
                ? kind
                : "outsideHours",
            ...(name === undefined ? {} : { [kind!]: name }),
          });
        known = mark;
        at = end;
      }
      return segments;
    },
  };
}

/** A stretch in which one thing is in force. */
interface Piece {
  open: boolean;
  mark: Mark | undefined;
  end: number;
}
/** More than a clock has. They bound the memory of a calendar. */
const keptPieces = 10_000;

/** Answers with the first of these marks, by start, in which an instant lies. */
function finderIn(marks: readonly Mark[]): (at: number) => Mark | undefined {
  // the latest end so far ascends, so a search finds the first mark that can hold an instant
  let latest = -Infinity;
  const ends = marks.map(([, end]) => (latest = Math.max(latest, end)));
  return (at) => {
    for (let i = countTo(ends, at); marks[i] && marks[i]![0] <= at; i++)
      if (at < marks[i]![1]) return marks[i];
    return undefined;
  };
}
