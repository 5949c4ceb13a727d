// What Slack, Meta and a mail service send when a client writes: their documented payloads, signed.
import { createHmac, randomUUID } from "node:crypto";
import { servicePort } from "../clients.ts";
import type { Writer } from "./people.ts";
import { phoneId, shared } from "./secrets.ts";

const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");
const seconds = () => String(Math.floor(Date.now() / 1000));

async function post(path: string, body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${servicePort}${path}`, { method: "POST", body, headers });
  return response.status;
}

/** The service's own user in Slack. */
export const bot = "U0COMPROMISO";
let count = 0;
/** A `ts` as Slack gives them, each once. */
export const slackTs = () => `${seconds()}.${String(100_000 + (count++ % 900_000))}`;

function toSlack(path: string, type: string, body: string): Promise<number> {
  const at = seconds();
  return post(path, body, {
    "content-type": type,
    "x-slack-request-timestamp": at,
    "x-slack-signature": `v0=${hmac(shared.slackSigning, `v0:${at}:${body}`)}`,
  });
}

export function slackMessage(from: Writer, text: string, ts: string, thread: string | null): Promise<number> {
  const event = {
    ...{ user: from.slackUser, team: "T0DEMO", channel: from.slackChannel, ts },
    ...(thread === null
      ? { type: "app_mention", text: `<@${bot}> ${text}` }
      : { type: "message", text, thread_ts: thread }),
  };
  const body = {
    ...{
      type: "event_callback",
      team_id: "T0DEMO",
      api_app_id: "A0DEMO",
      event,
      event_id: `Ev${randomUUID()}`,
    },
    authorizations: [{ team_id: "T0DEMO", user_id: bot, is_bot: true }],
  };
  return toSlack("/slack/events", "application/json", JSON.stringify(body));
}

const encoded = "application/x-www-form-urlencoded";

function interact(from: Writer, payload: object): Promise<number> {
  const all = { api_app_id: "A0DEMO", user: { id: from.slackUser, team_id: "T0DEMO" }, ...payload };
  return toSlack("/slack/interactions", encoded, `payload=${encodeURIComponent(JSON.stringify(all))}`);
}

/** @param action the button's own id, where it is not its value */
export const slackClick = (
  from: Writer,
  { value, action = value, ts, thread }: { value: string; action?: string; ts: string; thread: string },
  trigger = "",
): Promise<number> =>
  interact(from, {
    ...{ type: "block_actions", trigger_id: trigger },
    ...{ channel: { id: from.slackChannel }, message: { ts, thread_ts: thread } },
    actions: [{ action_id: action, value, action_ts: slackTs() }],
  });

/** A form as the service made it, with what was entered so far. */
export interface SlackForm {
  id: string;
  callback_id: string;
  private_metadata: string;
  blocks: object[];
  state: object;
}

export const slackAnswered = (from: Writer, view: SlackForm): Promise<number> =>
  interact(from, { type: "block_actions", view, actions: [{ action_id: "impact", action_ts: slackTs() }] });

export const slackSubmitted = (from: Writer, view: SlackForm): Promise<number> =>
  interact(from, { type: "view_submission", view });

export const slackCommand = (from: Writer, text: string, trigger: string): Promise<number> =>
  toSlack(
    "/slack/commands",
    encoded,
    new URLSearchParams({
      ...{ command: "/soporte", text, trigger_id: trigger, team_id: "T0DEMO" },
      ...{ user_id: from.slackUser, channel_id: from.slackChannel },
    }).toString(),
  );

/** @param chosen the id of a row of the service's list, instead of text */
export function whatsAppMessage(from: Writer, text: string, chosen?: string): Promise<number> {
  const content =
    chosen === undefined
      ? { type: "text", text: { body: text } }
      : { type: "interactive", interactive: { type: "list_reply", list_reply: { id: chosen, title: text } } };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "5491100000000", phone_number_id: phoneId },
    contacts: [{ profile: { name: from.name }, wa_id: from.phone }],
    messages: [{ from: from.phone, id: `wamid.${randomUUID()}`, timestamp: seconds(), ...content }],
  };
  const body = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [{ id: "1", changes: [{ field: "messages", value }] }],
  });
  return post("/whatsapp/webhooks", body, {
    "content-type": "application/json",
    "x-hub-signature-256": `sha256=${hmac(shared.whatsAppApp, body)}`,
  });
}

export function mail(
  from: Writer,
  { subject, text, id, answers }: { subject: string; text: string; id: string; answers: string[] },
): Promise<number> {
  const base64 = (value: string) => Buffer.from(value).toString("base64");
  const body = [
    `From: ${from.name} <${from.email}>`,
    "To: soporte@consultora.example",
    `Subject: =?utf-8?B?${base64(subject)}?=`,
    `Message-ID: ${id}`,
    ...(answers.length === 0 ? [] : [`In-Reply-To: ${answers.at(-1)}`, `References: ${answers.join(" ")}`]),
    `Date: ${new Date().toUTCString()}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    base64(text),
  ].join("\r\n");
  const at = seconds();
  return post("/email/webhooks", body, {
    "content-type": "message/rfc822",
    "x-compromiso-timestamp": at,
    "x-compromiso-signature": hmac(shared.mail, `${at}.${body}`),
  });
}
