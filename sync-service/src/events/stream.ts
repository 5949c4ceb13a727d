import type { CaseChange } from "../case/change.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Runtime } from "../runtime.ts";

/** One event as it arrived, whatever the transport. */
export interface ReceivedEvent {
  /** Where the stream stands with this event: several events may share it. */
  position: string;
  changes: CaseChange[];
  /** Salesforce could not list the changes (over 100,000 in a transaction, or a wildcard): read them all. */
  overflow: boolean;
  /** It could not be read, for this reason; it may be of a case that is none of ours. The stream goes on. */
  unreadable: string | null;
}

export interface Delivery {
  events: ReceivedEvent[];
  /** Everything up to here has been delivered (a keepalive says so); null: unknown. */
  completeTo: string | null;
}

export type StartAt = { after: string } | "earliest";

export interface StreamOptions {
  connection: OrgConnection;
  channel: string;
  startAt: StartAt;
  /** Resolves once the delivery is stored; no more is asked for before. */
  deliver(delivery: Delivery): Promise<void>;
  /** Called once subscribed: reading may begin, since what changes meanwhile arrives by the stream. */
  onOpen?(): void;
  signal: AbortSignal;
  runtime: Runtime;
  /** With nothing heard for so long, keepalives included, the stream counts as dead, ms. */
  silentAfter?: number;
  /** A subscription that the org has not confirmed by then is begun anew, ms. */
  openWithin?: number;
}

/** Runs until `signal` is aborted, then resolves; or rejects with StreamFault, OrgTrouble or what `deliver` threw. */
export type Stream = (options: StreamOptions) => Promise<void>;

/**
 * Why a stream ended by itself.
 * - `positionRefused`: expired or unknown there: begin at the earliest retained event and reconcile
 * - `signedOut`: the token is no longer good: renew it and resubscribe
 * - `silent`: nothing was heard for too long
 * - `broken`: network or server
 */
export class StreamFault extends Error {
  override name = "StreamFault";
  readonly kind: "positionRefused" | "signedOut" | "silent" | "broken";
  constructor(kind: StreamFault["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Keepalives come at most 270 s apart. */
export const defaultSilentAfter = 300_000;
export const defaultOpenWithin = 30_000;
