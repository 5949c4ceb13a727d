/** The steps on the way to a deadline and past it (rules, section 3). */
import { parseStepTime } from "c/slaPolicy";
import type { CompiledPolicy, Instant } from "c/slaPolicy";
import type { Regimes } from "./timeline.ts";
import { calendarAt, coverage, reached } from "./timeline.ts";
import type { SlaClock, Step } from "./types.ts";

/** By instant, all in coverage time. */
export function stepsOf(compiled: CompiledPolicy, regimes: Regimes, due: Instant): Step[] {
  const target = coverage(regimes, compiled, due);
  const last = compiled.calendar(calendarAt(regimes, due));
  /** Of no coverage or less: the instant at which it begins to count, since no step falls outside it. */
  const after = (amount: number) =>
    amount > 0 ? reached(regimes, compiled, amount) : reached(regimes, compiled, 1) - 1;
  return compiled.policy.steps
    .map((step) => {
      const time = parseStepTime(step.at)!;
      const share = "share" in time ? time.share : null;
      const beyond = "share" in time ? Math.round(target * time.share) - target : time.offset;
      let at = due;
      if (beyond > 0) at = last.add(due, beyond);
      else if (beyond < 0) at = after(target + beyond);
      return { name: step.name, label: step.label, share, at, do: step.do, beyond };
    })
    .sort((a, b) => a.at - b.at || a.beyond - b.beyond)
    .map(({ name, label, share, at, do: actions }, severity) => ({
      name,
      label,
      share,
      at,
      severity,
      do: actions,
    }));
}

/**
 * Steps due at or before now and not yet recorded: the one that acts (the most severe), those it stands for, and those
 * that pass silently: of an ended clock, due before the org was onboarded, or less severe than one already taken.
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

/** The next instant at which something is to be decided for this clock; null when nothing more is. */
export function nextInstant(clock: SlaClock, recorded: ReadonlySet<string>): Instant | null {
  if (clock.endedAt !== null) return null;
  return clock.steps.find(({ name }) => !recorded.has(name))?.at ?? null;
}
