/** A story: who does what and what goes wrong when. It is plain data, so that a failing one can be kept and replayed. */

export const actKinds = [
  ...(["open", "work", "close", "reopen", "assign", "priority", "acknowledge", "comment"] as const),
  ...(["internalComment", "delete", "undelete", "leave", "join", "overwrite", "bulk"] as const),
  ...(["deactivate"] as const),
] as const;
export type ActKind = (typeof actKinds)[number];

/** What people and automation do. */
export interface Act {
  /** ms after the beginning */
  at: number;
  kind: ActKind;
  org: number;
  /** Which of the org's cases, counted as they were opened. */
  nth: number;
  by: "camila" | "bruno" | "martina" | "diego" | "machine";
  priority: "P1" | "P2" | "P3";
}
/** What goes wrong in an org, for a while. */
export const orgTroubles = [
  ...(["down", "hangs", "slow", "busy", "spent", "locked", "unanswered", "carriedOutLate"] as const),
  ...([
    "streamDown",
    "streamStalls",
    "eventsLost",
    "eventsTwice",
    "eventsLate",
    "gaps",
    "unreadable",
    "overflow",
  ] as const),
  ...(["frozen", "policyDamaged", "contractSuspended", "flowOverwrites"] as const),
  ...(["fieldHidden", "memberGone"] as const),
] as const;
/** What goes wrong everywhere, for a while. */
export const otherTroubles = [
  "storeFull",
  "storeBroken",
  "storeSlow",
  "hookDown",
  "hookHangs",
  "hookOdd",
  "hookEndless",
  "hookUnanswered",
  "hookLimits",
  "hookLies",
] as const;
/** What happens at one instant. */
export const moments = ["sessionsEnd", "streamCut", "positionRefused", "clockLeaps"] as const;

export type OrgTroubleKind = (typeof orgTroubles)[number];
export type OtherTroubleKind = (typeof otherTroubles)[number];
export type MomentKind = (typeof moments)[number];

export interface Trouble {
  kind: OrgTroubleKind | OtherTroubleKind | MomentKind;
  /** ms after the beginning, and how long it lasts */
  at: number;
  lasts: number;
  org: number;
  /** How strong: the share of what it hits, or a leap's size. */
  share: number;
}

export interface Crash {
  /** ms after the beginning */
  at: number;
  /** At this call of the world after that instant: a statement, a request, a timer. */
  calls: number;
  /** Before the call is carried out, or after it and before its answer. */
  before: boolean;
  instance: number;
  /** ms until it is started again */
  away: number;
}

export interface Plan {
  seed: number;
  start: string;
  /** How long the trouble lasts, ms. */
  lasts: number;
  orgs: { plan: "Silver" | "Gold" | "Platinum"; timeZone: string; holidays: string }[];
  instances: { offset: number; drift: number }[];
  /** Seconds between two looks, as the configuration and the pace have them. */
  every: { contracts: number; replies: number; reconcile: number; apiUse: number; figures: number };
  acts: Act[];
  troubles: Trouble[];
  crashes: Crash[];
}
