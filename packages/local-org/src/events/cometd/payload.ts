/** Events as the Streaming API sends them: JSON with only the fields there are, dates in ISO format, names not bitmaps. */
import type { FieldDef, Value } from "../../org/types.ts";
import type { ChangeEvent, PlatformEvent } from "../event.ts";
import type { EventField } from "../capture/fields.ts";
import type { EventSchema } from "../avro/schema.ts";
import type { Delivered } from "../delivery/deliver.ts";

export function messageData({ event, replayId, corrupt }: Delivered, schema: EventSchema): unknown {
  if (corrupt) return { schema: schema.id, payload: "\ufffd", event: { replayId } };
  return event.kind === "change"
    ? { schema: schema.id, payload: changePayload(event, schema), event: { replayId } }
    : {
        schema: schema.id,
        payload: platformPayload(event, schema),
        event: { replayId, EventUuid: event.uuid, EventApiName: event.name },
      };
}

function changePayload(event: ChangeEvent, schema: EventSchema): Record<string, unknown> {
  const { header, fields } = event;
  const payload: Record<string, unknown> = {};
  const difference = new Set(header.diffFields);
  const valueOf = (field: FieldDef) =>
    difference.has(field.name) ? { diff: fields[field.name] } : jsonValue(field, fields[field.name] ?? null);
  for (const field of schema.fields) {
    if (field.kind === "simple") {
      if (fields[field.name] !== undefined) payload[field.name] = valueOf(field.field);
      continue;
    }
    const present = field.parts.filter((part) => fields[part.field.name] !== undefined);
    if (present.length > 0) {
      payload[field.name] = Object.fromEntries(present.map((part) => [part.part, valueOf(part.field)]));
    }
  }
  payload.ChangeEventHeader = {
    commitNumber: header.commitNumber,
    commitUser: header.commitUser,
    sequenceNumber: header.sequenceNumber,
    entityName: header.entityName,
    changeType: header.changeType,
    changedFields: eventNames(header.changedFields, schema.fields),
    changeOrigin: header.changeOrigin,
    transactionKey: header.transactionKey,
    commitTimestamp: header.commitTimestamp,
    recordIds: header.recordIds,
  };
  return payload;
}

function platformPayload(event: PlatformEvent, schema: EventSchema): Record<string, unknown> {
  const { CreatedDate, CreatedById } = event.fields;
  const payload: Record<string, unknown> = {
    CreatedById: CreatedById ?? null,
    CreatedDate:
      typeof CreatedDate === "number" ? new Date(CreatedDate).toISOString() : (CreatedDate ?? null),
  };
  for (const field of schema.fields) {
    if (field.kind === "simple")
      payload[field.name] = jsonValue(field.field, event.fields[field.name] ?? null);
  }
  return payload;
}

/** `BillingCity` is told as `BillingAddress.City`. */
function eventNames(names: string[], fields: EventField[]): string[] {
  const wanted = new Set(names);
  return fields.flatMap((field) =>
    field.kind === "simple"
      ? wanted.has(field.field.name)
        ? [field.name]
        : []
      : field.parts.filter((part) => wanted.has(part.field.name)).map((part) => `${field.name}.${part.part}`),
  );
}

function jsonValue(field: FieldDef, value: Value): Value {
  return field.type === "datetime" && typeof value === "number" ? new Date(value).toISOString() : value;
}
