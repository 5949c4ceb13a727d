import { nextInstant, type Clock } from "c/slaEngine";

/**
 * The next instant at which there is something to do for a clock: a step to decide, or a status to change without one.
 * The latter where the step stands in the ledger already and has moved since, or where the list has none there.
 */
export function nextLook(clock: Clock, recorded: ReadonlySet<string>, now: number): number | null {
  const step = nextInstant(clock, recorded) ?? Infinity;
  if (clock.endedAt !== null || clock.dueAt === null) return null;
  const atRisk = clock.steps.find(({ name }) => name === "warning")?.at ?? Infinity;
  const next = Math.min(step, ...[atRisk, clock.dueAt].filter((at) => at > now));
  return next === Infinity ? null : next;
}
