import type { Kysely } from "kysely";
import type { Clock, Runtime } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import type { ActionsConfig } from "./config.ts";
import type { Channel, Channels, Delivery } from "../outbox/delivery.ts";
import { contactAddress } from "./contact.ts";
import { emailChannel } from "./email.ts";
import type { Notice } from "../notices/notice.ts";
import { pagerDutyChannel } from "./pagerduty.ts";
import { salesforceChannel, type Orgs } from "./salesforce.ts";
import { readSecret } from "../orgs/secrets.ts";
import { settingsOf } from "../orgs/settings.ts";
import { slackChannel } from "./slack.ts";
import { webhookChannel } from "./webhook.ts";
import { whatsAppChannel } from "./whatsapp.ts";

/**
 * The channel for each destination. Secrets of configured channels are read here, once, so that a missing one is a
 * fault at start; those of an org's own webhooks and on-call are read when used, so that they are that org's trouble.
 * @throws SecretMissing
 */
export function channelsOf(
  db: Kysely<Database>,
  config: ActionsConfig,
  orgs: Orgs,
  runtime: Runtime,
): { of: Channels; close(): void } {
  const { clock, timers } = runtime;
  const settings = async (orgId: string) => {
    const row = await db.selectFrom("orgs").select("settings").where("id", "=", orgId).executeTakeFirst();
    return settingsOf(row?.settings ?? "{}");
  };
  const slack = config.slack && slackChannel(db, readSecret(config.slack.token), config.slack.apiUrl, clock);
  const email =
    config.email &&
    emailChannel(
      { server: readSecret(config.email.server), from: config.email.from, replyTo: config.email.replyTo },
      clock,
      async (item) => (item.payload as Notice).to.email ?? contactAddress(orgs, timers, item, "email"),
    );
  const pagerDuty = config.pagerDuty;
  if (pagerDuty) readSecret(pagerDuty.routingKey);
  const onCall =
    pagerDuty &&
    pagerDutyChannel(
      db,
      pagerDuty.eventsUrl,
      clock,
      async (orgId) => ((await settings(orgId)).pagerDuty ?? pagerDuty).routingKey,
    );
  const whatsApp =
    config.whatsApp &&
    whatsAppChannel({ ...config.whatsApp, token: readSecret(config.whatsApp.token) }, clock, (item) =>
      contactAddress(orgs, timers, item, "whatsapp"),
    );
  const salesforce = new Map<string, Channel>();

  return {
    of(destination) {
      const [kind, orgId = "", name = ""] = destination.split(":");
      switch (kind) {
        case "salesforce": {
          let channel = salesforce.get(orgId);
          if (channel === undefined)
            salesforce.set(orgId, (channel = salesforceChannel(db, orgs, orgId, runtime)));
          return channel;
        }
        case "slack":
          return slack ?? null;
        case "email":
          return email ?? null;
        case "pagerduty":
          return onCall ?? null;
        case "whatsapp":
          return whatsApp ?? null;
        case "webhook":
          return orgWebhook(() => settings(orgId), name, clock);
        default:
          return null;
      }
    },
    close: () => email?.close(),
  };
}

/** Looked up for each delivery: an operator may have changed the address or the secret since it was queued. */
function orgWebhook(
  settings: () => Promise<ReturnType<typeof settingsOf>>,
  name: string,
  clock: Clock,
): Channel {
  return {
    batch: 8,
    linger: 0,
    async deliver(items: Delivery[], signal: AbortSignal) {
      const hook = (await settings()).webhooks.find((h) => h.name === name);
      if (hook === undefined)
        return items.map(() => ({ is: "dead", reason: `The org has no webhook called ${name} any more.` }));
      return webhookChannel(hook.url, readSecret(hook.secret), clock).deliver(items, signal);
    },
  };
}
