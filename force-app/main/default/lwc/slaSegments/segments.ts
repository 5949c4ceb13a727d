/** The open and closed stretches of a calendar. */
import type { Mark, PageCalendar, Segment } from "c/slaPolicy";

/** What is in force from an instant on. */
interface Piece {
  open: boolean;
  /** The holiday or the special hours that are in force. */
  mark: Mark | undefined;
  end: number;
}

/** More than a clock has. They bound the memory of a calendar. */
const keptPieces = 10_000;

const pieceFinders = new WeakMap<PageCalendar, (at: number, kept: boolean) => Piece>();

/** Answers which piece of a calendar begins at an instant. */
function piecesOf(calendar: PageCalendar): (at: number, kept: boolean) => Piece {
  const { special } = calendar;
  const closures = calendar.closures();
  const edges = [...special, ...closures].flatMap(([start, end]) => [start, end]);
  const pieceAt = (at: number): Piece => {
    const closes = calendar.closing(at);
    const open = closes > at;
    return {
      open,
      // special hours win over holidays
      mark: markAt(special, at) ?? (open ? undefined : markAt(closures, at)),
      end: Math.min(open ? closes : calendar.nextOpening(at), ...edges.filter((edge) => edge > at)),
    };
  };
  // many clocks run by one calendar, and all but their first pieces are the same
  const pieces = new Map<number, Piece>();
  return (at, kept) => {
    // Stryker disable next-line ConditionalExpression,BooleanLiteral: changes only the speed and what is remembered
    if (!kept) return pieceAt(at);
    const piece = pieces.get(at) ?? pieceAt(at);
    // Stryker disable next-line ConditionalExpression,EqualityOperator: changes only the speed and what is remembered
    if (pieces.size >= keptPieces) pieces.clear();
    pieces.set(at, piece);
    return piece;
  };
}

/** What fills `[from, to)`, in order: each stretch says whether it is open, and why. */
export function segmentsOf(calendar: PageCalendar, from: number, to: number): Segment[] {
  const segments: Segment[] = [];
  let pieceAt = pieceFinders.get(calendar);
  // Stryker disable next-line ConditionalExpression: changes only the speed
  if (!pieceAt) pieceFinders.set(calendar, (pieceAt = piecesOf(calendar)));
  let known: Mark | undefined;
  for (let at = from; at < to;) {
    // Stryker disable next-line ConditionalExpression,EqualityOperator: changes only the speed and what is remembered
    const { open, mark, end: until } = pieceAt(at, at !== from);
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
          ? calendar.full && !mark
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
}

/** The first of these marks in which an instant lies. */
const markAt = (marks: readonly Mark[], at: number): Mark | undefined =>
  marks.find(([start, end]) => start <= at && at < end);
