/** The types of the acknowledgement clock (rules, section 3). */
import type {
  Duration,
  Instant,
  Policy,
  Segment,
  StepAction,
  TargetSpec,
  Text,
  ZoneChanges,
} from "c/slaPolicy";

/** The verdict on the person who committed a change. The service decides it from the org and keeps it with the fact. */
export type Role = "consultant" | "requester" | "automation" | "sync" | "other";
export interface Actor {
  userId: string | null;
  name?: string;
  role: Role;
}

export type OwnerKind = "consultant" | "queue" | "other";

interface FactBase {
  /** Identifies the fact. Two facts with the same id are one. */
  id: string;
  at: Instant;
  /** Orders facts of the same instant: Salesforce's commit number, then its sequence number. */
  commit?: number;
  sequence?: number;
  by: Actor;
  /** True if we inferred the fact, because no event and no history row tells its instant or person. */
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
    /** Somebody set, changed or cleared (`null`) the contract. If role `sync` set it, the start does not move. */
    | { kind: "contract"; contractId: string | null }
    | { kind: "priority"; priority: string | null }
    | { kind: "category"; category: string | null }
    | { kind: "channel"; channel: string | null }
    | { kind: "status"; status: string; closed: boolean }
    | { kind: "owner"; owner: OwnerKind; ownerId: string }
    /** The explicit acknowledgement: by the field in Salesforce, or a verified one from outside. */
    | { kind: "acknowledgement"; via: "field" | "slack" | "onCall" | "email" | "api" | "hub" }
    | { kind: "reply"; via: "comment" | "email" }
    | { kind: "deleted"; merged?: boolean }
    | { kind: "undeleted" }
  );

export interface Contract {
  id: string;
  status: "Active" | "Expired" | "Suspended";
  /** Local dates in the policy's zone, both included. null: open-ended. */
  startsOn: string | null;
  endsOn: string | null;
  policy: Policy;
  /**
   * The versions of the record with their instants, if known. A clock keeps the version of its start. So a later
   * suspension stops no clock, and a later policy governs no running clock. Without a history, the record counts as
   * never changed. The first version also holds before its instant.
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
  | "Running"
  | "At Risk"
  | "Breached"
  | "Acknowledged"
  | "Acknowledged Late"
  | "Cancelled"
  | "Not Covered";

export type NotCoveredReason =
  | "noContract"
  | "contractNotInForce"
  | "createdBeforeContract"
  | "severalContracts"
  | "unreadablePolicy";

export type AcknowledgementEvidence =
  | "explicit"
  | "owner"
  | "status"
  | "reply"
  | "createdByConsultant"
  | "closedByConsultant";

export type EndReason =
  | "acknowledged"
  | "closed"
  | "closedByAutomation"
  | "deleted"
  | "merged"
  | "contractCleared";

export interface Step {
  name: string;
  label: Text;
  /** The share of the target (1 = due) of a percentage step, else null. */
  share: number | null;
  at: Instant;
  /** The place in the list by instant, from 0. The highest is the most severe. */
  severity: number;
  do: StepAction[];
}

/** A change that could move the deadline, with its result. */
export interface DeadlineChange {
  at: Instant;
  from: { priority: string; target: TargetSpec; calendar: string };
  to: { priority: string; target: TargetSpec; calendar: string };
  dueBefore: Instant;
  dueAfter: Instant;
}

/** A change of the zone's law that moved a coming deadline or step. */
export interface LawChange {
  /** The instant at which the contract's record got the law. */
  at: Instant;
  /** The version of the tz database, such as `2026f`. */
  version: string;
  dueBefore: Instant;
  dueAfter: Instant;
}

/** A stretch of the ledger. The counted milliseconds add up to exactly the clock's target. */
export interface LedgerEntry extends Segment {
  counted: Duration;
  calendar: string;
}

export interface Explanation {
  policyVersion: string;
  timeZone: string;
  /** The zone's law around this clock, so that its times are the same on every machine. */
  zone: ZoneChanges;
  plan: string;
  priority: string;
  start: Instant;
  due: Instant;
  target: Duration;
  entries: LedgerEntry[];
  changes: DeadlineChange[];
  lawChanges: LawChange[];
  beyondKnownHolidays: boolean;
}

export interface SlaClock {
  /** 1 for the first cycle. */
  cycle: number;
  status: SlaStatus;
  contractId: string | null;
  notCovered: NotCoveredReason | null;
  startedAt: Instant;
  /** null only if Not Covered. */
  dueAt: Instant | null;
  /** The coverage from start to due, ms. */
  target: Duration | null;
  /** The used coverage: to now while the clock runs, and to its end afterwards, ms. */
  elapsed: Duration | null;
  declaredPriority: string | null;
  effectivePriority: string;
  needsQuote: boolean;
  channelNotCovered: boolean;
  /** The instant of the acknowledgement or another end. null while the clock runs. */
  endedAt: Instant | null;
  endReason: EndReason | null;
  acknowledgedAt: Instant | null;
  acknowledgedBy: Actor | null;
  evidence: AcknowledgementEvidence | null;
  /** The calendars with the instants from which they hold, the start's first. Empty if Not Covered. */
  calendars: { from: Instant; calendar: string }[];
  /** The steps by instant. Steps at or after the end of a clock never fire. */
  steps: Step[];
  /** null if Not Covered. */
  explanation: Explanation | null;
  /** True if a fact of this clock was inferred. */
  inferred: boolean;
}
