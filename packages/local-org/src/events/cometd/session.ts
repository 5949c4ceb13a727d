/** A CometD client as the server knows it: its subscriptions, and the connect it is waiting on. */
import { randomBytes } from "node:crypto";
import type { Id } from "../../org/types.ts";
import type { Schemas } from "../avro/schemas.ts";
import type { EventBus, Position } from "../bus.ts";
import type { Topic } from "../channels.ts";
import { visibilityFor, type FieldVisibility } from "../delivery/deliver.ts";
import type { ServerMessage } from "./messages.ts";
import { messageData } from "./payload.ts";

/** Events in one answer. */
const MOST_PER_ANSWER = 200;

export interface HeldConnect {
  answer(messages: ServerMessage[]): void;
  /** The connection is gone, whatever was to be said. */
  drop(): void;
}

export interface CometSession {
  readonly clientId: string;
  readonly userId: Id;
  readonly token: string;
  connected: boolean;
  held: HeldConnect | undefined;
  subscribe(topic: Topic, from: Position): void;
  unsubscribe(name: string): void;
  /** What has come for the subscriptions since the last time, counted against the day's allocation. */
  take(): ServerMessage[] | "allocation-exceeded";
}

export function newSession(bus: EventBus, schemas: Schemas, userId: Id, token: string): CometSession {
  const subscriptions = new Map<string, Position>();
  const visible: FieldVisibility = visibilityFor(bus.org, userId);
  return {
    clientId: randomBytes(20).toString("base64url"),
    userId,
    token,
    connected: false,
    held: undefined,
    subscribe: (topic, from) => void subscriptions.set(topic.name, from),
    unsubscribe: (name) => void subscriptions.delete(name),
    take() {
      const messages: ServerMessage[] = [];
      for (const [name, from] of subscriptions) {
        const topic = bus.channels.topic(name);
        if (!topic) continue;
        const allowed = bus.allocation.remaining();
        const room = Math.min(MOST_PER_ANSWER - messages.length, Math.max(1, allowed));
        if (room <= 0) break;
        const { events, position } = bus.read(topic, from, room, visible);
        if (events.length > 0 && allowed === 0) return messages.length > 0 ? messages : "allocation-exceeded";
        subscriptions.set(name, position);
        bus.allocation.spend(events.length);
        for (const delivered of events) {
          const { event } = delivered;
          const schema =
            event.kind === "change"
              ? schemas.ofChange(event.header.entityName)
              : schemas.ofPlatformEvent(event.name);
          if (schema) messages.push({ channel: name, data: messageData(delivered, schema) });
        }
      }
      return messages;
    },
  };
}
