/** Slack's Socket Mode: the same payloads over connections that the service opens, where nobody can reach it. */
import { LogLevel, SocketModeClient } from "@slack/socket-mode";
import { pause } from "../runtime.ts";
import type { DoorAnswer, ListenParts } from "./door.ts";
import { whyOf } from "./http.ts";
import type { slackTaker } from "./slack-door.ts";

/** Slack renews each connection now and then. With two, one is always there. */
export const connections = 2;
const [firstWait, longestWait] = [1_000, 60_000];
const connectsWithin = 15_000;

interface Envelope {
  type: string;
  body: unknown;
  ack(answer?: Record<string, unknown>): Promise<void>;
}
type Parts = Pick<
  ListenParts<unknown>,
  "clock" | "timers" | "signal" | "take" | "clicked" | "trouble" | "log"
>;

const silent = {
  ...{ debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} },
  getLevel: () => LogLevel.ERROR,
};

/** Keeps one connection until the service stops. The client's own reconnecting can end the process, so it is off. */
export async function keepSocket(
  { appToken, apiUrl }: { appToken: string; apiUrl: string },
  taker: ReturnType<typeof slackTaker>,
  part: string,
  { request, ...parts }: Parts & Pick<ListenParts<unknown>, "request">,
): Promise<void> {
  const { timers, signal, trouble } = parts;
  let wait = firstWait;
  while (!signal.aborted) {
    const client = new SocketModeClient({
      appToken,
      autoReconnectEnabled: false,
      logger: silent,
      clientOptions: { slackApiUrl: apiUrl, fetch: request, retryConfig: { retries: 0 } },
    });
    const gone = new Promise<void>((resolve) => client.once("disconnected", resolve));
    const stop = () => void client.disconnect().catch(() => {});
    client.on("slack_event", (envelope: Envelope) => void receive(envelope, taker, parts));
    try {
      await Promise.race([
        client.start(),
        pause(timers, connectsWithin, signal).then(() => {
          throw new Error(`no connection within ${connectsWithin / 1000} s`);
        }),
      ]);
      wait = firstWait;
      trouble(part, null);
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
      await gone;
    } catch (error) {
      if (!signal.aborted) trouble(part, `Slack's Socket Mode: ${whyOf(error ?? new Error("closed"))}`);
      stop();
      await pause(timers, wait, signal);
      wait = Math.min(wait * 2, longestWait);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }
}

/** We acknowledge it once it is stored. Slack sends it again until then. */
async function receive(
  { type, body, ack }: Envelope,
  taker: ReturnType<typeof slackTaker>,
  { clock, take, clicked, log }: Parts,
): Promise<void> {
  try {
    const answer: DoorAnswer | null =
      type === "events_api"
        ? await taker.event(body)
        : type === "slash_commands"
          ? await taker.command(body)
          : type === "interactive"
            ? await taker.interaction(body, clock.now())
            : null;
    if (answer?.passes) await clicked(body);
    else if (answer !== null) await take(answer.incoming);
    await ack();
  } catch (error) {
    log.warn({ type, error: whyOf(error) }, "a message of Slack could not be taken; Slack sends it again");
  }
}
