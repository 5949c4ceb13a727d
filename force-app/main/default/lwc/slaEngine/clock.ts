/** The acknowledgement clock (rules, section 3): a pure function of facts, contracts and the present instant. */
import { categoryVerdict, channelVerdict, checkInstant, wallClock } from "c/slaPolicy";
import type { CompiledPolicy, Duration, Instant, Policy } from "c/slaPolicy";
import type { Cycle, Ending } from "./cycle.ts";
import { replay } from "./replay.ts";
import { stepsOf } from "./steps.ts";
import type { Regimes } from "./timeline.ts";
import { calendarAt, coverage, ledger } from "./timeline.ts";
import type { Clock, Contract, Explanation, Fact, NotCoveredReason, SlaStatus, Step } from "./types.ts";

/**
 * One clock per cycle, the current one last; [] while the case's creation is not among the facts. Facts may come in any
 * order, with duplicates. Throws a TypeError or RangeError when `now` is no instant.
 */
export function computeClocks(facts: readonly Fact[], contracts: readonly Contract[], now: Instant): Clock[] {
  checkInstant(now, "now");
  return replay(facts, contracts, now).map((cycle) =>
    cycle.deadline ? covered(cycle, now) : notCovered(cycle, cycle.notCovered!, contracts[0]?.policy),
  );
}

function notCovered(cycle: Cycle, reason: NotCoveredReason, policy: Policy | undefined): Clock {
  const { priority, category } = cycle.state;
  // without a policy that can be read, what the case says is all there is
  const needsQuote = Array.isArray(policy?.categories) && !categoryVerdict(policy, category).covered;
  const declared =
    priority !== null && (!policy?.targets || Object.hasOwn(policy.targets, priority)) ? priority : null;
  return {
    cycle: cycle.number,
    status: "Not Covered",
    contractId: null,
    notCovered: reason,
    startedAt: cycle.start,
    dueAt: null,
    target: null,
    elapsed: null,
    declaredPriority: priority,
    effectivePriority:
      (needsQuote ? policy.quotedPriority : declared || null) ?? policy?.defaultPriority ?? "P3",
    needsQuote,
    channelNotCovered: false,
    endedAt: null,
    endReason: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    evidence: null,
    calendars: [],
    steps: [],
    explanation: null,
    inferred: cycle.inferred,
  };
}

function covered(cycle: Cycle, now: Instant): Clock {
  const { compiled, contractId } = cycle.governing!;
  const { start, due, regimes } = cycle.deadline!;
  const { end, state } = cycle;
  const { policy } = compiled;
  const steps = stepsOf(compiled, regimes, due);
  const acknowledged = end?.reason === "acknowledged" ? end : null;
  return {
    cycle: cycle.number,
    status: end ? endStatus(end, due) : runningStatus(steps, due, now),
    contractId,
    notCovered: null,
    startedAt: start,
    dueAt: due,
    target: coverage(regimes, compiled, due),
    elapsed: coverage(regimes, compiled, end?.at ?? now),
    declaredPriority: state.priority,
    effectivePriority: cycle.priority,
    needsQuote: !categoryVerdict(policy, state.category).covered,
    channelNotCovered: !channelVerdict(policy, state.channel, cycle.priority).allowed,
    endedAt: end?.at ?? null,
    endReason: end?.reason ?? null,
    acknowledgedAt: acknowledged?.at ?? null,
    acknowledgedBy: acknowledged?.by ?? null,
    evidence: acknowledged?.evidence ?? null,
    calendars: regimes.map((regime) => ({ ...regime })),
    steps,
    explanation: explain(cycle, compiled),
    inferred: cycle.inferred,
  };
}

const endStatus = ({ at, reason }: Ending, due: Instant): SlaStatus => {
  if (reason === "acknowledged") return at <= due ? "Acknowledged" : "Acknowledged Late";
  return at < due ? "Cancelled" : "Breached";
};

function runningStatus(steps: readonly Step[], due: Instant, at: Instant): SlaStatus {
  if (at >= due) return "Breached";
  return steps.some((step) => step.name === "warning" && step.at <= at) ? "At Risk" : "Running";
}

function explain(cycle: Cycle, compiled: CompiledPolicy): Explanation {
  const { start, due, regimes, changes, commitment } = cycle.deadline!;
  const { policy } = compiled;
  return {
    policyVersion: policy.version,
    timeZone: policy.timeZone,
    plan: policy.plan,
    priority: commitment.priority,
    start,
    due,
    target: coverage(regimes, compiled, due),
    entries: ledger(regimes, compiled, due),
    changes: [...changes],
    beyondKnownHolidays: beyondKnownHolidays(policy, regimes, due),
  };
}

/** Whether some of the way to the due instant lies in years whose holidays are not known. */
function beyondKnownHolidays(policy: Policy, regimes: Regimes, due: Instant): boolean {
  const { timeZone, holidaysKnown: known } = policy;
  const isKnown = (at: Instant) => {
    const { date } = wallClock(timeZone, at);
    return known.from <= date && date <= known.to;
  };
  return regimes.some(({ from, calendar }, i) => {
    if (policy.calendars[calendar]!.alwaysOpen) return false;
    const to = Math.min(regimes[i + 1]?.from ?? due, due);
    return !isKnown(from) || !isKnown(to);
  });
}

/**
 * A clock at an instant, without computing it anew: for a page that ticks. A clock that has ended stays as it is; one that
 * is Not Covered reads zero. `remaining` goes below zero once the target is used up; `share` is 1 at the target.
 */
export function readClock(
  clock: Clock,
  compiled: CompiledPolicy,
  at: Instant,
): {
  status: SlaStatus;
  elapsed: Duration;
  remaining: Duration;
  share: number;
  open: boolean;
  nextOpening: Instant;
} {
  checkInstant(at, "at");
  const { dueAt, calendars } = clock;
  if (dueAt === null) {
    return { status: clock.status, elapsed: 0, remaining: 0, share: 0, open: false, nextOpening: at };
  }
  const calendar = compiled.calendar(calendarAt(calendars, at));
  const ended = clock.endedAt !== null;
  const target = clock.target!;
  const elapsed = coverage(calendars, compiled, clock.endedAt ?? at);
  return {
    status: ended ? clock.status : runningStatus(clock.steps, dueAt, at),
    elapsed,
    remaining: target - elapsed,
    share: elapsed / target,
    open: calendar.isOpen(at),
    nextOpening: calendar.nextOpening(at),
  };
}
