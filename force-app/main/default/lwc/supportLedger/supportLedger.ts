/**
 * The steps of a clock and its ledger: what the card of a case shows beside the timer. Lists of cases do not load this.
 */
import type { Explanation, LedgerEntry } from "c/slaEngine";
import type { Text, Zone } from "c/slaPolicy";
import { beyondKnownHolidays, placeSteps, segmentsOf } from "c/slaSegments";
import { explanationIn, zoneWritten, type CaseClock, type CaseRecord, type Support } from "c/supportContract";

export interface ClockStep {
  name: string;
  label: Text;
  /** Share of the target at which it falls; 1 is due. */
  share: number;
  at: number;
}

/** The plan's steps on this clock, by the instant at which each falls. */
export function stepsOf(clock: CaseClock, support: Support): ClockStep[] {
  const { calendar, dueAt, startedAt, target } = clock;
  if (!calendar || dueAt === null || target <= 0) return [];
  const oneCalendar = calendar.elapsed(startedAt, dueAt) === target;
  const steps = placeSteps(support.compiled.policy.steps, {
    target,
    due: dueAt,
    // the earlier calendars of a clock are not known here, so we count back from the due instant
    reached: (amount) =>
      oneCalendar
        ? calendar.add(startedAt, amount)
        : Math.max(startedAt + amount, calendar.add(dueAt, amount - target)),
    pastDue: (amount) => calendar.add(dueAt, amount),
  });
  return steps.map(({ spec: { name, label }, beyond, at }) => ({
    ...{ name, label, share: 1 + beyond / target, at },
  }));
}

export interface Ledger {
  entries: LedgerEntry[];
  changes: Explanation["changes"];
  lawChanges: Explanation["lawChanges"];
  target: number;
  zone: Zone;
  policyVersion: string;
  beyondKnownHolidays: boolean;
  /** Stretches in the middle that the field could not hold. */
  omitted: number;
}

/** The written explanation when it is of this deadline, else the same one computed here. */
export function ledgerOf(record: CaseRecord, clock: CaseClock, support: Support | null): Ledger | null {
  const written = explanationIn(record.explanation);
  if (written && !clock.provisional && written.due === clock.dueAt)
    return { ...written, zone: zoneWritten(record) ?? clock.zone, omitted: written.cut?.omitted ?? 0 };
  if (!clock.calendar || clock.dueAt === null || !support) return null;
  const entries = segmentsOf(clock.calendar, clock.startedAt, clock.dueAt).map((segment) => ({
    ...segment,
    counted: segment.open ? segment.end - segment.start : 0,
    calendar: clock.calendarKey,
  }));
  return {
    entries,
    changes: [],
    lawChanges: [],
    target: clock.target,
    zone: clock.zone,
    policyVersion: support.compiled.policy.version,
    beyondKnownHolidays: beyondKnownHolidays(
      support.compiled.policy,
      support.zone,
      [{ from: clock.startedAt, calendar: clock.calendarKey }],
      clock.dueAt,
    ),
    omitted: 0,
  };
}
