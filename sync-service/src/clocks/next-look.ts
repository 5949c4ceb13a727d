import { nextInstant, type SlaClock } from "c/slaEngine";

/**
 * The next instant (ms) at which the service must look at a clock: to decide a step, or to change only the status.
 * Only the status changes if the step is in the ledger already and has moved, or if the list has no step there.
 */
export function nextLook(clock: SlaClock, recorded: ReadonlySet<string>, now: number): number | null {
  const step = nextInstant(clock, recorded) ?? Infinity;
  if (clock.endedAt !== null || clock.dueAt === null) return null;
  const atRisk = clock.steps.find(({ name }) => name === "warning")?.at ?? Infinity;
  const next = Math.min(step, ...[atRisk, clock.dueAt].filter((at) => at > now));
  return next === Infinity ? null : next;
}
