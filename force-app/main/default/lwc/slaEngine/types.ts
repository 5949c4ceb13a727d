/**
 * The words of the SLA rules as types. Instants are integer milliseconds since the epoch, durations are
 * integer milliseconds of physical time, local dates are `YYYY-MM-DD`, wall times `HH:MM`.
 */
export type Instant = number;
export type Duration = number;
/** What clients and consultants read exists in both languages. */
export type Text = { es: string; en: string };

// ── Business time (rules, section 2) ────────────────────────────────────────────────────────────────

export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
export type Weekly = Partial<Record<Weekday, [from: string, to: string][]>>;
export type Holiday = { date: string; name?: string; from?: string; to?: string };

export interface CalendarSpec {
  timeZone: string;
  weekly: Weekly;
  holidays?: (string | Holiday)[];
}

export type SegmentReason = "window" | "outsideHours" | "holiday" | "alwaysOpen";

export interface Segment {
  start: Instant;
  end: Instant;
  open: boolean;
  why: SegmentReason;
  holiday?: string;
}

export interface BusinessCalendar {
  add(start: Instant, duration: Duration): Instant;
  elapsed(from: Instant, to: Instant): Duration;
  isOpen(at: Instant): boolean;
  nextOpening(at: Instant): Instant;
  segments(from: Instant, to: Instant): Segment[];
}

// ── The catalogue (rules, section 1): config/support-plans.json ─────────────────────────────────────

/** Exactly one member is given. */
export type TargetSpec = { hours: number } | { minutes: number } | { businessDays: number };

/** The three readings of a business day. */
export type BusinessDayReading = "dayLength" | "sameTimeNextBusinessDay" | "endOfNextBusinessDay";

/** What a step does is data; the service validates and carries it out, the engine only carries it along. */
export type StepAction = { type: string; [setting: string]: unknown };

export interface StepSpec {
  /** Unique in its list: `notice`, `warning`, `critical`, `breach`, `escalation`, `escalation2` … */
  name: string;
  /** `"75%"` of the target, or an offset from the due instant in coverage time: `"-15m"`, `"+30m"`, `"-1h"`. */
  at: string;
  label: Text;
  do: StepAction[];
}

export interface PlanSpec {
  code: string;
  label: Text;
  /** Coverage by key; `alwaysOpen` is 24/7 and knows no holiday. */
  coverage: Record<string, { weekly: Weekly } | { alwaysOpen: true }>;
  commitments: { priorities: string[]; coverage: string; target: TargetSpec }[];
  channels: string[];
  /** The plan's own steps, where they differ from the catalogue's. */
  steps?: StepSpec[];
  /** Needed where a business-day target counts on days of unequal length. */
  businessDay?: BusinessDayReading;
}

export interface Catalogue {
  formatVersion: 1;
  version: string;
  defaultPriority: string;
  /** The effective priority of a case in a category that is quoted. */
  quotedPriority: string;
  priorities: { code: string; label: Text; when: Text }[];
  /** `priorities`: the channel is for these alone (on-call is for P1). */
  channels: { code: string; label: Text; priorities?: string[] }[];
  categories: { code: string; label: Text; covered: boolean }[];
  steps: StepSpec[];
  plans: PlanSpec[];
}

/** One fault of a catalogue or a policy: where (`plans[0].commitments[1].target`) and why, in a sentence. */
export type Problem = { path: string; reason: string };

// ── The policy: a catalogue's plan resolved for one contract, kept in Support_Contract__c.Policy__c ──

export interface PolicyCalendar {
  weekly: Weekly;
  alwaysOpen: boolean;
}

/** One plan's promise, without the rest of the policy: enough to compute and compare. */
export interface PlanOffer {
  plan: string;
  label: Text;
  calendars: Record<string, PolicyCalendar>;
  /** By priority code: the calendar's key and the target. */
  targets: Record<string, { calendar: string; target: TargetSpec }>;
  channels: string[];
  /** The plan's own reading of a business day, where it names one. */
  businessDay?: BusinessDayReading;
}

export interface Policy extends PlanOffer {
  formatVersion: 1;
  /** Goes to Policy_Version__c: changes when anything that can move a deadline does. */
  version: string;
  timeZone: string;
  holidayCalendar: string;
  /** Applied to every calendar that is not `alwaysOpen`. */
  holidays: Holiday[];
  /** Local dates for which holidays are known, both included; a deadline past it is computed and marked. */
  holidaysKnown: { from: string; to: string };
  businessDay: BusinessDayReading;
  defaultPriority: string;
  quotedPriority: string;
  priorities: Catalogue["priorities"];
  channelCatalogue: Catalogue["channels"];
  categories: Catalogue["categories"];
  steps: StepSpec[];
  /** The other plans on sale, so that a page can compare and a refusal can name the plan that has it. */
  otherPlans: PlanOffer[];
}

/** What a contract says, for resolving a policy. */
export interface ContractTerms {
  plan: string;
  timeZone: string;
  holidayCalendar: string;
  holidays: Holiday[];
  holidaysKnown: { from: string; to: string };
  businessDay?: BusinessDayReading;
}

// ── The acknowledgement clock (rules, section 3) ─────────────────────────────────────────────────────

/** The verdict on who committed a change, decided by the service from the org and kept with the fact. */
export type Role = "consultant" | "requester" | "automation" | "sync" | "other";
export interface Actor {
  userId: string | null;
  name?: string;
  role: Role;
}

export type OwnerKind = "consultant" | "queue" | "other";

interface FactBase {
  /** Known by this: the same id twice is one fact. */
  id: string;
  at: Instant;
  /** Orders equal instants: Salesforce's commit number, then sequence number. */
  commit?: number;
  sequence?: number;
  by: Actor;
  /** Reconstructed where neither event nor history says when or who. */
  inferred?: boolean;
}

export type Fact = FactBase &
  (
    | {
        kind: "created";
        status: string;
        closed: boolean;
        priority: string | null;
        category: string | null;
        channel: string | null;
        contractId: string | null;
        owner: OwnerKind;
      }
    /** The contract was set, changed or cleared (`null`). Set by role `sync` it does not move the start. */
    | { kind: "contract"; contractId: string | null }
    | { kind: "priority"; priority: string | null }
    | { kind: "category"; category: string | null }
    | { kind: "channel"; channel: string | null }
    | { kind: "status"; status: string; closed: boolean }
    | { kind: "owner"; owner: OwnerKind; ownerId: string }
    /** The explicit acknowledgement: the field in Salesforce, or a verified one given outside it. */
    | { kind: "acknowledgement"; via: "field" | "slack" | "onCall" | "email" | "api" }
    | { kind: "reply"; via: "comment" | "email" }
    | { kind: "deleted"; merged?: boolean }
    | { kind: "undeleted" }
  );

export interface Contract {
  id: string;
  status: "Active" | "Expired" | "Suspended";
  /** Local dates in the policy's zone, both included; null: open-ended. */
  startsOn: string | null;
  endsOn: string | null;
  policy: Policy;
  /**
   * What the record said from an instant on, where that is known: a clock goes by what held at its start, so that a later
   * suspension stops none and a later policy governs none that runs. Without it the record is taken to have
   * always been as it is. The first entry also holds before its instant.
   */
  history?: readonly ContractVersion[];
}

export interface ContractVersion {
  from: Instant;
  status: Contract["status"];
  startsOn: string | null;
  endsOn: string | null;
  policy: Policy;
}

export type SlaStatus =
  "Running" | "At Risk" | "Breached" | "Acknowledged" | "Acknowledged Late" | "Cancelled" | "Not Covered";

export type NotCoveredReason =
  "noContract" | "contractNotInForce" | "createdBeforeContract" | "severalContracts" | "unreadablePolicy";

export type AcknowledgementEvidence =
  "explicit" | "owner" | "status" | "reply" | "createdByConsultant" | "closedByConsultant";

export type EndReason =
  "acknowledged" | "closed" | "closedByAutomation" | "deleted" | "merged" | "contractCleared";

export interface Step {
  name: string;
  label: Text;
  /** Share of the target (1 = due) for a percentage step, else null. */
  share: number | null;
  at: Instant;
  /** Its place in the list by instant, 0 first: the highest is the most severe. */
  severity: number;
  do: StepAction[];
}

/** A change that could move the deadline, with what it did. */
export interface DeadlineChange {
  at: Instant;
  from: { priority: string; target: TargetSpec; calendar: string };
  to: { priority: string; target: TargetSpec; calendar: string };
  dueBefore: Instant;
  dueAfter: Instant;
}

/** A stretch of the ledger: counted milliseconds add up to the clock's target exactly. */
export interface LedgerEntry extends Segment {
  counted: Duration;
  calendar: string;
}

export interface Explanation {
  policyVersion: string;
  timeZone: string;
  plan: string;
  priority: string;
  start: Instant;
  due: Instant;
  target: Duration;
  entries: LedgerEntry[];
  changes: DeadlineChange[];
  beyondKnownHolidays: boolean;
}

export interface Clock {
  /** 1 for the first. */
  cycle: number;
  status: SlaStatus;
  contractId: string | null;
  notCovered: NotCoveredReason | null;
  startedAt: Instant;
  /** null only when Not Covered. */
  dueAt: Instant | null;
  /** Coverage from start to due, ms. */
  target: Duration | null;
  /** Coverage used: to now while it runs, to its end once ended, ms. */
  elapsed: Duration | null;
  declaredPriority: string | null;
  effectivePriority: string;
  needsQuote: boolean;
  channelNotCovered: boolean;
  /** The acknowledgement, or the end, or null while it runs. */
  endedAt: Instant | null;
  endReason: EndReason | null;
  acknowledgedAt: Instant | null;
  acknowledgedBy: Actor | null;
  evidence: AcknowledgementEvidence | null;
  /** The calendar in force from each instant on, the start's first; empty when Not Covered. */
  calendars: { from: Instant; calendar: string }[];
  /** By instant; those of an ended clock at or after its end never fire. */
  steps: Step[];
  /** null when Not Covered. */
  explanation: Explanation | null;
  /** Some fact it rests on was inferred. */
  inferred: boolean;
}
