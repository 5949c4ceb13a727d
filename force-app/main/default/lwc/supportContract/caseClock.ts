/**
 * The clock that a page shows for a case: the deadline that the service wrote. Until then, the page computes it from
 * the contract's policy with the same rules and marks it as provisional.
 */
import {
  acknowledgedStatus,
  beyondDue,
  contractRefusal,
  endedStatus,
  floorToSecond,
  hasChannel,
  runningStatus,
  UTC,
  WAITING_STATES,
  zoneBy,
  type PageCalendar,
  type Text,
  type Zone,
} from "c/slaPolicy";
import type { Explanation, NotCoveredReason, SlaStatus } from "c/slaEngine";
import type { CaseRecord } from "./caseRecord.ts";
import type { Support } from "./support.ts";

export interface CaseClock {
  status: SlaStatus;
  /** What governs: the declared priority, or the lowest one while the category is quoted. */
  priority: string;
  declared: string | null;
  needsQuote: boolean;
  channelNotCovered: boolean;
  startedAt: number;
  /** null only when nothing is promised. */
  dueAt: number | null;
  /** ms of coverage from start to due */
  target: number;
  /** Set once it ended: ms of coverage used. */
  usedAtEnd: number | null;
  endedAt: number | null;
  /** null when the policy cannot be read: then only what is written can be shown. */
  calendar: PageCalendar | null;
  calendarKey: string;
  /** The law of the contract's place: all times of the clock are shown by it. */
  zone: Zone;
  /** Computed here: the service has not written it. */
  provisional: boolean;
  /** Share of the target from which a running clock is at risk. */
  riskShare: number;
  notCovered: NotCoveredReason | string | null;
}

const MINUTE = 60_000;
/** Without a policy to read. */
const defaultRisk = 0.75;
/** Only an overdue clock has used so much: a list of steps without a warning puts no clock at risk. */
const neverAtRisk = 2;

function riskShare({ compiled }: Support, target: number): number {
  const warning = compiled.policy.steps.find((step) => step.name === "warning");
  return warning && target > 0 ? 1 + beyondDue(warning.at, target) / target : neverAtRisk;
}

/**
 * The clock of a case under its contract; null without a written deadline and without a policy to compute.
 * A deadline that is written under a policy that cannot be read is shown by the law that its ledger carries, else in UTC.
 */
export function clockOf(record: CaseRecord, support: Support | null, now: number): CaseClock | null {
  const zone = support?.zone ?? zoneWritten(record) ?? UTC;
  if (record.slaStatus === "Not Covered") return uncovered(record, zone);
  const commitment = support?.compiled.commitment(record.priority, record.category);
  if (record.startedAt !== null && record.dueAt !== null && record.slaStatus !== null) {
    const calendar = support && commitment ? support.compiled.calendar(commitment.calendar) : null;
    const acknowledgedHere = record.acknowledgedById !== null && WAITING_STATES.includes(record.slaStatus);
    const ended = acknowledgedHere || endedUnacknowledged(record);
    const at = record.acknowledgedAt ?? (ended ? floorToSecond(record.modifiedAt) : null);
    const target = record.target ?? calendar?.elapsed(record.startedAt, record.dueAt) ?? 0;
    return {
      // an acknowledgement that the service has not confirmed yet is shown, and says so
      status: acknowledgedHere ? acknowledgedStatus(at!, record.dueAt) : (record.slaStatus as SlaStatus),
      priority: commitment?.priority ?? record.priority ?? "",
      declared: record.priority,
      needsQuote: record.needsQuote || (commitment?.needsQuote ?? false),
      channelNotCovered: record.channelNotCovered,
      startedAt: record.startedAt,
      dueAt: record.dueAt,
      target,
      usedAtEnd:
        at !== null
          ? acknowledgedHere
            ? (calendar?.elapsed(record.startedAt, at) ?? record.elapsed)
            : (record.elapsed ?? calendar?.elapsed(record.startedAt, at) ?? null)
          : null,
      endedAt: at,
      calendar,
      calendarKey: commitment?.calendar ?? "",
      zone,
      provisional: acknowledgedHere,
      riskShare: support ? riskShare(support, target) : defaultRisk,
      notCovered: null,
    };
  }
  if (!support || !commitment) return null;
  const startedAt = floorToSecond(record.createdAt);
  const notCovered =
    record.contractId === null ? "noContract" : contractRefusal(support.contract, zone, startedAt);
  if (notCovered) return { ...uncovered(record, zone), startedAt, provisional: true, notCovered };
  const calendar = support.compiled.calendar(commitment.calendar);
  const dueAt = support.compiled.due(startedAt, commitment.calendar, commitment.target);
  const target = calendar.elapsed(startedAt, dueAt);
  const ended = record.acknowledgedById !== null || record.closed;
  const endedAt = ended
    ? Math.max(startedAt, floorToSecond(record.acknowledgedAt ?? record.modifiedAt))
    : null;
  const clock: CaseClock = {
    status: "Running",
    priority: commitment.priority,
    declared: record.priority,
    needsQuote: commitment.needsQuote,
    channelNotCovered: !hasChannel(support.compiled.policy, record.channel, commitment.priority),
    startedAt,
    dueAt,
    target,
    usedAtEnd: endedAt === null ? null : calendar.elapsed(startedAt, endedAt),
    endedAt,
    calendar,
    calendarKey: commitment.calendar,
    zone,
    provisional: true,
    riskShare: riskShare(support, target),
    notCovered: null,
  };
  if (endedAt === null) return { ...clock, status: readingOf(clock, now).status };
  const ending = record.acknowledgedById !== null ? acknowledgedStatus : endedStatus;
  return { ...clock, status: ending(endedAt, dueAt) };
}

/** No field says when such a clock ended; its used time is written. */
const endedUnacknowledged = ({ slaStatus, closed }: CaseRecord): boolean =>
  slaStatus === "Cancelled" || (slaStatus === "Breached" && closed);

function uncovered(record: CaseRecord, zone: Zone): CaseClock {
  return {
    status: "Not Covered",
    priority: record.priority ?? "",
    declared: record.priority,
    needsQuote: record.needsQuote,
    channelNotCovered: record.channelNotCovered,
    startedAt: record.startedAt ?? record.createdAt,
    dueAt: null,
    target: 0,
    usedAtEnd: null,
    endedAt: null,
    calendar: null,
    calendarKey: "",
    zone,
    provisional: false,
    riskShare: defaultRisk,
    notCovered: record.notCoveredReason ?? "noContract",
  };
}

export interface Reading {
  status: SlaStatus;
  /** ms of coverage left; negative when overdue */
  remaining: number;
  /** Of the target; 1 is due. */
  share: number;
  open: boolean;
  /** When coverage opens or closes next. */
  until: number;
}

const WEEK = 7 * 24 * 60 * MINUTE;

/** The clock at an instant. Holds until `until`, in which time a countdown only adds and subtracts. */
export function readingOf(clock: CaseClock, now: number): Reading {
  const { calendar, dueAt, target } = clock;
  if (clock.endedAt !== null || dueAt === null) {
    const used = clock.usedAtEnd ?? 0;
    return {
      status: clock.status,
      remaining: target - used,
      share: target > 0 ? used / target : 0,
      open: true,
      until: Infinity,
    };
  }
  const open = calendar ? calendar.isOpen(now) : true;
  const remaining = calendar ? calendar.elapsed(now, dueAt) : dueAt - now;
  const share = target > 0 ? (target - remaining) / target : 1;
  return { status: statusAt(clock, now, share), remaining, share, open, until: boundary(clock, now, open) };
}

/** A written status moves by itself at its instants, so that a page left open never shows an old one. */
export function statusAt(clock: CaseClock, now: number, share: number): SlaStatus {
  if (clock.endedAt !== null || clock.dueAt === null) return clock.status;
  if (clock.status !== "Running" && clock.status !== "At Risk") return clock.status;
  return runningStatus(now, clock.dueAt, clock.status === "At Risk" || share >= clock.riskShare);
}

/** When a running clock next enters another state by itself: at risk, then breached. */
export function statusCrossesAt(clock: CaseClock, now: number): number {
  const { calendar, dueAt } = clock;
  if (clock.endedAt !== null || dueAt === null) return Infinity;
  const slack = (1 - clock.riskShare) * clock.target;
  const riskAt = calendar ? calendar.add(dueAt, -slack) : dueAt - slack;
  return Math.min(...[riskAt, dueAt].filter((at) => at > now), Infinity);
}

function boundary({ calendar }: CaseClock, now: number, open: boolean): number {
  if (!calendar) return Infinity;
  if (!open) return calendar.nextOpening(now);
  return Math.min(calendar.closing(now), now + WEEK);
}

/** The explanation that the service wrote, or null. */
export function explanationIn(
  json: string | null,
): (Explanation & { cut?: { after: number; omitted: number } }) | null {
  if (!json) return null;
  try {
    const value = JSON.parse(json);
    return Array.isArray(value?.entries) && typeof value.due === "number"
      ? { changes: [], lawChanges: [], beyondKnownHolidays: false, ...value }
      : null;
  } catch {
    return null;
  }
}

/** The law that the written ledger carries; null: there is no law, or it is damaged. */
export function zoneWritten(record: CaseRecord): Zone | null {
  const written = explanationIn(record.explanation);
  try {
    return written?.zone ? zoneBy(written.timeZone, written.zone) : null;
  } catch {
    return null;
  }
}

/**
 * `clockOf` for a list that is read again and again. An unchanged case keeps the same clock object, so that its timer
 * has nothing to do.
 */
export function clockKeeper(): typeof clockOf {
  const kept = new Map<string, { key: string; contract: unknown; clock: CaseClock | null }>();
  return (record, support, now) => {
    const key = JSON.stringify(record);
    const contract = support?.contract;
    const before = kept.get(record.id);
    if (before && before.key === key && before.contract === contract) return before.clock;
    const clock = clockOf(record, support, now);
    kept.set(record.id, { key, contract, clock });
    return clock;
  };
}

/** How a clock of the case ended before it was reopened. */
export interface EarlierCycle {
  cycle: number;
  status: string;
  end: number | null;
  elapsed: number | null;
  target: number | null;
}

/** The case's clocks before the one its fields tell of, the first first; as the service wrote them. */
export function earlierCycles({ explanation }: CaseRecord): EarlierCycle[] {
  const earlier: unknown = (explanationIn(explanation) as { earlier?: unknown } | null)?.earlier;
  if (!Array.isArray(earlier)) return [];
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  return earlier
    .filter((each) => typeof each?.cycle === "number" && typeof each.status === "string")
    .map(({ cycle, status, end, elapsed, target }) => ({
      ...{ cycle, status, end: number(end), elapsed: number(elapsed), target: number(target) },
    }));
}

/**
 * A case that was reopened at `at`, before the service writes its new clock. The old clock becomes an earlier cycle,
 * and a new one starts.
 */
export function reopened(record: CaseRecord, at: number): CaseRecord {
  const cycle = record.cycle ?? 1;
  const old = {
    cycle,
    status: record.slaStatus,
    end: record.acknowledgedAt,
    elapsed: record.elapsed,
    target: record.target,
  };
  const none = { slaStatus: null, startedAt: null, dueAt: null, target: null, elapsed: null, lastStep: null };
  return {
    ...record,
    ...none,
    createdAt: at,
    acknowledgedById: null,
    acknowledgedByName: null,
    acknowledgedAt: null,
    cycle: cycle + 1,
    explanation: JSON.stringify({ entries: [], due: -1, earlier: [...earlierCycles(record), old] }),
  };
}

/** Who was told of a step by one channel, as the service wrote it. */
export interface Told {
  cycle: number;
  step: string;
  label: Text;
  state: string;
}

export function toldIn({ explanation }: CaseRecord): Told[] {
  const told: unknown = (explanationIn(explanation) as { told?: unknown } | null)?.told;
  if (!Array.isArray(told)) return [];
  const isText = (label: any): boolean => typeof label?.es === "string" && typeof label.en === "string";
  return told.filter((each) => typeof each?.step === "string" && isText(each.label));
}
