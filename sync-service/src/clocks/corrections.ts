import { computeClocks, type Clock, type Contract, type Fact } from "c/slaEngine";
import type { StepTable } from "../store/schema.ts";

/**
 * The recorded steps that would not have been taken, had what is known now been known then. What happened at or
 * before a step's instant could have prevented it; what happened later could not.
 */
export function corrections(
  facts: readonly Fact[],
  contracts: readonly Contract[],
  clocks: readonly Clock[],
  steps: readonly StepTable[],
  now: number,
): StepTable[] {
  return steps.filter((row) => {
    if (row.superseded_at !== null || row.outcome === "silent") return false;
    const clock = clocks.find((c) => c.cycle === row.cycle);
    if (clock === undefined) return true;
    // Breached by ending: what ended it at the due instant did not prevent the breach.
    if (clock.status === "Breached" && row.due_at === clock.dueAt) return false;
    if (clock.endedAt !== null && clock.endedAt <= row.due_at) return true;
    const step = clock.steps.find((s) => s.name === row.step);
    if (step !== undefined && step.at <= row.due_at) return false;
    if (clock.dueAt === null) return true;
    // Its instant has moved. By what happened before it, or by a change that came after and is none of its business?
    const then = computeClocks(
      facts.filter((fact) => fact.at < row.due_at),
      contracts,
      now,
    ).find((c) => c.cycle === row.cycle);
    const stood = then?.steps.find((s) => s.name === row.step);
    return stood === undefined || stood.at > row.due_at;
  });
}
