/** One Subscribe stream: events as long as there is credit, a keepalive when there is nothing to say. */
import { randomUUID } from "node:crypto";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { encodeChange, encodePlatform } from "../avro/encode.ts";
import type { Schemas } from "../avro/schemas.ts";
import type { EventBus, Position } from "../bus.ts";
import type { Topic } from "../channels.ts";
import { visibilityFor, type Delivered } from "../delivery/deliver.ts";
import { maySubscribe } from "../permission.ts";
import { pubSubError, type PubSubErrorCode } from "./errors.ts";
import { decodeReplayId, encodeReplayId } from "./replayId.ts";

/** Events a client may have asked for and not been given. */
const MOST_OUTSTANDING = 100;
/** Bytes of events in one response; Salesforce stays under 3 MB. */
const RESPONSE_BYTES = 3 * 1024 * 1024;

export interface SubscriptionTimes {
  /** ms without an event after which an empty response is sent. */
  keepalive: number;
  /** ms a client has to ask for more when it has been given all it asked for. */
  credit: number;
}

export const SALESFORCE_TIMES: SubscriptionTimes = { keepalive: 270_000, credit: 60_000 };

export interface FetchRequest {
  topicName: string;
  /** LATEST 0, EARLIEST 1, CUSTOM 2. */
  replayPreset: number;
  replayId: Uint8Array;
  numRequested: number;
}

/** An open stream, to be ended by the server. */
export interface Subscription {
  end(): void;
}

export interface ConsumerEvent {
  event: { id: string; schemaId: string; payload: Buffer };
  replayId: Buffer;
}

export interface FetchResponse {
  events: ConsumerEvent[];
  latestReplayId: Buffer;
  rpcId: string;
  pendingNumRequested: number;
}

/** What a stream of one org stands on. */
export interface Tenancy {
  bus: EventBus;
  schemas: Schemas;
  userId: string;
}

export function serveSubscription(
  call: ServerDuplexStream<FetchRequest, FetchResponse>,
  { bus, schemas, userId }: Tenancy,
  times: SubscriptionTimes,
  onOver: (subscription: Subscription) => void,
): Subscription {
  const { org } = bus;
  const rpcId = randomUUID();
  const visible = visibilityFor(org, userId);
  let topicName = "";
  let position: Position | undefined;
  let pending = 0;
  let ended = false;
  let congested = false;
  let keepalive: NodeJS.Timeout | undefined;
  let creditDue: NodeJS.Timeout | undefined;

  const stop = () => {
    ended = true;
    clearTimeout(keepalive);
    clearTimeout(creditDue);
    stopListening();
    stopDropping();
    onOver(subscription);
  };
  const fail = (code: PubSubErrorCode) => {
    if (ended) return;
    stop();
    call.emit("error", pubSubError(code, rpcId));
  };
  const end = () => {
    if (ended) return;
    stop();
    call.end();
  };
  const stopListening = bus.onAppend(() => pump());
  const stopDropping = bus.onDrop(() => fail("service.unavailable"));

  const respond = (events: ConsumerEvent[], latest: number) => {
    clearTimeout(keepalive);
    keepalive = pending > 0 ? setTimeout(beat, times.keepalive) : undefined;
    const flowing = call.write({
      events,
      latestReplayId: encodeReplayId(latest),
      rpcId,
      pendingNumRequested: pending,
    });
    if (!flowing) {
      congested = true;
      call.once("drain", () => {
        congested = false;
        pump();
      });
    }
  };

  const beat = () => {
    if (ended || !position) return;
    if (org.faults.streams.stalled) return bus.whenFlowing(beat);
    respond([], position.replayId);
  };

  function pump(): void {
    if (ended || congested || !position || pending === 0) return;
    if (org.faults.streams.stalled) return bus.whenFlowing(pump);
    const topic = bus.channels.topic(topicName);
    if (!topic) return fail("topic.not.found");
    while (pending > 0 && !congested) {
      const allowed = bus.allocation.remaining();
      const batch = bus.read(topic, position, Math.max(1, Math.min(pending, allowed)), visible);
      if (batch.events.length > 0 && allowed === 0) return fail("subscription.limit.exceeded");
      position = batch.position;
      if (batch.events.length === 0) break;
      bus.allocation.spend(batch.events.length);
      send(topic, batch.events);
    }
    if (pending === 0) {
      clearTimeout(keepalive);
      clearTimeout(creditDue);
      creditDue = setTimeout(end, times.credit);
    }
  }

  function send(topic: Topic, delivered: Delivered[]): void {
    let chunk: ConsumerEvent[] = [];
    let bytes = 0;
    let latest = 0;
    const flush = () => {
      if (chunk.length === 0) return;
      pending -= chunk.length;
      respond(chunk, latest);
      chunk = [];
      bytes = 0;
    };
    for (const one of delivered) {
      const event = consumerEvent(topic, one, schemas, org.now());
      if (!event) continue;
      if (bytes + event.event.payload.length > RESPONSE_BYTES) flush();
      chunk.push(event);
      bytes += event.event.payload.length;
      latest = one.replayId;
    }
    flush();
  }

  function begin(request: FetchRequest): PubSubErrorCode | undefined {
    if (org.faults.streams.refuse) return "service.unavailable";
    if (!request.topicName) return "topic.validation.empty";
    const topic = bus.channels.topic(request.topicName);
    if (!topic) return "topic.not.found";
    if (!maySubscribe(org, userId, topic)) return "subscription.topic.cannot.subscribe";
    topicName = topic.name;
    if (request.replayPreset === 1) {
      position = bus.earliest();
    } else if (request.replayPreset === 2) {
      if (request.replayId.length === 0) return "subscription.fetch.replayid.validation.failed";
      const replayId = decodeReplayId(request.replayId);
      position = replayId === undefined ? undefined : bus.behind(replayId);
      if (!position) return "subscription.fetch.replayid.corrupted";
    } else {
      position = bus.latest();
    }
    return undefined;
  }

  call.on("data", (request: FetchRequest) => {
    if (ended) return;
    if (request.numRequested <= 0) return fail("subscription.fetch.requested.events.invalid");
    if (!position) {
      const refused = begin(request);
      if (refused) return fail(refused);
    } else if (request.topicName && request.topicName !== topicName) {
      return fail("subscription.fetch.topic.mismatch");
    }
    clearTimeout(creditDue);
    pending = Math.min(MOST_OUTSTANDING, pending + request.numRequested);
    keepalive ??= setTimeout(beat, times.keepalive);
    pump();
  });
  call.on("end", end);
  call.on("cancelled", stop);
  call.on("error", stop);
  const subscription = { end };
  return subscription;
}

function consumerEvent(
  topic: Topic,
  { event, replayId, corrupt }: Delivered,
  schemas: Schemas,
  now: number,
): ConsumerEvent | undefined {
  const schema =
    event.kind === "change"
      ? schemas.ofChange(event.header.entityName)
      : schemas.ofPlatformEvent(topic.channel);
  if (!schema) return undefined;
  const payload = corrupt
    ? Buffer.from([0xff, 0xff, 0xff, 0xff])
    : event.kind === "change"
      ? encodeChange(event, schema)
      : encodePlatform(event, schema, now);
  return { event: { id: event.uuid, schemaId: schema.id, payload }, replayId: encodeReplayId(replayId) };
}
