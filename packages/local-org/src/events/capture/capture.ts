import { randomUUID } from "node:crypto";
import type { ObjectDef, RecordChange, Row, Schema, Transaction, Value } from "../../org/types.ts";
import type { ChangeEvent, ChangeType } from "../event.ts";
import { EMPTY_RECORD_ID } from "../event.ts";
import { carried } from "./fields.ts";
import { diffOf } from "./textDifference.ts";

/** Changes in one transaction beyond which Salesforce only says which entities overflowed. */
export const OVERFLOW_AFTER = 100_000;
/** Bytes; a larger event becomes a gap event. */
export const MAX_EVENT_BYTES = 1024 * 1024;

/**
 * The change events of a committed transaction: one per record, the same change to several records merged into one,
 * in the order of the changes. `selected` says for which objects events are captured at all.
 */
export function captureChanges(
  transaction: Transaction,
  schema: Schema,
  selected: (objectName: string) => boolean,
  overflowAfter: number = OVERFLOW_AFTER,
): ChangeEvent[] {
  const events: ChangeEvent[] = [];
  const mergeable = new Map<string, ChangeEvent>();
  const overflowed = new Set<string>();
  let counted = 0;
  for (const change of onePerRecord(transaction.changes)) {
    const object = schema.object(change.object);
    if (!object?.changeEvents || !selected(object.name)) continue;
    const event = eventOf(change, object, transaction, events.length + 1);
    counted += change.kind === "UPDATE" ? Math.max(1, event.header.changedFields.length) : 1;
    if (counted > overflowAfter) {
      overflowed.add(object.name);
      continue;
    }
    // Two creations are never the same change: auto-numbers and names tell them apart.
    const key = change.kind === "CREATE" || change.kind === "UNDELETE" ? undefined : sameness(event);
    const earlier = key === undefined ? undefined : mergeable.get(key);
    if (earlier) {
      earlier.header.recordIds.push(change.id);
      continue;
    }
    if (key !== undefined) mergeable.set(key, event);
    events.push(event);
  }
  for (const entity of overflowed) events.push(overflowOf(entity, transaction, events.length + 1));
  return events.map((event) => (tooLarge(event) ? gapOf(event) : event));
}

function tooLarge(event: ChangeEvent): boolean {
  let characters = 0;
  for (const value of Object.values(event.fields)) if (typeof value === "string") characters += value.length;
  return characters > MAX_EVENT_BYTES / 4 && Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES;
}

/** Several statements in one transaction change a record once, as far as its events are concerned. */
function onePerRecord(changes: RecordChange[]): RecordChange[] {
  const byId = new Map<string, RecordChange>();
  for (const change of changes) {
    const earlier = byId.get(change.id);
    if (!earlier) {
      byId.set(change.id, change);
      continue;
    }
    const combined = combine(earlier, change);
    if (combined) byId.set(change.id, combined);
    else byId.delete(change.id);
  }
  return [...byId.values()];
}

function combine(first: RecordChange, then: RecordChange): RecordChange | undefined {
  if (first.kind === "CREATE" && then.kind === "DELETE") return undefined;
  const kind =
    then.kind === "UPDATE"
      ? first.kind
      : first.kind === "DELETE" && then.kind === "UNDELETE"
        ? "UPDATE"
        : then.kind;
  return {
    ...then,
    kind,
    before: first.before,
    changedFields: [...new Set([...first.changedFields, ...then.changedFields])],
  };
}

function eventOf(
  change: RecordChange,
  object: ObjectDef,
  transaction: Transaction,
  sequenceNumber: number,
): ChangeEvent {
  const event = emptyEvent(object.name, change.id, change.kind, transaction, sequenceNumber);
  if (change.kind === "UPDATE" && change.after) {
    fillUpdate(event, object, change.before, change.after, change.changedFields);
  } else if ((change.kind === "CREATE" || change.kind === "UNDELETE") && change.after) {
    for (const field of object.fields.values()) {
      const value = change.after[field.name];
      if (carried(field) && value !== null && value !== undefined) event.fields[field.name] = value;
    }
  }
  return event;
}

function fillUpdate(
  event: ChangeEvent,
  object: ObjectDef,
  before: Row | null,
  after: Row,
  changed: string[],
): void {
  const { header, fields } = event;
  const candidates = new Set(changed).add("LastModifiedDate");
  for (const field of object.fields.values()) {
    if (!candidates.has(field.name) || !carried(field)) continue;
    const was: Value = before?.[field.name] ?? null;
    const is: Value = after[field.name] ?? null;
    if (was === is && field.name !== "LastModifiedDate") continue;
    header.changedFields.push(field.name);
    if (is === null) header.nulledFields.push(field.name);
    const difference = typeof was === "string" && typeof is === "string" ? diffOf(field, was, is) : undefined;
    if (difference !== undefined) header.diffFields.push(field.name);
    fields[field.name] = difference ?? is;
  }
}

/** What two events must share to be told as one. */
function sameness(event: ChangeEvent): string {
  const { entityName, changeType, changedFields } = event.header;
  return JSON.stringify([entityName, changeType, changedFields, event.fields]);
}

function changeOrigin({ caller }: Transaction): string {
  if (caller.api === "ui") return "com/salesforce/api/soap/68.0;client=SfdcInternalAPI/";
  const api = `com/salesforce/api/${caller.api}`;
  return caller.client ? `${api};client=${caller.client}` : api;
}

function toTheSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** Which records changed and how, without what. */
export function gapOf(event: ChangeEvent): ChangeEvent {
  const { changeType } = event.header;
  return {
    ...event,
    header: {
      ...event.header,
      changeType: changeType.startsWith("GAP_") ? changeType : (`GAP_${changeType}` as ChangeType),
      changeOrigin: "",
      nulledFields: [],
      diffFields: [],
      changedFields: [],
    },
    fields: {},
  };
}

/** Only that the entity changed, too often to tell. */
export function overflowFrom(event: ChangeEvent): ChangeEvent {
  return {
    ...gapOf(event),
    header: {
      ...gapOf(event).header,
      changeOrigin: event.header.changeOrigin,
      changeType: "GAP_OVERFLOW",
      recordIds: [EMPTY_RECORD_ID],
    },
  };
}

const overflowOf = (entityName: string, transaction: Transaction, sequenceNumber: number): ChangeEvent =>
  emptyEvent(entityName, EMPTY_RECORD_ID, "GAP_OVERFLOW", transaction, sequenceNumber);

/** Of one record, still without a field. */
function emptyEvent(
  entityName: string,
  recordId: string,
  changeType: ChangeType,
  transaction: Transaction,
  sequenceNumber: number,
): ChangeEvent {
  return {
    kind: "change",
    uuid: randomUUID(),
    header: {
      entityName,
      recordIds: [recordId],
      changeType,
      changeOrigin: changeOrigin(transaction),
      transactionKey: transaction.key,
      sequenceNumber,
      commitTimestamp: toTheSecond(transaction.at),
      commitNumber: transaction.commitNumber,
      commitUser: transaction.caller.userId,
      nulledFields: [],
      diffFields: [],
      changedFields: [],
    },
    fields: {},
  };
}
