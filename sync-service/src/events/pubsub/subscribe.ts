import type { ClientDuplexStream, ServiceError } from "@grpc/grpc-js";
import {
  defaultSilentAfter,
  StreamFault,
  type ReceivedEvent,
  type Stream,
  type StreamOptions,
} from "../stream.ts";
import { ask, connect, metadataOf, type FetchRequest, type FetchResponse } from "./client.ts";
import { Decoder } from "./decode.ts";
import { faultOf } from "./faults.ts";

/** Salesforce lets at most this many events be outstanding. */
const credit = 100;

/**
 * The Pub/Sub API as a stream. The credit is the flow control. We ask for as many events as we have stored, so this
 * process never holds more than `credit` events that are not on disk.
 */
export const pubsubStream: Stream = async (options) => {
  const { connection, channel, signal, runtime, silentAfter = defaultSilentAfter } = options;
  if (signal.aborted) return;
  const client = connect(connection);
  try {
    const { metadata } = await metadataOf(connection);
    const decoder = new Decoder(
      async (schema_id) =>
        (await ask(client, client.GetSchema, { schema_id }, (await metadataOf(connection)).metadata))
          .schema_json,
    );
    const topic = await ask(client, client.GetTopic, { topic_name: channel }, metadata).catch(
      (error: ServiceError) => {
        throw faultOf(error, channel);
      },
    );
    if (!topic.can_subscribe)
      throw faultOf(
        Object.assign(new Error("the topic cannot be subscribed to"), {
          code: 7,
          details: "the topic cannot be subscribed to",
          metadata,
        }) as ServiceError,
        channel,
      );
    if (signal.aborted) return;
    await pump(client.Subscribe(metadata), options, decoder, silentAfter, runtime.timers);
  } finally {
    client.close();
  }
};

/** Moves responses from the call to `deliver`, one batch at a time, until the call or the signal ends. */
async function pump(
  call: ClientDuplexStream<FetchRequest, FetchResponse>,
  { connection, channel, startAt, deliver, onOpen, signal }: StreamOptions,
  decoder: Decoder,
  silentAfter: number,
  timers: StreamOptions["runtime"]["timers"],
): Promise<void> {
  const arrived: FetchResponse[] = [];
  let ended: Error | "closed" | null = null;
  let wake = () => {};
  const end = (why: Error | "closed") => {
    ended ??= why;
    wake();
  };
  const silence = () =>
    timers.after(silentAfter, () =>
      end(
        new StreamFault(
          "silent",
          `Nothing was heard on ${channel} for ${Math.round(silentAfter / 1000)} s, keepalives included`,
        ),
      ),
    );
  let watchdog = silence();
  call.on("data", (response: FetchResponse) => {
    watchdog.cancel();
    watchdog = silence();
    arrived.push(response);
    wake();
  });
  call.on("error", (error: ServiceError) => end(faultOf(error, channel)));
  call.on("end", () => end(new StreamFault("broken", "The org ended the stream")));
  const abort = () => end("closed");
  signal.addEventListener("abort", abort);
  call.write({
    topic_name: channel,
    num_requested: credit,
    ...(typeof startAt === "string"
      ? { replay_preset: startAt === "earliest" ? ("EARLIEST" as const) : ("LATEST" as const) }
      : { replay_preset: "CUSTOM" as const, replay_id: Buffer.from(startAt.after, "base64") }),
  });
  // The topic was asked for with the same rights, and the org says nothing more until there is an event or, minutes
  // later, a keepalive. The org retains later commits, so they arrive whenever the stream stands.
  onOpen?.();
  try {
    for (;;) {
      if (ended === "closed") return;
      if (arrived.length === 0) {
        if (ended !== null) throw ended;
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const responses = arrived.splice(0);
      const events: ReceivedEvent[] = [];
      let completeTo: string | null = null;
      for (const { events: batch, latest_replay_id } of responses) {
        for (const { event, replay_id } of batch)
          events.push(await receive(connection.org.id, event, replay_id, decoder));
        // without events it is a keepalive: all before its position has been delivered
        completeTo =
          batch.length === 0 && latest_replay_id.length > 0 ? latest_replay_id.toString("base64") : null;
      }
      await deliver({ events, completeTo });
      if (ended === null && events.length > 0)
        call.write({ topic_name: channel, num_requested: events.length });
    }
  } finally {
    signal.removeEventListener("abort", abort);
    call.removeAllListeners("data");
    call.removeAllListeners("end");
    watchdog.cancel();
    call.cancel();
  }
}

async function receive(
  orgId: string,
  event: { schema_id: string; payload: Buffer },
  replayId: Buffer,
  decoder: Decoder,
): Promise<ReceivedEvent> {
  const position = replayId.toString("base64");
  try {
    const { changes, overflow } = await decoder.decode(orgId, event.schema_id, event.payload);
    return { position, changes, overflow, unreadable: null };
  } catch (error) {
    // an org that does not answer for a schema is not an unreadable event: come back to it
    if (isTransient(error)) throw faultOf(error as ServiceError, "the schema");
    const unreadable = `schema ${event.schema_id}: ${(error as Error).message.slice(0, 300)}`;
    return { position, changes: [], overflow: false, unreadable };
  }
}

/** gRPC codes that say nothing of the event: cancelled, deadline, exhausted, aborted, internal, unavailable, unauthenticated. */
const transient = new Set([1, 4, 8, 10, 13, 14, 16]);
const isTransient = (error: unknown) => transient.has((error as { code?: number }).code ?? -1);
