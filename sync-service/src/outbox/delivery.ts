/** What destinations are and what they answer: the contract between the lanes and the channels. */

/** An effect whose turn has come. */
export interface Delivery {
  id: number;
  key: string;
  orgId: string;
  caseId: string | null;
  destination: string;
  kind: string;
  payload: unknown;
  attempts: number;
  createdAt: number;
}

export type Outcome =
  /** `note`: how, where that is not obvious. `receipt`: what the destination answered, kept. */
  | { is: "delivered"; receipt?: unknown; note?: string }
  /** Try this one again; `after` in ms where the destination said when. */
  | { is: "retry"; reason: string; after?: number }
  /** Something else comes first, and the destination is not at fault: neither this one's attempts nor its lane suffer. */
  | { is: "later"; reason: string }
  /** The destination itself is in trouble: nothing of its group is sent for a while. */
  | { is: "unavailable"; reason: string; after?: number }
  /** Waiting does not help. */
  | { is: "dead"; reason: string };

export interface Channel {
  /** Effects handed over at once. */
  batch: number;
  /** Until a batch is full, how long after the oldest one's decision it may wait for company, ms. */
  linger: number;
  /**
   * Sends, and answers for each in order. May reject: then all count as `unavailable`. `signal` is aborted when the
   * time for it is over.
   */
  deliver(items: Delivery[], signal: AbortSignal): Promise<Outcome[]>;
}

/** The channel that serves a destination; null: it is not configured. */
export type Channels = (destination: string) => Channel | null;

/** What shares a fate: a Slack that is down is down for every org's lane, an org's own trouble is its own. */
export function groupOf(destination: string): string {
  const kind = destination.split(":", 1)[0]!;
  return kind === "salesforce" || kind === "webhook" ? destination : kind;
}
