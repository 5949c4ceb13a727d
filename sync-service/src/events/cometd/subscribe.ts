import { StreamingExtension } from "jsforce/lib/api/streaming.js";
import { OrgTrouble } from "../../orgs/trouble.ts";
import {
  defaultOpenWithin,
  defaultSilentAfter,
  StreamFault,
  type ReceivedEvent,
  type Stream,
  type StreamOptions,
} from "../stream.ts";
import { receive, type CometEvent } from "./receive.ts";

/** CometD has no flow control: with so many events received and not stored, the connection is dropped and taken up again. */
const tooMany = 20_000;
/** Stored in one go. */
const together = 200;
const retained = { earliest: -2, latest: -1 };

interface BayeuxMessage {
  channel: string;
  successful?: boolean;
  error?: string;
  subscription?: string;
  advice?: { reconnect?: string };
  ext?: { sfdc?: { failureReason?: string } };
}

/**
 * The Streaming API through jsforce, for networks that block gRPC. jsforce moves its position on receipt, but we move
 * ours on commit. So we do not mend a broken connection, and begin a new one from our position.
 */
export const cometdStream: Stream = async (options) => {
  const { connection, channel, startAt, signal } = options;
  const { silentAfter = defaultSilentAfter, openWithin = defaultOpenWithin } = options;
  if (signal.aborted) return;
  await connection.session();
  const arrived: CometEvent[] = [];
  let ended: Error | "closed" | null = null;
  let wake = () => {};
  const end = (why: Error | "closed") => {
    ended ??= why;
    wake();
  };
  const { timers } = options.runtime;
  const silence = () =>
    timers.after(silentAfter, () =>
      end(
        new StreamFault(
          "silent",
          `Nothing was heard on ${channel} for ${Math.round(silentAfter / 1000)} s, answers to polls included`,
        ),
      ),
    );
  let watchdog = silence();
  // Faye would wait for a minute and try again without a word
  const opening = timers.after(openWithin, () =>
    end(
      new StreamFault(
        "silent",
        `The subscription to ${channel} has not been opened within ${Math.round(openWithin / 1000)} s`,
      ),
    ),
  );
  let left = false;
  const listen = {
    incoming(message: BayeuxMessage, pass: (message: BayeuxMessage) => void) {
      watchdog.cancel();
      // an answer after leaving is no reason to wait for more
      if (left) return pass(message);
      watchdog = silence();
      if (message.channel === "/meta/subscribe" && message.successful) {
        opening.cancel();
        options.onOpen?.();
      }
      const fault = faultOf(message, channel);
      if (fault !== null) end(fault);
      else pass(message);
    },
  };
  const replay = new StreamingExtension.Replay(
    channel,
    typeof startAt === "string" ? retained[startAt] : Number(startAt.after),
  );
  // jsforce declares only a part of what Faye's client can do
  interface FayeClient {
    on(event: string, listener: () => void): void;
    subscribe(channel: string, listener: (event: CometEvent) => void): unknown;
    disconnect(): void;
    _dispatcher?: { close(): void; _envelopes: Map<string, { timer: NodeJS.Timeout | null }> };
  }
  // The client keeps its token, so a new token needs a new client, and a new subscription makes one.
  // We wrap it, because Faye's client has a `then` that a promise would wait for.
  const { client } = await connection.use(async (c) => ({
    client: c.streaming.createClient([listen, replay]) as unknown as FayeClient,
  }));
  client.on("transport:down", () =>
    end(new StreamFault("broken", "The connection of the Streaming API was lost")),
  );
  const abort = () => end("closed");
  signal.addEventListener("abort", abort);
  client.subscribe(channel, (event: CometEvent) => {
    arrived.push(event);
    if (arrived.length > tooMany)
      end(
        new StreamFault(
          "broken",
          `${tooMany} events have arrived faster than they are stored; taking them up again from the stored position`,
        ),
      );
    wake();
  });
  try {
    await drain(
      arrived,
      options,
      () => ended,
      (resolve) => (wake = resolve),
    );
  } finally {
    left = true;
    signal.removeEventListener("abort", abort);
    watchdog.cancel();
    opening.cancel();
    client.disconnect();
    // faye would keep its long poll open until the org answers, and try again for seconds whatever is unanswered
    client._dispatcher?.close();
    for (const { timer } of client._dispatcher?._envelopes.values() ?? []) if (timer) clearTimeout(timer);
    client._dispatcher?._envelopes.clear();
  }
};

async function drain(
  arrived: CometEvent[],
  { connection, deliver }: StreamOptions,
  ended: () => Error | "closed" | null,
  whenNews: (resolve: () => void) => void,
): Promise<void> {
  for (;;) {
    const why = ended();
    if (why === "closed") return;
    if (why !== null) throw why;
    if (arrived.length === 0) {
      await new Promise<void>(whenNews);
      continue;
    }
    const events: ReceivedEvent[] = arrived
      .splice(0, together)
      .map((event) => receive(connection.org.id, event));
    await deliver({ events, completeTo: null });
  }
}

function faultOf(message: BayeuxMessage, channel: string): Error | null {
  if (message.successful !== false) return null;
  const said = `${message.error ?? ""} ${message.ext?.sfdc?.failureReason ?? ""}`.trim();
  if (/401::/.test(said)) return new StreamFault("signedOut", `The stream's token is not accepted: ${said}`);
  if (message.channel === "/meta/subscribe") {
    if (/replayId/i.test(said))
      return new StreamFault("positionRefused", `The org no longer has the stream's position: ${said}`);
    if (/403::/.test(said) && !/unknown client/i.test(said))
      return new OrgTrouble(
        "forbidden",
        `The service's user may not subscribe to ${channel}: ${said}. It needs View All on Case: assign the permission set Support_Sync to it.`,
      );
    if (/40[04]::/.test(said))
      return new OrgTrouble(
        "channelGone",
        `The channel ${channel} is not in the org: ${said}. Deploy the package's platformEventChannels again.`,
      );
  }
  return new StreamFault("broken", `The Streaming API refused ${message.channel}: ${said}`);
}
