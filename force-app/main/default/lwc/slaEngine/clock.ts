/** The acknowledgement clock (rules, section 3): a pure function of facts, contracts and the present instant. */
import { acknowledgedStatus, endedStatus, hasChannel, isQuoted, runningStatus } from "c/slaPolicy";
import { DAY } from "c/slaPolicyCheck";
import { beyondKnownHolidays } from "c/slaSegments";
import type { Duration, Instant, Policy } from "c/slaPolicy";
import type { Cycle, Ending } from "./cycle.ts";
import { checkInstant } from "./instants.ts";
import { adoptions, beforeLaw, lawBetween } from "./law.ts";
import { replay } from "./replay.ts";
import { stepsOf } from "./steps.ts";
import { calendarAt, coverage, ledger } from "./timeline.ts";
import type { SlaClock, Contract, Explanation, Fact, NotCoveredReason, SlaStatus, Step } from "./types.ts";
import type { CompiledPolicy } from "./with-host.ts";

/**
 * Computes one clock for each cycle, the current one last. Returns [] if the facts do not hold the case's creation.
 * Facts may come in any order and with duplicates. Throws a TypeError or RangeError if `now` is not an instant.
 */
export function computeClocks(
  facts: readonly Fact[],
  contracts: readonly Contract[],
  now: Instant,
): SlaClock[] {
  checkInstant(now, "now");
  const adopted = adoptions(contracts);
  let clocks = clocksUnder(facts, adopted.length > 0 ? beforeLaw(contracts, adopted[0]!) : contracts, now);
  // each change of a zone's law moves only the clocks that ran at that instant
  for (const [i, at] of adopted.entries()) {
    const later = clocksUnder(facts, beforeLaw(contracts, adopted[i + 1] ?? Infinity), now);
    const earlier = clocks;
    clocks = later.map((clock, n) => underNewLaw(earlier[n], clock, at));
  }
  return clocks;
}

const clocksUnder = (facts: readonly Fact[], contracts: readonly Contract[], now: Instant): SlaClock[] =>
  replay(facts, contracts, now).map((cycle) =>
    cycle.deadline ? covered(cycle, now) : notCovered(cycle, cycle.notCovered!, contracts[0]?.policy),
  );

/** The clock after its zone's law changed at an instant. A clock that had ended does not change. */
function underNewLaw(before: SlaClock | undefined, after: SlaClock, at: Instant): SlaClock {
  if (before === undefined || before.startedAt >= at) return after;
  if (before.endedAt !== null && before.endedAt <= at) return before;
  const [was, is] = [before.explanation, after.explanation];
  if (!was || !is) return after;
  const moves = (clock: SlaClock) =>
    JSON.stringify([clock.steps.map((step) => step.at), clock.explanation!.entries]);
  const change = { at, version: is.zone.version, dueBefore: was.due, dueAfter: is.due };
  const lawChanges = moves(before) === moves(after) ? was.lawChanges : [...was.lawChanges, change];
  return { ...after, explanation: { ...is, lawChanges } };
}

function notCovered(cycle: Cycle, reason: NotCoveredReason, policy: Policy | undefined): SlaClock {
  const { priority, category } = cycle.state;
  // if nobody can read the policy, we only know the values of the case
  const needsQuote = Array.isArray(policy?.categories) && isQuoted(policy, category);
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

function covered(cycle: Cycle, now: Instant): SlaClock {
  const { compiled, contractId } = cycle.governing!;
  const { start, due, regimes } = cycle.deadline!;
  const { end, state } = cycle;
  const { policy } = compiled;
  const steps = stepsOf(compiled, regimes, due);
  const acknowledged = end?.reason === "acknowledged" ? end : null;
  return {
    cycle: cycle.number,
    status: end ? endStatus(end, due) : statusAt(steps, due, now),
    contractId,
    notCovered: null,
    startedAt: start,
    dueAt: due,
    target: coverage(regimes, compiled, due),
    elapsed: coverage(regimes, compiled, end?.at ?? now),
    declaredPriority: state.priority,
    effectivePriority: cycle.priority,
    needsQuote: isQuoted(policy, state.category),
    channelNotCovered: !hasChannel(policy, state.channel, cycle.priority),
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

const endStatus = ({ at, reason }: Ending, due: Instant): SlaStatus =>
  (reason === "acknowledged" ? acknowledgedStatus : endedStatus)(at, due);

const statusAt = (steps: readonly Step[], due: Instant, at: Instant): SlaStatus =>
  runningStatus(
    at,
    due,
    steps.some((step) => step.name === "warning" && step.at <= at),
  );

/** The ledger also shows the steps after the due instant. */
const LEDGER_MARGIN = 45 * DAY;

function explain(cycle: Cycle, compiled: CompiledPolicy): Explanation {
  const { start, due, regimes, changes, commitment } = cycle.deadline!;
  const { policy, zone } = compiled;
  return {
    policyVersion: policy.version,
    timeZone: policy.timeZone,
    zone: lawBetween(zone, start - LEDGER_MARGIN, due + LEDGER_MARGIN),
    plan: policy.plan,
    priority: commitment.priority,
    start,
    due,
    target: coverage(regimes, compiled, due),
    entries: ledger(regimes, compiled, due),
    changes: [...changes],
    lawChanges: [],
    beyondKnownHolidays: beyondKnownHolidays(policy, zone, regimes, due),
  };
}

/**
 * Reads a clock at an instant without computing it again, for a page that ticks. A clock that has ended does not
 * change. A clock that is Not Covered reads zero. `remaining` is negative after the due instant. `share` is 1 at the
 * target.
 */
export function readClock(
  clock: SlaClock,
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
    status: ended ? clock.status : statusAt(clock.steps, dueAt, at),
    elapsed,
    remaining: target - elapsed,
    share: elapsed / target,
    open: calendar.isOpen(at),
    nextOpening: calendar.nextOpening(at),
  };
}
