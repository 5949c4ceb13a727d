import { ErrorCode, LogLevel, WebClient, type WebAPICallError } from "@slack/web-api";
import type { Kysely } from "kysely";
import { z } from "zod";
import { correctionOf, endingOf, linesOf, titleOf, wordsIn } from "../messages/message.ts";
import { clockKey, type Notice } from "../messages/notice.ts";
import { reportText, reportTitle, type Report } from "../messages/report-message.ts";
import { talkWords, type Talk } from "../messages/talk.ts";
import { secretRef } from "../secrets.ts";
import type { Database } from "../store/schema.ts";
import {
  correctionByNews,
  defineChannel,
  isReport,
  isTalk,
  noticeIn,
  type Because,
  type Delivery,
  type Outcome,
} from "./channel.ts";
import { longestWait, shown, waitOf, whyOf } from "./http.ts";
import { slackFile } from "./files.ts";
import { slackDoor, slackTaker } from "./slack-door.ts";
import { openCase } from "./slack-form.ts";
import { readMissed } from "./slack-history.ts";
import { connections, keepSocket } from "./slack-socket.ts";

/** The button's action id. The button's value is the clock's key. */
export const acknowledgeAction = "acknowledge";

/** Slack accepts one message per second in a channel. */
const pace = 1_000;

export const slack = defineChannel({
  name: "slack",
  label: { es: "Slack", en: "Slack" },
  planChannel: "Slack",
  account: z.strictObject({
    token: secretRef,
    /** With it, the service verifies that a click on a button comes from Slack. */
    signingSecret: secretRef,
    /** Opens Socket Mode, for a service that Slack cannot reach. */
    appToken: secretRef.optional(),
    apiUrl: z.url().default("https://slack.com/api/"),
  }),
  address: {
    key: "slack",
    /** Slack's id of a user (U…, W…) or of a channel (C…, G…). */
    schema: z.string().regex(/^[UWCGD][A-Z0-9]{5,}$/, "not a Slack id such as C0123456789"),
    contact: null,
    ownLane: true,
  },
  place: "slackChannel",
  settings: {},
  reports: true,
  trouble: "everybody",
  tells: ["notice.slack"],
  // we update each message: it names the person who acknowledged, and the button disappears
  ended: (sent, { because }) =>
    sent.map((of) => ({
      of,
      key: `ended/${of.key}`,
      kind: "slack.update",
      payload: { of: of.key, notice: of.news, because },
    })),
  corrected: correctionByNews,

  door: {
    files: ({ account, secret, request }) => slackFile(secret(account.token), request),
    open: ({ account, ...parts }) =>
      slackDoor(
        {
          token: parts.secret(account.token),
          signingSecret: parts.secret(account.signingSecret),
          apiUrl: account.apiUrl,
        },
        parts,
      ),
    listen({ account: { apiUrl, ...account }, ...parts }) {
      const { secret, signal } = parts;
      const token = secret(account.token);
      const taker = slackTaker({ token, apiUrl }, parts);
      const appToken = account.appToken && secret(account.appToken);
      if (appToken === undefined) return [readMissed({ token, apiUrl }, taker, () => true, parts)];
      const open = new Set<string>();
      const sockets = Array.from({ length: connections }, (_, n) => {
        const part = `socket ${n + 1}`;
        const trouble = (name: string, reason: string | null) => {
          if (reason === null) open.add(name);
          else open.delete(name);
          parts.trouble(name, reason);
        };
        return keepSocket({ appToken, apiUrl }, taker, part, { ...parts, trouble });
      });
      return [
        ...sockets,
        readMissed({ token, apiUrl }, taker, () => open.size > 0 && !signal.aborted, parts),
      ];
    },
  },

  /** Uses Slack's own client. Its retries are off, because the outbox's retries survive a crash. */
  create({ account, secret, db, clock, request }) {
    const client = new WebClient(secret(account.token), {
      slackApiUrl: account.apiUrl,
      fetch: request,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      // failures are outcomes, and the outbox logs them
      logLevel: LogLevel.ERROR,
      timeout: 10_000,
    });
    return {
      batch: 1,
      pace,
      async render(item) {
        if (isTalk(item)) return talkOf(item.payload, item.key);
        if (item.kind !== "slack.update") {
          const message = isReport(item) ? reportOf(item.payload) : noticeOf(noticeIn(item), clock.now());
          const metadata = { event_type: "sla_step", event_payload: { key: item.key } };
          return { ...message, unfurl_links: false, metadata };
        }
        const { notice, because } = item.payload as Update;
        return noticeOf(notice, clock.now(), endingOf(notice, because));
      },
      async send(message: SlackMessage, item: Delivery): Promise<Outcome> {
        try {
          if (isTalk(item)) return await say(client, db, message, item.payload);
          if (item.kind !== "slack.update") {
            const { ts, channel } = await client.chat.postMessage(message);
            return { is: "delivered", receipt: { channel, ts } };
          }
          const sent = await db
            .selectFrom("outbox")
            .select(["state", "receipt"])
            .where("org_id", "=", item.orgId)
            .where("key", "=", (item.payload as Update).of)
            .executeTakeFirst();
          if (sent === undefined || ["dead", "discarded", "withheld"].includes(sent.state))
            return { is: "delivered", note: "The message was never sent." };
          if (sent.receipt === null) return { is: "later", reason: "The message is still on its way." };
          await client.chat.update({
            ...message,
            ...(JSON.parse(sent.receipt) as { channel: string; ts: string }),
          });
          return { is: "delivered" };
        } catch (error) {
          return troubleOf(error as WebAPICallError);
        }
      },
    };
  },
});

interface ThreadAddress {
  lane: string;
  /** null: the first message begins the thread. */
  thread: string | null;
  user?: string;
}

const sectionsOf = (text: string) =>
  Array.from({ length: Math.ceil(text.length / 3000) }, (_, n) =>
    section(text.slice(n * 3000, (n + 1) * 3000)),
  );

function talkOf(talk: Talk, key: string): SlackMessage {
  const { lane, thread } = talk.to as ThreadAddress;
  const text = escape(talk.text);
  return {
    channel: lane,
    text: text.slice(0, 3000),
    ...(thread === null ? {} : { thread_ts: thread }),
    blocks: [
      ...sectionsOf(text).slice(0, 40),
      ...(talk.form === undefined
        ? []
        : [
            {
              type: "actions",
              elements: [
                button(talkWords.openCase(talk.language), {
                  ...{ action_id: openCase, value: talk.form, style: "primary" },
                }),
              ],
            },
          ]),
      ...(talk.choices === undefined
        ? []
        : [
            { type: "context", elements: [{ type: "mrkdwn", text: escape(choicesOf(talk)) }] },
            {
              type: "actions",
              elements: talk.choices.list
                .slice(0, 25)
                .map(({ id, title }) =>
                  button(title.slice(0, 75), { action_id: id.slice(0, 255), value: id }),
                ),
            },
          ]),
    ],
    unfurl_links: false,
    metadata: { event_type: "support_talk", event_payload: { key } },
  };
}

const choicesOf = ({ choices }: Talk) =>
  [
    choices!.question,
    ...choices!.list.flatMap(({ title, description }) => (description ? [`${title}: ${description}`] : [])),
  ].join("\n");

/** A thread that the service begins gets its name with its first message: answers to it find the case. */
async function say(
  client: WebClient,
  db: Kysely<Database>,
  message: SlackMessage,
  talk: Talk,
): Promise<Outcome> {
  const to = talk.to as ThreadAddress;
  const { conversationId: id } = talk;
  let place = { channel: message.channel, thread: to.thread };
  if (place.thread === null && id !== null) {
    const row = await db
      .selectFrom("conversations")
      .select("address")
      .where("id", "=", id)
      .executeTakeFirst();
    const { lane, thread } = JSON.parse(row?.address ?? "{}") as ThreadAddress;
    if (thread != null) place = { channel: lane, thread };
  }
  const post = (channel: string) =>
    client.chat.postMessage({
      ...message,
      channel,
      ...(place.thread === null ? {} : { thread_ts: place.thread }),
    });
  const { ts, channel } = await post(place.channel).catch((error: WebAPICallError) => {
    const code = error.code === ErrorCode.PlatformError ? (error.data as { error: string }).error : "";
    // the command was given where the app is no member: the answer goes to its author
    if (to.user === undefined || !["not_in_channel", "channel_not_found"].includes(code)) throw error;
    return post(to.user);
  });
  if (place.thread === null && id !== null && ts !== undefined && channel !== undefined)
    await db.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable("conversations")
        .set({ address: JSON.stringify({ lane: channel, thread: ts, user: to.user }) })
        .where("id", "=", id)
        .returning("org_id")
        .executeTakeFirst();
      if (row === undefined) return;
      await tx
        .insertInto("conversation_names")
        .values({ channel: "slack", name: `${channel}/${ts}`, org_id: row.org_id, conversation_id: id })
        .onConflict((c) => c.doNothing())
        .execute();
    });
  return { is: "delivered", receipt: { channel, ts } };
}

interface Update {
  /** The outbox key of the message that this one updates. */
  of: string;
  notice: Notice;
  because: Because;
}
interface SlackMessage extends Record<string, unknown> {
  channel: string;
  text: string;
  blocks: object[];
}

/** Errors of the workspace or the token. They would stop every other message too. */
const ofEverybody = new Set([
  ...["internal_error", "fatal_error", "service_unavailable", "team_added_to_org", "request_timeout"],
  ...["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"],
]);
const ofTheChannel = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);

function troubleOf(error: WebAPICallError): Outcome {
  switch (error.code) {
    case ErrorCode.RateLimitedError:
      return limited(error.retryAfter);
    case ErrorCode.PlatformError: {
      const { error: code, ...data } = error.data as { error: unknown } & SlackWait;
      // Slack's own errors are words such as channel_not_found; anything else comes from a proxy on the way
      if (typeof code !== "string" || !/^[a-z][a-z0-9_]*$/.test(code))
        return {
          is: "unavailable",
          reason: `Another server answered instead of Slack: ${shown(String(code))}`,
        };
      if (ofTheChannel.has(code)) return limited(data.retry_after ?? data.response_metadata?.retryAfter);
      const is = ofEverybody.has(code) ? "unavailable" : "dead";
      return { is, reason: `Slack: ${code}` };
    }
    case ErrorCode.HTTPError: {
      const { statusCode: status } = error;
      const headers = new Headers(error.headers as Record<string, string>);
      if (status === 429) return limited(headers.get("retry-after"));
      // Slack itself answers only 200 and 429: a redirect or a refusal comes from a proxy on the way
      return { is: "unavailable", reason: `Slack: HTTP ${status}` };
    }
    default: {
      const { original } = error as { original?: Error };
      return { is: "unavailable", reason: `Slack does not answer: ${whyOf(original ?? error)}` };
    }
  }
}

interface SlackWait {
  retry_after?: unknown;
  response_metadata?: { retryAfter?: unknown };
}

function limited(seconds: unknown): Outcome {
  const wait = seconds === null || seconds === undefined ? undefined : waitOf(Number(seconds) * 1000);
  return { is: "limited", reason: "Slack asks to slow down.", after: Math.min(wait ?? 30_000, longestWait) };
}

/** Escapes the three special characters of Slack's mrkdwn, so that a client's text cannot become a link or a mention. */
export const escape = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const section = (text: string) => ({
  type: "section" as const,
  text: { type: "mrkdwn" as const, text: text.slice(0, 3000) },
});
const button = (text: string, extra: object) => ({
  type: "button" as const,
  text: { type: "plain_text" as const, text },
  ...extra,
});

export function noticeOf(notice: Notice, at: number, ending?: string): SlackMessage {
  const { language } = notice;
  const w = wordsIn(language);
  const title = titleOf(notice, language);
  const fields = linesOf(notice, language, at).map(([label, value]) => ({
    type: "mrkdwn",
    text: `*${label}*\n${escape(value)}`.slice(0, 2000),
  }));
  const buttons = [
    ...(notice.canAcknowledge && notice.about === "step" && ending === undefined
      ? [button(w.acknowledge, { action_id: acknowledgeAction, style: "primary", value: clockKey(notice) })]
      : []),
    button(w.openCase, { action_id: "open", url: notice.caseUrl }),
  ];
  return {
    channel: notice.address,
    text: escape(title),
    blocks: [
      { type: "header", text: { type: "plain_text", text: title.slice(0, 150) } },
      ...(notice.about === "correction" ? [section(escape(correctionOf(notice, language)))] : []),
      { type: "section", fields: fields.slice(0, 10) },
      ...(ending === undefined
        ? []
        : [{ type: "context", elements: [{ type: "mrkdwn", text: escape(ending) }] }]),
      { type: "actions", elements: buttons },
    ],
  };
}

function reportOf(report: Report): SlackMessage {
  const text = `*${escape(reportTitle(report))}*\n${escape(reportText(report))}`;
  return { channel: report.address, text: escape(reportTitle(report)), blocks: [section(text)] };
}
