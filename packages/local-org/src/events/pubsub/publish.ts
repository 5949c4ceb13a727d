import type { Tenancy } from "./subscription.ts";
import { decodePlatform } from "../avro/encode.ts";
import type { PubSubErrorCode } from "./errors.ts";
import { encodeReplayId } from "./replayId.ts";

export interface PublishRequest {
  topicName: string;
  events: { id: string; schemaId: string; payload: Uint8Array }[];
}

export interface PublishResult {
  replayId?: Buffer;
  error?: { code: "PUBLISH"; msg: string };
  correlationKey: string;
}

/** Platform events into the bus, each with its own result; nobody publishes change events. */
export function publishAll(
  { bus, schemas, userId }: Tenancy,
  request: PublishRequest,
): { results: PublishResult[]; schemaId: string } | PubSubErrorCode {
  if (!request.topicName) return "publish.topic.validation.empty";
  if (request.events.length === 0) return "publish.event.count.invalid";
  const topic = bus.channels.topic(request.topicName);
  if (!topic) return "topic.not.found";
  if (topic.kind !== "platform" || !bus.org.access.object(userId, topic.channel).create) {
    return "publish.topic.cannot.publish";
  }
  const current = schemas.ofPlatformEvent(topic.channel);
  const results = request.events.map(({ id, schemaId, payload }): PublishResult => {
    const schema = schemas.byId(schemaId) ?? current;
    try {
      if (!schema) throw new Error(`There is no schema ${schemaId}.`);
      const fields = decodePlatform(payload, schema, userId, bus.org.now());
      return { replayId: encodeReplayId(bus.publish(topic.channel, fields, id)), correlationKey: id };
    } catch (error) {
      const msg = error instanceof Error ? error.message : String(error);
      return { error: { code: "PUBLISH", msg }, correlationKey: id };
    }
  });
  return { results, schemaId: current?.id ?? "" };
}
