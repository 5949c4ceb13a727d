/** Deadlines on trial: whether a policy's promises can be computed at a cost that nobody else has to bear. */
import { MOST_OPENINGS, MOST_YEARS_AHEAD } from "./bounds.ts";
import { opensMoreThan } from "./calendar.ts";
import { DAY, parseDate } from "./civil.ts";
import type { CompiledPolicy } from "./compiled.ts";
import { compilePolicy } from "./compiled.ts";
import { UTC_LAW } from "./zone.ts";
import { parseStepTime } from "./step-time.ts";
import type { Instant, Policy, StepSpec } from "./types.ts";

/** From the first day whose holidays are known, in years for which zones have rules. */
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);
const AHEAD = MOST_YEARS_AHEAD * 366 * DAY;

/** A promise that cannot be computed at a bearable cost: where it stands, and why, or the engine's own refusal. */
export interface TrialFault {
  path: string;
  why: "far" | "openings" | "step" | Error;
}

/**
 * The first fault of the deadlines of a policy that is otherwise sound, or null. One of each promise is computed, with its last
 * step, up to the first that cannot be: a policy with a fault costs no more than one without.
 */
export function trialFault(policy: Policy): TrialFault | null {
  const first = parseDate(policy.holidaysKnown.from)! * DAY;
  const start = Math.min(Math.max(first, EARLIEST), LATEST);
  // one without a law of its zone, which an older version wrote, is tried in UTC
  const compiled = compilePolicy(policy.zone === undefined ? { ...policy, zone: UTC_LAW } : policy);
  const offers = [policy, ...policy.otherPlans];
  for (const [i, { plan, targets }] of offers.entries()) {
    const offer = i === 0 ? compiled : compiled.offer(plan);
    for (const { code } of policy.priorities) {
      const why = deadlineFault(offer, start, targets[code]!);
      if (why !== null) return { path: `${i === 0 ? "" : `otherPlans[${i - 1}].`}targets.${code}`, why };
    }
  }
  return null;
}

function deadlineFault(
  offer: CompiledPolicy,
  start: Instant,
  { calendar: key, target }: Policy["targets"][string],
): TrialFault["why"] | null {
  try {
    const calendar = offer.calendar(key);
    const due = offer.due(start, key, target);
    if (due - start > AHEAD) return "far";
    if (opensMoreThan(MOST_OPENINGS, calendar, start, due)) return "openings";
    const length = calendar.elapsed(start, due);
    const last = calendar.add(due, Math.max(0, ...offer.policy.steps.map(beyondDue(length))));
    return last - start > AHEAD ? "step" : null;
  } catch (error) {
    return error as Error;
  }
}

/** How much coverage after the due instant a step falls, ms; before it: negative. */
const beyondDue =
  (target: number) =>
  ({ at }: StepSpec): number => {
    const time = parseStepTime(at)!;
    return "share" in time ? Math.round(target * time.share) - target : time.offset;
  };
