import { z } from "zod";
import { clockKey, type CaseNews } from "../messages/notice.ts";
import { secretRef } from "../secrets.ts";
import { correctionByNews, defineChannel, type Outcome } from "./channel.ts";
import { outcomeOf } from "./http.ts";
import { signatureOf } from "./signatures.ts";

const types: Record<CaseNews["about"], (news: CaseNews) => string> = {
  step: () => "sla.step",
  correction: () => "sla.step.superseded",
  ended: ({ because }) => (because?.status.startsWith("Acknowledged") ? "sla.acknowledged" : "sla.ended"),
};

/** A signed POST to the client's or provider's own system, with a stable `Idempotency-Key`. */
export const webhook = defineChannel({
  name: "webhook",
  label: { es: "Webhook", en: "Webhook" },
  planChannel: null,
  account: null,
  address: null,
  place: null,
  settings: {
    webhooks: z
      .array(z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]*$/), url: z.url(), secret: secretRef }))
      .default([]),
  },
  reports: false,
  trouble: "lane",
  tells: ["webhook"],
  // each webhook hears of the ending once, even after several steps
  ended: (sent, { because }) =>
    [...new Map(sent.map((of) => [of.destination, of])).values()].map((of) => ({
      of,
      key: `ended/${clockKey(of.news)}/${of.destination}`,
      kind: "webhook",
      payload: { ...of.news, about: "ended", because },
    })),
  corrected: correctionByNews,
  door: null,

  create({ secret, settings, clock, request }) {
    return {
      batch: 8,
      render(item) {
        const news = item.payload as CaseNews;
        return JSON.stringify({ id: item.key, type: types[news.about](news), data: news });
      },
      async send(body: string, item, signal): Promise<Outcome> {
        const name = item.destination.split(":")[2] ?? "";
        // we look it up for each call, because an operator may have changed the address or the secret meanwhile
        const hook = (await settings(item.orgId)).webhooks.find((one) => one.name === name);
        if (hook === undefined)
          return { is: "dead", reason: `The org has no webhook called ${name} any more.` };
        const timestamp = Math.floor(clock.now() / 1000);
        const response = await request(hook.url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "user-agent": "Compromiso",
            "idempotency-key": item.key,
            "x-compromiso-timestamp": String(timestamp),
            "x-compromiso-signature": signatureOf(secret(hook.secret), timestamp, body),
          },
          body,
          signal,
        });
        return outcomeOf(response, await response.text(), clock.now(), hook.url);
      },
    };
  },
});
