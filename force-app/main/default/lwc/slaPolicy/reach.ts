/** How far a promise reaches by its weekly pattern: to a due instant that anyone plans for, by a ledger that anyone reads. */
import { MOST } from "./bounds.ts";
import { MINUTE } from "./civil.ts";
import { parseStepTime } from "./step-time.ts";
import type { StepSpec, TargetSpec } from "./types.ts";
import type { Coverage } from "./week.ts";
import { lengthsOf, parseWeek, weeklyOf } from "./week.ts";

/** What of it is too far, or null: the due instant, the openings on its way, or the last step. */
export function reachFault(
  coverage: Coverage,
  target: TargetSpec,
  steps: readonly StepSpec[],
): "due" | "openings" | "step" | null {
  const lengths = lengthsOf(coverage);
  const minutes = lengths.reduce((sum, length) => sum + length, 0);
  const [unit, amount] = Object.entries(target)[0]! as [string, number];
  const weeks =
    unit === "businessDays" ? amount / lengths.length : (amount * (unit === "hours" ? 60 : 1)) / minutes;
  const isFar = ({ at }: StepSpec) => {
    const { share, offset } = parseStepTime(at)!;
    return weeks * share + offset / MINUTE / minutes > MOST.weeks;
  };
  if (weeks > MOST.weeks) return "due";
  if (weeks * parseWeek(weeklyOf(coverage)).flat().length > MOST.openings) return "openings";
  return steps.some(isFar) ? "step" : null;
}
