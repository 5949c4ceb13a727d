import { computeClocks, type SlaClock, type Contract, type Fact } from "c/slaEngine";
import type { StepTable } from "../store/schema.ts";

/**
 * Finds the recorded steps that today's facts show to be wrong.
 * A fact at or before a step's instant can make the step wrong. A later fact cannot.
 */
export function corrections(
  facts: readonly Fact[],
  contracts: readonly Contract[],
  clocks: readonly SlaClock[],
  steps: readonly StepTable[],
  now: number,
): StepTable[] {
  return steps.filter((row) => {
    if (row.superseded_at !== null || row.outcome === "silent") return false;
    const clock = clocks.find((c) => c.cycle === row.cycle);
    if (clock === undefined) return true;
    // A clock that ended at its due instant is breached: the ending came too late to prevent the step.
    if (clock.status === "Breached" && row.due_at === clock.dueAt) return false;
    if (clock.endedAt !== null && clock.endedAt <= row.due_at) return true;
    const step = clock.steps.find((s) => s.name === row.step);
    if (step !== undefined && step.at <= row.due_at) return false;
    if (clock.dueAt === null) return true;
    // The step's instant has moved. We recompute to learn whether an earlier fact moved it, or a later one.
    const then = computeClocks(
      facts.filter((fact) => fact.at < row.due_at),
      contracts,
      now,
    ).find((c) => c.cycle === row.cycle);
    const stood = then?.steps.find((s) => s.name === row.step);
    return stood === undefined || stood.at > row.due_at;
  });
}
