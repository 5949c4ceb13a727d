import { ErrorCode, LogLevel, WebClient, type WebAPICallError } from "@slack/web-api";
import type { Kysely } from "kysely";
import type { Clock } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import type { Channel, Delivery, Outcome } from "../outbox/delivery.ts";
import { whyOf } from "../outbox/http-outcome.ts";
import { correctionOf, instantIn, linesOf, titleOf, wordsIn } from "../notices/message.ts";
import { clockKey, type Notice } from "../notices/notice.ts";
import { reportText, reportTitle, type Report } from "../notices/report-message.ts";

/** The action id of the button; its value is the clock's key. */
export const acknowledgeAction = "acknowledge";

/** Slack's, of the workspace or the token: nothing else would get through either. */
const ofTheWorkspace = new Set([
  "ratelimited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
]);
const ofTheToken = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "token_expired",
  "missing_scope",
]);

/** Messages by Slack's own client; its retries are off, since the outbox's are kept through a crash. */
export function slackChannel(db: Kysely<Database>, token: string, apiUrl: string, clock: Clock): Channel {
  const client = new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    // what fails is an outcome, said where all of them are
    logLevel: LogLevel.ERROR,
    timeout: 10_000,
  });
  const send = async (item: Delivery): Promise<Outcome> => {
    try {
      if (item.kind === "slack.update") return await update(db, client, item, clock.now());
      const [channel, message] =
        item.kind === "report.slack"
          ? reportOf(item.payload as Report)
          : noticeOf(item.payload as Notice, clock.now());
      const { ts, channel: posted } = await client.chat.postMessage({
        channel,
        ...message,
        unfurl_links: false,
        metadata: { event_type: "sla_step", event_payload: { key: item.key } },
      });
      return { is: "delivered", receipt: { channel: posted, ts } };
    } catch (error) {
      return troubleOf(error as WebAPICallError);
    }
  };
  return {
    batch: 1,
    linger: 0,
    deliver: (items) => Promise.all(items.map(send)),
  };
}

function troubleOf(error: WebAPICallError): Outcome {
  switch (error.code) {
    case ErrorCode.RateLimitedError:
      return { is: "unavailable", reason: "Slack asks to slow down.", after: error.retryAfter * 1000 };
    case ErrorCode.PlatformError: {
      const code = error.data.error;
      if (ofTheWorkspace.has(code) || ofTheToken.has(code))
        return { is: "unavailable", reason: `Slack: ${code}` };
      return { is: "dead", reason: `Slack: ${code}` };
    }
    case ErrorCode.HTTPError:
      return error.statusCode >= 500 || error.statusCode === 429
        ? { is: "unavailable", reason: `Slack: HTTP ${error.statusCode}` }
        : { is: "dead", reason: `Slack: HTTP ${error.statusCode}` };
    default:
      return {
        is: "unavailable",
        reason: `Slack does not answer: ${whyOf((error as { original?: Error }).original ?? error)}`,
      };
  }
}

/** Slack's mrkdwn has three characters of its own; whatever a client writes must not become a link or a mention. */
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

export function noticeOf(
  notice: Notice,
  at: number,
  ending?: string,
): [channel: string, message: { text: string; blocks: object[] } & Record<string, unknown>] {
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
  return [
    notice.to.slack!,
    {
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
    },
  ];
}

function reportOf(report: Report): ReturnType<typeof noticeOf> {
  const text = `*${escape(reportTitle(report))}*\n${escape(reportText(report))}`;
  return [report.to.slack!, { text: escape(reportTitle(report)), blocks: [section(text)] }];
}

/** The message says who has it now, and its button goes. */
async function update(db: Kysely<Database>, client: WebClient, item: Delivery, at: number): Promise<Outcome> {
  const { of, notice, because } = item.payload as {
    of: string;
    notice: Notice;
    because: { status: string; at: number | null; by: string | null };
  };
  const sent = await db
    .selectFrom("outbox")
    .select(["state", "receipt"])
    .where("key", "=", of)
    .executeTakeFirst();
  if (sent === undefined || ["dead", "discarded", "withheld"].includes(sent.state))
    return { is: "delivered", note: "The message was never sent." };
  if (sent.receipt === null) return { is: "later", reason: "The message is still on its way." };
  const { channel, ts } = JSON.parse(sent.receipt) as { channel: string; ts: string };
  const [, message] = noticeOf(notice, at, endingOf(notice, because));
  await client.chat.update({ channel, ts, ...message });
  return { is: "delivered" };
}

export function endingOf(
  notice: Notice,
  because: { status: string; at: number | null; by: string | null },
): string {
  const at = because.at === null ? "" : instantIn(because.at, notice.timeZone, notice.language);
  if (!because.status.startsWith("Acknowledged"))
    return { es: `El reloj terminó el ${at}.`, en: `The clock ended on ${at}.` }[notice.language];
  const by = because.by ?? wordsIn(notice.language).someone;
  return { es: `✔ ${by} tomó el caso el ${at}.`, en: `✔ ${by} acknowledged the case on ${at}.` }[
    notice.language
  ];
}
