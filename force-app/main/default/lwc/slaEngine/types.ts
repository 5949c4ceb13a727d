/** The words of the acknowledgement clock (rules, section 3) as types. */
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

/** A change of the zone's law that moved what was to come, by the data that brought it. */
export interface LawChange {
  /** When the contract's record took it up. */
  at: Instant;
  /** Of the tz database: `2026f`. */
  version: string;
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
  /** The zone's law around this clock, so that its times read the same everywhere. */
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
