import type { CaseChange } from "../case/change.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { Runtime } from "../runtime.ts";

/** One event, in the form that both transports give it. */
export interface ReceivedEvent {
  /** The position of the stream at this event. Several events can share it. */
  position: string;
  changes: CaseChange[];
  /** Salesforce could not list the changes (over 100,000 in a transaction, or a wildcard), so we read all cases. */
  overflow: boolean;
  /** Why we could not read the event. The stream goes on, because the case may not be one of ours. */
  unreadable: string | null;
}

/** Some events of the stream, in their order. A keepalive is a batch without events. */
export interface Batch {
  events: ReceivedEvent[];
  /** A keepalive says that we have all events up to here. null: unknown. */
  completeTo: string | null;
}

/** `latest`: only what comes from now on. */
export type StartAt = { after: string } | "earliest" | "latest";

export interface StreamOptions {
  connection: OrgConnection;
  channel: string;
  startAt: StartAt;
  /** Resolves once the batch is stored. We ask for the next one after that. */
  deliver(batch: Batch): Promise<void>;
  /** Called when the subscription works. Reading may begin, because changes from now on arrive by the stream. */
  onOpen?(): void;
  signal: AbortSignal;
  runtime: Runtime;
  /** The stream counts as dead after this long without an event or a keepalive, ms. */
  silentAfter?: number;
  /** We subscribe again if the org has not confirmed the subscription after this long, ms. */
  openWithin?: number;
}

/** Runs until `signal` is aborted, then resolves. Rejects with StreamFault, OrgTrouble or the error of `deliver`. */
export type Stream = (options: StreamOptions) => Promise<void>;

/**
 * Says why a stream ended by itself.
 * - `positionRefused`: the org does not know the position any more. Begin at the earliest event and reconcile.
 * - `signedOut`: the token is not valid any more. Renew it and subscribe again.
 * - `silent`: no event and no keepalive came for too long.
 * - `broken`: the network or the server failed.
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
