/**
 * An event as one subscriber gets it from one topic: filtered, enriched with the record's present values, and without
 * the fields that the subscriber may not see. Merged changes are taken apart if filter or enrichment could differ
 * from record to record. They then share their replay id.
 */
import type { Id, Org, Value } from "../../org/types.ts";
import type { ChangeEvent, PlatformEvent, Retained } from "../event.ts";
import { isGap } from "../event.ts";
import type { Member, Topic } from "../channels.ts";
import { carried } from "../capture/fields.ts";

export interface Delivered {
  replayId: number;
  corrupt: boolean;
  event: ChangeEvent | PlatformEvent;
}

/** What of an object's fields a subscriber may read. */
export type FieldVisibility = (objectName: string, field: string) => boolean;

/** Each access is looked up once per subscriber and refreshed every so often: it can be granted while a stream is open. */
const VISIBILITY_REFRESH_MS = 2_000;

export function visibilityFor(org: Org, userId: Id): FieldVisibility {
  const known = new Map<string, boolean>();
  let until = 0;
  return (objectName, field) => {
    const now = performance.now();
    if (now > until) {
      known.clear();
      until = now + VISIBILITY_REFRESH_MS;
    }
    const key = `${objectName}.${field}`;
    let visible = known.get(key);
    if (visible === undefined) known.set(key, (visible = org.access.field(userId, objectName, field).read));
    return visible;
  };
}

/** The events a retained one becomes on a topic; [] when it is not the topic's or the filter holds it back. */
export function deliver(org: Org, topic: Topic, retained: Retained, visible: FieldVisibility): Delivered[] {
  const { event, replayId } = retained;
  const corrupt = retained.corrupt ?? false;
  if (event.kind === "platform") {
    return topic.kind === "platform" && topic.channel === event.name ? [{ replayId, corrupt, event }] : [];
  }
  if (topic.kind !== "change") return [];
  if (topic.ofEntity !== true && !retained.channels.includes(topic.channel)) return [];
  const member = topic.members.get(event.header.entityName);
  if (!member) return [];
  // Gap events tell of no values a filter could look at: they pass, and so does what cannot be told apart.
  if (isGap(event.header.changeType) || (!member.filter && member.enrichedFields.length === 0)) {
    return [{ replayId, corrupt, event: withVisibleFields(event, visible) }];
  }
  return event.header.recordIds.flatMap((recordId) => {
    const single = ofOneRecord(org, member, event, recordId);
    return single ? [{ replayId, corrupt, event: withVisibleFields(single, visible) }] : [];
  });
}

function ofOneRecord(org: Org, member: Member, event: ChangeEvent, recordId: Id): ChangeEvent | undefined {
  const { entityName } = event.header;
  const object = org.schema.object(entityName);
  const row = org.row(entityName, recordId);
  const current = (field: string): Value => {
    const name = object?.fields.get(field)?.name ?? field;
    return event.fields[name] !== undefined ? event.fields[name] : (row?.[name] ?? null);
  };
  const { filter } = member;
  if (
    filter &&
    !filter.matches((field) =>
      field.startsWith("ChangeEventHeader.")
        ? headerField(event, field.slice("ChangeEventHeader.".length))
        : current(field),
    )
  ) {
    return undefined;
  }
  const fields = { ...event.fields };
  for (const name of [...member.enrichedFields, ...(filter?.fields ?? [])]) {
    const field = object?.fields.get(name);
    if (!field || !carried(field) || fields[field.name] !== undefined) continue;
    const value = current(field.name);
    if (value !== null) fields[field.name] = value;
  }
  return { ...event, header: { ...event.header, recordIds: [recordId] }, fields };
}

function headerField(event: ChangeEvent, name: string): Value {
  const value = (event.header as unknown as Record<string, unknown>)[name];
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function withVisibleFields(event: ChangeEvent, visible: FieldVisibility): ChangeEvent {
  const { entityName, nulledFields, diffFields, changedFields } = event.header;
  const seen = (field: string) => visible(entityName, field);
  const names = Object.keys(event.fields);
  if (names.every(seen) && changedFields.every(seen)) return event;
  return {
    ...event,
    header: {
      ...event.header,
      nulledFields: nulledFields.filter(seen),
      diffFields: diffFields.filter(seen),
      changedFields: changedFields.filter(seen),
    },
    fields: Object.fromEntries(names.filter(seen).map((name) => [name, event.fields[name] ?? null])),
  };
}
