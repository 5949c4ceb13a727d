import type { Kysely } from "kysely";
import { z } from "zod";
import { linesOf, titleOf } from "../messages/message.ts";
import { clockKey, type CaseNews } from "../messages/notice.ts";
import type { Talk } from "../messages/talk.ts";
import { secretRef } from "../secrets.ts";
import type { Database } from "../store/schema.ts";
import { pagerDutyDoor } from "./pagerduty-door.ts";
import { defineChannel, isTalk, type Delivery, type Outcome, type Sequel } from "./channel.ts";
import { isJson, notFrom, outcomeOf } from "./http.ts";

/** PagerDuty cuts longer summaries and refuses longer keys. */
const longestSummary = 1024;
export const dedupKey = (news: CaseNews) => `compromiso/${clockKey(news)}`;

const actions: Partial<Record<string, string>> = {
  page: "trigger",
  "page.acknowledge": "acknowledge",
  "page.resolve": "resolve",
};

/**
 * On-call by PagerDuty's Events API v2. All steps of a clock share one key, so a clock has one alert.
 * Events of one alert go in order. If an acknowledgement came before its page, a person would be called for nothing.
 */
export const pagerDuty = defineChannel({
  name: "pagerduty",
  label: { es: "PagerDuty", en: "PagerDuty" },
  planChannel: "OnCall",
  account: z.strictObject({
    routingKey: secretRef,
    /** Verifies PagerDuty's webhooks. Without it, the service accepts no webhook. */
    webhookSecret: secretRef.optional(),
    /** A REST API key and the email of its user: the case's acknowledgement and its answers go to the client's incident. */
    apiToken: secretRef.optional(),
    apiFrom: z.email().optional(),
    apiUrl: z.url().default("https://api.pagerduty.com/"),
    eventsUrl: z.url().default("https://events.pagerduty.com/v2/enqueue"),
  }),
  address: null,
  place: null,
  /** An org may use its own PagerDuty service instead of the provider's. */
  settings: { pagerDuty: z.strictObject({ routingKey: secretRef }).optional() },
  reports: false,
  trouble: "everybody",
  tells: ["page"],
  ended(sent, { clock, over }) {
    const page = sent.at(-1)!;
    const sequel = (action: string): Sequel => ({
      of: page,
      key: `page/${clockKey(page.news)}/${action}`,
      kind: `page.${action}`,
      payload: page.news,
    });
    return [
      ...(clock.acknowledgedAt !== null ? [sequel("acknowledge")] : []),
      ...(over ? [sequel("resolve")] : []),
    ];
  },
  // all pages of a clock share one alert, so it stays open while one of their steps is still right
  corrected: (sent, because, standing) =>
    standing.length > 0
      ? null
      : {
          kind: "page.resolve",
          payload: { ...sent.news, about: "correction", ...(because ? { because } : {}) },
        },
  door: {
    listen: null,
    files: null,
    open: ({ account, secret }) =>
      account.webhookSecret === undefined ? null : pagerDutyDoor(secret(account.webhookSecret)),
  },

  create({ account, secret, settings, db, clock, request }) {
    // read it now, so that a missing provider's key stops the start; a missing org's key stops only that org
    secret(account.routingKey);
    const api = account.apiToken === undefined ? null : secret(account.apiToken);
    /** PagerDuty answers in JSON; anything else but a limit or an outage comes from a proxy on the way. */
    const answered = (response: Response, said: string, asked: string): Outcome =>
      response.status !== 429 && response.status < 500 && !isJson(said)
        ? notFrom("PagerDuty", response, clock.now())
        : outcomeOf(response, said, clock.now(), asked);
    async function toIncident(
      talk: Talk,
      { note }: { note?: string },
      signal: AbortSignal,
    ): Promise<Outcome> {
      const { incident } = talk.to as { incident: string };
      if (api === null || account.apiFrom === undefined)
        return {
          is: "delivered",
          note: "actions.pagerDuty has no apiToken and apiFrom, so the incident was not told.",
        };
      const ask = (method: string, path: string, body: object) =>
        request(new URL(path, account.apiUrl), {
          method,
          headers: {
            ...{ authorization: `Token token=${api}`, from: account.apiFrom! },
            ...{ accept: "application/vnd.pagerduty+json;version=2", "content-type": "application/json" },
          },
          body: JSON.stringify(body),
          signal,
        });
      // acknowledging here acknowledges there; doing it twice changes nothing
      if (talk.acknowledges) {
        const response = await ask("PUT", `incidents/${incident}`, {
          incident: { type: "incident_reference", status: "acknowledged" },
        });
        const outcome = answered(response, await response.text(), account.apiUrl);
        // one that is resolved by now needs nobody
        if (outcome.is !== "delivered" && response.status !== 400) return outcome;
      }
      const response = await ask("POST", `incidents/${incident}/notes`, { note: { content: note } });
      return answered(response, await response.text(), account.apiUrl);
    }
    return {
      batch: 4,
      render(item) {
        if (isTalk(item)) return { note: item.payload.text };
        const action = actions[item.kind];
        if (action === undefined) return { is: "dead", reason: `On-call has nothing called ${item.kind}.` };
        const news = item.payload as CaseNews & { severity?: string };
        return {
          event_action: action,
          dedup_key: dedupKey(news),
          ...(action === "trigger" ? detailsOf(news, clock.now()) : {}),
        };
      },
      async send(event: object, item, signal): Promise<Outcome> {
        if (isTalk(item)) return toIncident(item.payload, event, signal);
        if (await isOvertaking(db, item))
          return { is: "later", reason: "An earlier event of this alert goes first." };
        let routingKey: string;
        try {
          routingKey = secret(((await settings(item.orgId)).pagerDuty ?? account).routingKey);
        } catch (error) {
          // only this org's key is missing, so the other orgs' pages must go on
          return { is: "later", reason: (error as Error).message };
        }
        const response = await request(account.eventsUrl, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ routing_key: routingKey, ...event }),
          signal,
        });
        const said = await response.text();
        // PagerDuty takes an event with 202
        if (response.ok && response.status !== 202) return notFrom("PagerDuty", response, clock.now());
        return answered(response, said, account.eventsUrl);
      },
    };
  },
});

const detailsOf = (news: CaseNews & { severity?: string }, at: number) => ({
  payload: {
    summary: titleOf(news, "en").slice(0, longestSummary),
    source: news.client,
    severity: news.severity ?? "critical",
    timestamp: new Date(news.stepAt).toISOString(),
    component: news.caseNumber ?? news.caseId,
    group: news.plan,
    class: news.step,
    custom_details: Object.fromEntries(linesOf(news, "en", at)),
  },
  links: [{ href: news.caseUrl, text: "Open the case in Salesforce" }],
  client: "Compromiso",
  client_url: news.caseUrl,
});

async function isOvertaking(db: Kysely<Database>, item: Delivery): Promise<boolean> {
  const alert = dedupKey(item.payload as CaseNews);
  const earlier = await db
    .selectFrom("outbox")
    .select("payload")
    .where("org_id", "=", item.orgId)
    .where("case_id", "=", item.caseId)
    .where("kind", "in", Object.keys(actions))
    .where("state", "in", ["pending", "sending"])
    .where("id", "<", item.id)
    .execute();
  return earlier.some(({ payload }) => dedupKey(JSON.parse(payload) as CaseNews) === alert);
}
