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

/**
 * The law of a place's clocks as data, from the tz database: an offset, and the instants at which another begins. Instants and
 * offsets (local time minus UTC) are seconds.
 */
export interface ZoneChanges {
  /** Of the tz database: `2026f`. */
  version: string;
  /** Until the first change. */
  offset: number;
  changes: [at: number, offset: number][];
  /** What people call the place. */
  place?: Text;
}

export interface CalendarSpec {
  timeZone: string;
  /** The law of the zone; without it c/slaEngine asks the host, and c/slaPolicy refuses. */
  zone?: ZoneChanges;
  weekly: Weekly;
  holidays?: (string | Holiday)[];
  /** Laid over windows and holidays, in the order in which they were ordered: of two that meet the last wins. */
  special?: readonly SpecialHours[];
}

/**
 * Special hours: more or less coverage than the plan gives, for every calendar of a contract. `from` and `to` are local times
 * (`2026-12-04T18:00`) or dates, `to` included; `part` keeps to two times of each date.
 */
export interface SpecialHours {
  open: boolean;
  from: string;
  to: string;
  part?: [from: string, to: string];
  name: string;
  orderedBy: string;
  /** When that was, ISO. */
  orderedAt: string;
}

export type SegmentReason = "window" | "outsideHours" | "holiday" | "alwaysOpen";

export interface Segment {
  start: Instant;
  end: Instant;
  open: boolean;
  why: SegmentReason;
  holiday?: string;
  /** The special hours that hold here; `why` is then `window` or `outsideHours`. */
  special?: string;
}

export interface BusinessCalendar {
  add(start: Instant, duration: Duration): Instant;
  elapsed(from: Instant, to: Instant): Duration;
  isOpen(at: Instant): boolean;
  nextOpening(at: Instant): Instant;
  segments(from: Instant, to: Instant): Segment[];
}

/** The calendars that govern a clock in turn. Each counts from its instant on, and the last one has no end. */
export type Regimes = readonly { from: number; calendar: string }[];

// ── The catalogue (rules, section 1): config/support-plans.json ─────────────────────────────────────

/** Exactly one member is given. */
export type TargetSpec = { hours: number } | { minutes: number } | { businessDays: number };

/** The three readings of a business day. */
export type BusinessDayReading = "dayLength" | "sameTimeNextBusinessDay" | "endOfNextBusinessDay";

/** A step's actions are data; the service validates and carries them out, the engine only carries them along. */
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
  /** 2 with special hours: a package that does not know them must not compute without them. */
  formatVersion: 1 | 2;
  /** Goes to Policy_Version__c: changes when anything that can move a deadline does. */
  version: string;
  timeZone: string;
  /** The zone's law for the years that the policy covers; a policy of an older version has no law. */
  zone?: ZoneChanges;
  holidayCalendar: string;
  /** Applied to every calendar that is not `alwaysOpen`. */
  holidays: Holiday[];
  /** Applied to every calendar, those that are `alwaysOpen` too. */
  special?: SpecialHours[];
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
  zone?: ZoneChanges;
  holidayCalendar: string;
  holidays: Holiday[];
  special?: SpecialHours[];
  holidaysKnown: { from: string; to: string };
  businessDay?: BusinessDayReading;
}
