// Slack's wire for conversations: events, commands and forms as Slack documents and signs them, and the API they use.
import { createHmac } from "node:crypto";
import { signingSecret } from "../channels/wires/slack.ts";
import { serve, type Answer } from "../channels/wires/serve.ts";

export { signingSecret };
export const team = "T0PROVIDER";
export const app = "A0APP";
export const bot = "U0BOT";

export interface Posted {
  channel: string;
  text: string;
  ts: string;
  thread: string | null;
  blocks: { type: string; elements?: { action_id?: string; value?: string }[] }[];
}

/** @param emails what users.info says of a user; a user without one is of another workspace and not shown */
export async function slackChat(emails: Record<string, string>) {
  const posted: Posted[] = [];
  const views: {
    trigger_id: string;
    view: View;
  }[] = [];
  const updates: { view_id: string; hash: string; view: View }[] = [];
  let count = 0;
  const wire = await serve(({ path, body, headers }): Answer => {
    if (headers.authorization !== "Bearer xoxb-test") return { body: { ok: false, error: "invalid_auth" } };
    const file = /\/files\/(\w+)/.exec(path)?.[1];
    if (file !== undefined)
      return file === "LOGIN" || file === "PAGE"
        ? { headers: { "content-type": "text/html" }, text: "<!DOCTYPE html><title>Slack</title>" }
        : { headers: { "content-type": "image/png" }, text: `png of ${file}` };
    const form = new URLSearchParams(body);
    if (path.endsWith("users.info")) {
      const user = form.get("user")!;
      if (!(user in emails)) return { body: { ok: false, error: "user_not_found" } };
      return { body: { ok: true, user: { id: user, profile: { email: emails[user] } } } };
    }
    if (path.endsWith("views.open")) {
      views.push({ trigger_id: form.get("trigger_id")!, view: JSON.parse(form.get("view")!) });
      return { body: { ok: true, view: { id: "V1" } } };
    }
    if (path.endsWith("views.update")) {
      const update = Object.fromEntries(form) as { view_id: string; hash: string; view: string };
      updates.push({ ...update, view: JSON.parse(update.view) });
      return { body: { ok: true, view: { id: update.view_id } } };
    }
    if (path.endsWith("chat.postMessage")) {
      const channel = form.get("channel")!;
      if (channel === "C0NOTIN") return { body: { ok: false, error: "not_in_channel" } };
      const ts = `1800000${String(count++).padStart(3, "0")}.000100`;
      const inChannel = channel.startsWith("U") ? `D${channel.slice(1)}` : channel;
      posted.push({
        channel: inChannel,
        text: form.get("text")!,
        ts,
        thread: form.get("thread_ts"),
        blocks: JSON.parse(form.get("blocks") ?? "[]"),
      });
      return { body: { ok: true, channel: inChannel, ts } };
    }
    return { body: { ok: false, error: "unknown_method" } };
  });
  return { ...wire, api: `${wire.url}/api/`, posted, views, updates };
}

export interface View {
  private_metadata: string;
  callback_id: string;
  blocks: { block_id: string; element?: { initial_value?: string } }[];
}

/** What Slack sends when somebody taps the button that an answer has for the form. */
export const tap = ({ channel, ts, thread, blocks }: Posted, user: string) => {
  const elements = blocks.flatMap((block) => block.elements ?? []);
  const { value } = elements.find(({ action_id: id }) => id === "open_case")!;
  return interaction({
    ...{ type: "block_actions", trigger_id: "13345224609.738474920", user: { id: user, team_id: team } },
    ...{ channel: { id: channel }, message: { ts, thread_ts: thread ?? ts } },
    actions: [{ action_id: "open_case", value, action_ts: "1800000009.1" }],
  });
};

export interface Entered {
  subject: string;
  text: string;
  priority: string;
  category?: string;
}

/** What Slack sends when somebody sends the form. */
export const submission = (view: View, id: string, user: string, entered: Entered) => {
  const chosen = (value: string | undefined) => ({ selected_option: value === undefined ? null : { value } });
  const priority = view.blocks.find(({ block_id: block }) => block.startsWith("priority/"))!.block_id;
  return interaction({
    ...{ type: "view_submission", user: { id: user, team_id: team } },
    view: {
      ...{ id, callback_id: view.callback_id, private_metadata: view.private_metadata },
      state: {
        values: {
          subject: { subject: { value: entered.subject } },
          text: { text: { value: entered.text } },
          impact: { impact: { selected_options: [] } },
          [priority]: { priority: chosen(`priority:${entered.priority}`) },
          category: { category: chosen(entered.category && `category:${entered.category}`) },
        },
      },
    },
  });
};

function signedAs(
  type: string,
  body: string,
  secret: string,
  at: number,
  headers: Record<string, string> = {},
) {
  const timestamp = String(Math.floor(at / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  return {
    method: "POST",
    body,
    headers: {
      ...{ "content-type": type, "x-slack-request-timestamp": timestamp, "x-slack-signature": signature },
      ...headers,
    },
  };
}

let events = 0;
export const event = (
  about: object,
  headers: Record<string, string> = {},
  secret = signingSecret,
  at = Date.now(),
) =>
  signedAs(
    "application/json",
    JSON.stringify({
      ...{ token: "x", team_id: team, api_app_id: app, type: "event_callback" },
      event: about,
      ...{ event_id: `Ev${events++}`, event_time: Math.floor(at / 1000) },
      authorizations: [{ team_id: team, user_id: bot, is_bot: true }],
    }),
    secret,
    at,
    headers,
  );

export const command = (fields: Record<string, string>) =>
  signedAs(
    "application/x-www-form-urlencoded",
    new URLSearchParams({
      command: "/soporte",
      team_id: team,
      trigger_id: "13345224609.738474920",
      ...fields,
    }).toString(),
    signingSecret,
    Date.now(),
  );

export const interaction = (payload: object) =>
  signedAs(
    "application/x-www-form-urlencoded",
    new URLSearchParams({ payload: JSON.stringify({ api_app_id: app, ...payload }) }).toString(),
    signingSecret,
    Date.now(),
  );

/** A `ts` as Slack gives them: the second with six digits. */
export const tsOf = (at: number, n = 0) => `${Math.floor(at / 1000)}.${String(100_000 + n)}`;
