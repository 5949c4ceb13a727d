/** Cases that somebody should hear of: they came into coverage, or rose to a higher priority, while the page looked on. */
import { isWaiting } from "c/slaStatus";
import type { Entry } from "./entries.ts";

/** Coverage that has just begun to count: the page reads a little after the instant itself. */
const JUST_BEGUN = 0.01;

const priorityOf = ({ clock, record }: Entry): string => clock?.priority ?? record.priority ?? "";
const counts = ({ reading }: Entry): boolean => reading !== null && reading.open && isWaiting(reading.status);

/** `before` is what the page showed; P1 comes before P2. */
export function arrivals(before: Entry[], after: Entry[]): Entry[] {
  const known = new Map(before.map((entry) => [entry.record.id, entry]));
  return after.filter((entry) => {
    if (!counts(entry)) return false;
    const was = known.get(entry.record.id);
    if (was === undefined) return true;
    const rose = priorityOf(entry) !== "" && priorityOf(entry) < priorityOf(was);
    const begins = was.reading?.open === false && entry.reading!.share < JUST_BEGUN;
    return rose || begins;
  });
}
