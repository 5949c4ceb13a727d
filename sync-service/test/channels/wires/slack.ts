// Slack's wire: chat.postMessage and chat.update as its client speaks them, its errors, and its signature.
import { createHmac } from "node:crypto";
import { serve, type Answer, type Asked } from "./serve.ts";

export const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5";

export async function slackWire() {
  const fails: Answer[] = [];
  let count = 0;
  const posted: {
    ts: string;
    channel: string;
    text: string;
    blocks: unknown[];
    updates: { text: string; blocks: unknown[] }[];
  }[] = [];
  const said: { text: string; response_type: string }[] = [];
  const wire = await serve(({ path, body, headers }: Asked): Answer => {
    if (path === "/response") {
      said.push(JSON.parse(body));
      return { body: { ok: true } };
    }
    if (headers.authorization !== "Bearer xoxb-test") return { body: { ok: false, error: "invalid_auth" } };
    const fail = fails.shift();
    if (fail !== undefined) return fail;
    const form = new URLSearchParams(body);
    const message = { text: form.get("text")!, blocks: JSON.parse(form.get("blocks") ?? "[]") as unknown[] };
    const channel = form.get("channel")!;
    if (path.endsWith("chat.postMessage")) {
      if (channel === "C0NOTHERE") return { body: { ok: false, error: "channel_not_found" } };
      const ts = `17000000${count++}.000100`;
      posted.push({ ts, channel, ...message, updates: [] });
      return { body: { ok: true, channel, ts, message: { text: message.text } } };
    }
    if (path.endsWith("chat.update")) {
      const known = posted.find((m) => m.ts === form.get("ts") && m.channel === channel);
      if (known === undefined) return { body: { ok: false, error: "message_not_found" } };
      known.updates.push(message);
      return { body: { ok: true, channel, ts: known.ts } };
    }
    return { body: { ok: false, error: "unknown_method" } };
  });
  return { ...wire, api: `${wire.url}/api/`, responseUrl: `${wire.url}/response`, fails, posted, said };
}

/** What Slack sends when somebody clicks. */
export function click(user: string, value: string, responseUrl: string, now: number, secret = signingSecret) {
  const payload = {
    type: "block_actions",
    user: { id: user, username: "someone", team_id: "T1" },
    api_app_id: "A1",
    response_url: responseUrl,
    actions: [{ type: "button", action_id: "acknowledge", block_id: "b", value, action_ts: "1.1" }],
  };
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const timestamp = String(Math.floor(now / 1000));
  const signature = `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature,
    },
  };
}
