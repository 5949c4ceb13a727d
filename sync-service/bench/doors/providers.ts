// Slack, WhatsApp, a mail server and PagerDuty as they speak on the wire, and the service's accounts with them.
import { createHmac } from "node:crypto";
import { mailWire } from "../../test/channels/wires/mail.ts";
import { webhookSecret } from "../../test/channels/wires/pagerduty.ts";
import { serve } from "../../test/channels/wires/serve.ts";
import { signingSecret, slackChat } from "../../test/intake/slack-wire.ts";
import { appSecret, chatWire, phoneId, verifyToken } from "../../test/intake/wires.ts";

const mailSecret = "mail-secret";

/** @param emails of Slack's users */
export async function startProviders(emails: Record<string, string>) {
  const [slack, chat, mail, onCall] = await Promise.all([
    slackChat(emails),
    chatWire(),
    mailWire(),
    serve(({ path }) => ({ status: path === "/v2/enqueue" ? 202 : 201, body: {} })),
  ]);
  const secrets = {
    SLACK: "xoxb-test",
    SIGNING: signingSecret,
    WA: "wa-token",
    APP: appSecret,
    VERIFY: verifyToken,
    SMTP: mail.url,
    MAIL: mailSecret,
    PAGER: "R".repeat(32),
    PAGER_HOOK: webhookSecret,
    PAGER_API: "pd-api",
  };
  const env = (name: keyof typeof secrets) => ({ env: `DOORS_${name}` });
  return {
    ...{ slack, chat, mail },
    environment: Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [`DOORS_${name}`, value]),
    ) as Record<string, string>,
    actions: {
      slack: { token: env("SLACK"), signingSecret: env("SIGNING"), apiUrl: slack.api },
      whatsApp: {
        ...{ token: env("WA"), appSecret: env("APP"), verifyToken: env("VERIFY") },
        ...{ phoneNumberId: phoneId, template: "t", apiUrl: chat.apiUrl },
      },
      pagerDuty: {
        ...{ routingKey: env("PAGER"), webhookSecret: env("PAGER_HOOK"), apiToken: env("PAGER_API") },
        ...{ apiFrom: "soporte@consultora.example", apiUrl: `${onCall.url}/` },
        eventsUrl: `${onCall.url}/v2/enqueue`,
      },
      email: { server: env("SMTP"), from: "soporte@consultora.example", webhookSecret: env("MAIL") },
    },
    close: () => Promise.all([slack.close(), chat.close(), mail.close(), onCall.close()]),
  };
}

/** What a provider sends, and where to. */
export interface Sent {
  path: string;
  request: { method: string; body: string; headers: Record<string, string> };
}

/** A mail as a mail service posts it. `answers` is the Message-ID that it answers. */
export function mailOf(about: {
  from: string;
  subject: string;
  id: string;
  text: string;
  answers?: string | undefined;
}): Sent {
  const raw = [
    `From: P <${about.from}>`,
    `Subject: ${about.subject}`,
    `Message-ID: ${about.id}`,
    ...(about.answers === undefined ? [] : [`References: ${about.answers}`]),
    ...["Content-Type: text/plain; charset=utf-8", "", about.text],
  ].join("\r\n");
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", mailSecret).update(`${at}.${raw}`).digest("hex");
  return {
    path: "/email/webhooks",
    request: {
      method: "POST",
      body: raw,
      headers: { "x-compromiso-timestamp": at, "x-compromiso-signature": signature },
    },
  };
}
