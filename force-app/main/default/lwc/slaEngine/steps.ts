/** The steps on the way to a deadline and past it (rules, section 3). */
import { parseStepTime } from "c/slaPolicy";
import { placeSteps } from "c/slaSegments";
import type { Instant, Regimes } from "c/slaPolicy";
import { calendarAt, coverage, reached } from "./timeline.ts";
import type { SlaClock, Step } from "./types.ts";
import type { CompiledPolicy } from "./with-host.ts";

/** All steps of a clock, by instant. */
export function stepsOf(compiled: CompiledPolicy, regimes: Regimes, due: Instant): Step[] {
  const last = compiled.calendar(calendarAt(regimes, due));
  const steps = placeSteps(compiled.policy.steps, {
    target: coverage(regimes, compiled, due),
    due,
    reached: (amount) => reached(regimes, compiled, amount),
    pastDue: (amount) => last.add(due, amount),
  });
  return steps.map(({ spec: { name, label, at: time, do: actions }, at }, severity) => {
    const share = time.endsWith("%") ? parseStepTime(time)!.share : null;
    return { name, label, share, at, severity, do: actions };
  });
}

/**
 * Sorts the steps that are due and not yet recorded. The most severe one acts, and it stands for the other ones. A
 * step passes silently on an ended clock, if it was due before the org's onboarding, or if a more severe one was
 * taken.
 */
export function passedSteps(
  clock: SlaClock,
  recorded: ReadonlySet<string>,
  now: Instant,
  onboardedAt: Instant,
): { acts: Step | null; standsFor: Step[]; silent: Step[] } {
  const before = clock.endedAt ?? Infinity;
  const taken = Math.max(
    -1,
    ...clock.steps.filter(({ name }) => recorded.has(name)).map(({ severity }) => severity),
  );
  const passed = clock.steps.filter(({ name, at }) => at <= now && at < before && !recorded.has(name));
  const isSilent = ({ at, severity }: Step) => clock.endedAt !== null || at < onboardedAt || severity < taken;
  const speaking = passed.filter((step) => !isSilent(step));
  return { acts: speaking.pop() ?? null, standsFor: speaking, silent: passed.filter(isSilent) };
}

/** The next instant at which a step of this clock is due. null: no more steps. */
export function nextInstant(clock: SlaClock, recorded: ReadonlySet<string>): Instant | null {
  if (clock.endedAt !== null) return null;
  return clock.steps.find(({ name }) => !recorded.has(name))?.at ?? null;
}
