import type { Kysely } from "kysely";
import type { Clock } from "../runtime.ts";
import type { Database } from "../store/schema.ts";
import type { Channel, Delivery, Outcome } from "../outbox/delivery.ts";
import { outcomeOf } from "../outbox/http-outcome.ts";
import { linesOf, titleOf } from "../notices/message.ts";
import { clockKey, type CaseNews } from "../notices/notice.ts";
import { readSecret, type SecretRef } from "../orgs/secrets.ts";

/** PagerDuty cuts longer summaries and refuses longer keys. */
const longestSummary = 1024;
export const dedupKey = (news: CaseNews) => `compromiso/${clockKey(news)}`;

/**
 * On-call by the Events API v2: one alert per clock, whatever the number of steps, since they share its key. What
 * concerns one alert goes in its order: an acknowledgement that overtook its page would leave somebody called for nothing.
 * @param routingKeyOf of the org's own service, or the provider's
 */
export function pagerDutyChannel(
  db: Kysely<Database>,
  eventsUrl: string,
  clock: Clock,
  routingKeyOf: (orgId: string) => Promise<SecretRef>,
): Channel {
  const send = async (item: Delivery, signal: AbortSignal): Promise<Outcome> => {
    const news = item.payload as CaseNews & { severity?: string };
    const action = { page: "trigger", "page.acknowledge": "acknowledge", "page.resolve": "resolve" }[
      item.kind
    ];
    if (action === undefined) return { is: "dead", reason: `On-call has nothing called ${item.kind}.` };
    if (await isOvertaking(db, item))
      return { is: "later", reason: "An earlier event of this alert goes first." };
    let routingKey: string;
    try {
      routingKey = readSecret(await routingKeyOf(item.orgId));
    } catch (error) {
      // of this org alone
      return { is: "later", reason: (error as Error).message };
    }
    const event = {
      routing_key: routingKey,
      event_action: action,
      dedup_key: dedupKey(news),
      ...(action !== "trigger"
        ? {}
        : {
            payload: {
              summary: titleOf(news, "en").slice(0, longestSummary),
              source: news.client,
              severity: news.severity ?? "critical",
              timestamp: new Date(news.stepAt).toISOString(),
              component: news.caseNumber ?? news.caseId,
              group: news.plan,
              class: news.step,
              custom_details: Object.fromEntries(linesOf(news, "en", clock.now())),
            },
            links: [{ href: news.caseUrl, text: "Open the case in Salesforce" }],
            client: "Compromiso",
            client_url: news.caseUrl,
          }),
    };
    const response = await fetch(eventsUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
      signal,
    });
    return outcomeOf(response, await response.text(), clock.now());
  };
  return {
    batch: 4,
    linger: 0,
    deliver: (items, signal) => Promise.all(items.map((item) => send(item, signal))),
  };
}

async function isOvertaking(db: Kysely<Database>, item: Delivery): Promise<boolean> {
  const alert = dedupKey(item.payload as CaseNews);
  const earlier = await db
    .selectFrom("outbox")
    .select("payload")
    .where("org_id", "=", item.orgId)
    .where("case_id", "=", item.caseId)
    .where("kind", "in", ["page", "page.acknowledge", "page.resolve"])
    .where("state", "in", ["pending", "sending"])
    .where("id", "<", item.id)
    .execute();
  return earlier.some(({ payload }) => dedupKey(JSON.parse(payload) as CaseNews) === alert);
}
