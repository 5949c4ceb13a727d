/** A promise under way: its due instant and how changes of priority move it (rules, section 3). */
import type { Commitment, Duration, Instant, Regimes } from "c/slaPolicy";
import type { DeadlineChange } from "./types.ts";
import type { CompiledPolicy } from "./with-host.ts";

export interface Deadline {
  readonly start: Instant;
  readonly due: Instant;
  /** The effective commitment of the deadline, after the last change before it. */
  readonly commitment: Commitment;
  readonly regimes: Regimes;
  readonly changes: readonly DeadlineChange[];
  /** The rest of the target of each earlier priority in this cycle, as coverage from when it last began. */
  readonly left: ReadonlyMap<string, Duration>;
  /** The instant from which the present priority holds. */
  readonly since: Instant;
}

/** The coverage of a target for a case that opens at `start`. */
function measure(compiled: CompiledPolicy, start: Instant, { calendar, target }: Commitment): Duration {
  return compiled.calendar(calendar).elapsed(start, compiled.due(start, calendar, target));
}

export function begin(compiled: CompiledPolicy, start: Instant, commitment: Commitment): Deadline {
  const { calendar, target, priority } = commitment;
  return {
    start,
    due: compiled.due(start, calendar, target),
    commitment,
    regimes: [{ from: start, calendar }],
    changes: [],
    left: new Map([[priority, measure(compiled, start, commitment)]]),
    since: start,
  };
}

/**
 * The deadline after a change of the effective priority at `at`. A change at or after the due instant moves nothing.
 */
export function reprioritise(
  compiled: CompiledPolicy,
  deadline: Deadline,
  at: Instant,
  to: Commitment,
): Deadline {
  const { start, due, commitment: from, since } = deadline;
  if (to.priority === from.priority || at >= due) return deadline;

  const left = new Map(deadline.left);
  const held = compiled.calendar(from.calendar).elapsed(since, at);
  left.set(from.priority, Math.max(0, left.get(from.priority)! - held));

  const before = left.get(to.priority);
  const anew =
    before === undefined
      ? compiled.due(at, to.calendar, to.target)
      : compiled.calendar(to.calendar).add(at, before);
  if (before === undefined) left.set(to.priority, measure(compiled, at, to));
  const fromStart = compiled.due(start, to.calendar, to.target);
  const dueAfter = fromStart < due ? Math.min(due, anew) : Math.max(due, fromStart);

  const change = {
    at,
    from: { priority: from.priority, target: from.target, calendar: from.calendar },
    to: { priority: to.priority, target: to.target, calendar: to.calendar },
    dueBefore: due,
    dueAfter,
  };
  const regimes = [...deadline.regimes];
  // a priority that is set at the instant of the start replaces the first one
  if (regimes.at(-1)!.from === at) regimes.pop();
  if (regimes.at(-1)?.calendar !== to.calendar) regimes.push({ from: at, calendar: to.calendar });
  return {
    start,
    due: dueAfter,
    commitment: to,
    regimes,
    changes: [...deadline.changes, change],
    left,
    since: at,
  };
}
