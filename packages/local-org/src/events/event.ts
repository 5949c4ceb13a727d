import type { Id, Value } from "../org/types.ts";

export type ChangeType =
  | "CREATE"
  | "UPDATE"
  | "DELETE"
  | "UNDELETE"
  | "GAP_CREATE"
  | "GAP_UPDATE"
  | "GAP_DELETE"
  | "GAP_UNDELETE"
  | "GAP_OVERFLOW";

/** In Salesforce's own order, which is also the order of the Avro record. Field lists hold the object's API names. */
export interface ChangeEventHeader {
  entityName: string;
  recordIds: Id[];
  changeType: ChangeType;
  changeOrigin: string;
  transactionKey: string;
  sequenceNumber: number;
  /** ms, cut to the second as Salesforce does. */
  commitTimestamp: number;
  commitNumber: number;
  commitUser: Id;
  nulledFields: string[];
  diffFields: string[];
  changedFields: string[];
}

/** A change of one record, or the same change of several, as it is kept in the bus: flat API names, kernel values. */
export interface ChangeEvent {
  kind: "change";
  uuid: string;
  header: ChangeEventHeader;
  fields: Record<string, Value>;
}

export interface PlatformEvent {
  kind: "platform";
  uuid: string;
  /** API name, `__e`. */
  name: string;
  fields: Record<string, Value>;
}

export type BusEvent = ChangeEvent | PlatformEvent;

/** What the event bus keeps: an event, where it stands, and the channels that carried its entity when it was made. */
export interface Retained {
  replayId: number;
  /** When it entered the bus, ms. */
  at: number;
  channels: string[];
  /** The number of the org's commit that it tells about; absent for what was published to the bus itself. */
  commit?: number;
  /** Its body is unreadable: a poisoned message stays poisoned on every replay. */
  corrupt?: boolean;
  event: BusEvent;
}

export const EMPTY_RECORD_ID = "000000000000000AAA";

export function isGap(type: ChangeType): boolean {
  return type.startsWith("GAP_");
}
