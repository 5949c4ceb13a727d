/** What people wrote in Slack while the service was away for longer than Slack tries again. */
import { ErrorCode, WebClient, type WebAPICallError } from "@slack/web-api";
import { pause } from "../runtime.ts";
import type { ListenParts } from "./door.ts";
import { whyOf } from "./http.ts";
import { said, type Said, type slackTaker } from "./slack-door.ts";

/** Slack sends an event again at once, after a minute and after five more. A shorter absence costs nothing, ms. */
const covered = 3 * 60_000;
const looksEvery = 30_000;
/** The most that Slack gives an app outside its Marketplace in one call, once a minute. */
const pageSize = 15;
const mostPages = 200;
const [firstWait, longestWait] = [5_000, 5 * 60_000];
/** A case opens again for so long after its closing, so its thread can go on, ms. */
const threadsFor = 14 * 24 * 3_600_000;

type Parts = Pick<
  ListenParts<unknown>,
  | "db"
  | "clock"
  | "timers"
  | "signal"
  | "take"
  | "positionOf"
  | "keepPosition"
  | "trouble"
  | "request"
  | "log"
>;

/**
 * Looks again and again whether the service was away, and then reads what it missed at Slack's pace. It has a client
 * of its own, so nothing else waits for that pace.
 * @param hears whether events come in at the moment
 */
export async function readMissed(
  account: { token: string; apiUrl: string },
  taker: ReturnType<typeof slackTaker>,
  hears: () => boolean,
  parts: Parts,
): Promise<void> {
  const { clock, timers, signal, positionOf, keepPosition, trouble, log } = parts;
  const missed = new Missed(account, taker, parts);
  let wait = looksEvery;
  while (!signal.aborted) {
    if (hears())
      try {
        const now = clock.now();
        const { at } = ((await positionOf("heard")) ?? { at: now }) as { at: number };
        if (now - at > covered) {
          const count = await missed.read(at - covered, signal);
          log.info(
            { since: new Date(at).toISOString(), messages: count },
            "read what Slack's clients wrote meanwhile",
          );
        }
        if (!signal.aborted) await keepPosition("heard", { at: now });
        trouble("history", null);
        wait = looksEvery;
      } catch (error) {
        if (!signal.aborted) trouble("history", `What clients wrote in Slack meanwhile: ${whyOf(error)}`);
        wait = Math.min(wait * 2, longestWait);
      }
    await pause(timers, wait, signal);
  }
}

class Missed {
  readonly #client: WebClient;
  readonly #taker: ReturnType<typeof slackTaker>;
  readonly #parts: Parts;

  constructor(
    { token, apiUrl }: { token: string; apiUrl: string },
    taker: ReturnType<typeof slackTaker>,
    parts: Parts,
  ) {
    this.#taker = taker;
    this.#parts = parts;
    this.#client = new WebClient(token, {
      ...{ slackApiUrl: apiUrl, fetch: parts.request, timeout: 10_000 },
      ...{ retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
    });
  }

  /** @returns how many messages there were */
  async read(since: number, signal: AbortSignal): Promise<number> {
    const me = await this.#ask((client) => client.auth.test());
    const { bot } = await this.#ask((client) => client.bots.info({ bot: me.bot_id! }));
    const who = { app: bot?.app_id ?? "", team: me.team_id ?? "", bots: me.user_id ? [me.user_id] : [] };
    const oldest = String(Math.max(0, since / 1000));
    let count = 0;
    for (const channel of await this.#channels()) {
      if (signal.aborted) break;
      const messages = await this.#pages(
        (cursor) => (client) =>
          client.conversations.history({ channel, oldest, limit: pageSize, ...(cursor ? { cursor } : {}) }),
      );
      const roots = messages.filter(({ reply_count: replies }) => replies).map(({ ts }) => ts!);
      const threads = new Set([...roots, ...(await this.#threads(channel))]);
      for (const ts of threads)
        messages.push(
          ...(await this.#pages(
            (cursor) => (client) =>
              client.conversations.replies({
                channel,
                ts,
                oldest,
                limit: pageSize,
                ...(cursor ? { cursor } : {}),
              }),
          )),
        );
      const read = messages
        .map((one) => said.safeParse({ type: "message", ...one, channel }).data)
        .filter((one): one is Said => one?.ts !== undefined && Number(one.ts) >= Number(oldest))
        .sort((a, b) => Number(a.ts) - Number(b.ts));
      for (const one of read) await this.#parts.take(await this.#taker.past(who, one));
      count += new Set(read.map(({ ts }) => ts)).size;
    }
    return count;
  }

  /** Those that the app is in. Without the scope for the list: those that the store knows. */
  async #channels(): Promise<string[]> {
    const rows = await this.#parts.db
      .selectFrom("conversation_names")
      .select("name")
      .where("channel", "=", "slack")
      .where("name", "like", "C%")
      .execute();
    const known = new Set(rows.map(({ name }) => name.split("/")[0]!));
    try {
      let cursor: string | undefined;
      do {
        const page = await this.#ask((client) =>
          client.users.conversations({
            types: "public_channel,private_channel",
            limit: 200,
            ...(cursor ? { cursor } : {}),
          }),
        );
        for (const { id } of page.channels ?? []) if (id) known.add(id);
        cursor = page.response_metadata?.next_cursor;
      } while (cursor);
    } catch (error) {
      if (codeOf(error) !== "missing_scope") throw error;
    }
    return [...known];
  }

  async #threads(channel: string): Promise<string[]> {
    const rows = await this.#parts.db
      .selectFrom("conversation_names")
      .innerJoin("conversations", "conversations.id", "conversation_id")
      .select("name")
      .where("conversation_names.channel", "=", "slack")
      .where("name", "like", `${channel}/%`)
      .where("heard_at", ">", this.#parts.clock.now() - threadsFor)
      .execute();
    return rows.map(({ name }) => name.slice(channel.length + 1));
  }

  async #pages(
    ask: (cursor: string) => (client: WebClient) => Promise<Page>,
  ): Promise<{ ts?: string; reply_count?: number }[]> {
    const messages: { ts?: string; reply_count?: number }[] = [];
    let cursor = "";
    for (let page = 0; page < mostPages; page++) {
      const answer = await this.#ask(ask(cursor)).catch((error: WebAPICallError) => {
        // a channel that is gone, or that the app has left, has nothing to read. Without its token the app reads
        // nothing now, and reads on from here later
        if (nothingThere.has(codeOf(error))) return {} as Page;
        throw error;
      });
      messages.push(...(answer.messages ?? []));
      cursor = answer.response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return messages;
  }

  /** One call, as often as Slack asks to wait. */
  async #ask<Answer>(call: (client: WebClient) => Promise<Answer>): Promise<Answer> {
    const { timers, signal } = this.#parts;
    for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
      try {
        return await call(this.#client);
      } catch (error) {
        const { code, retryAfter } = error as WebAPICallError & { retryAfter?: number };
        if (code === ErrorCode.PlatformError || signal.aborted) throw error;
        const asked = code === ErrorCode.RateLimitedError ? retryAfter : undefined;
        await pause(timers, asked === undefined ? wait : asked * 1000, signal);
        if (signal.aborted) throw error;
      }
    }
  }
}

const nothingThere = new Set([
  ...["channel_not_found", "not_in_channel", "is_archived", "thread_not_found", "message_not_found"],
]);
const codeOf = (error: unknown): string => {
  const { code, data } = error as WebAPICallError & { data?: { error?: string } };
  return code === ErrorCode.PlatformError ? (data?.error ?? "") : "";
};

interface Page {
  messages?: { ts?: string; reply_count?: number }[];
  response_metadata?: { next_cursor?: string };
}
