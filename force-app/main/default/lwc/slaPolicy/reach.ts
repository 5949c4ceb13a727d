/** How far a promise reaches by its weekly pattern: to a due instant that anyone plans for, by a ledger that anyone reads. */
import { MOST } from "./bounds.ts";
import { MINUTE } from "./civil.ts";
import { parseStepTime } from "./step-time.ts";
import type { StepSpec, TargetSpec } from "./types.ts";
import type { Coverage } from "./week.ts";
import { lengthsOf, parseWeek, weeklyOf } from "./week.ts";

/** What of it is too far: the due instant (0), the openings on its way (1), the last step (2), or nothing (-1). */
export function reachFault(coverage: Coverage, target: TargetSpec, steps: readonly StepSpec[]): number {
  const lengths = lengthsOf(coverage);
  const minutes = lengths.reduce((sum, length) => sum + length, 0);
  const [unit, amount] = Object.entries(target)[0]! as [string, number];
  const weeks =
    unit === "businessDays" ? amount / lengths.length : (amount * (unit === "hours" ? 60 : 1)) / minutes;
  const isFar = ({ at }: StepSpec) => {
    const { share, offset } = parseStepTime(at)!;
    return weeks * share + offset / MINUTE / minutes > MOST.weeks;
  };
  const openings = weeks * parseWeek(weeklyOf(coverage)).flat().length;
  return [weeks > MOST.weeks, openings > MOST.openings, steps.some(isFar)].indexOf(true);
}
