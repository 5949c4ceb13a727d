import { z } from "zod";
import type { Talk } from "../messages/talk.ts";
import { secretRef } from "../secrets.ts";
import { bridgeDoor } from "./bridge-door.ts";
import { defineChannel, isTalk, saysNothing, type Outcome } from "./channel.ts";
import { outcomeOf } from "./http.ts";
import { signatureOf } from "./signatures.ts";

/**
 * On-call by telephone: a bridge that answers calls posts them here, and hears what becomes of the case. It is for
 * what rings where nobody reads, so only a P1 comes by it.
 */
export const phoneBridge = defineChannel({
  name: "bridge",
  label: { es: "Guardia telefónica", en: "Phone bridge" },
  planChannel: "OnCall",
  account: z.strictObject({
    /** Signs both ways: what the bridge posts to `/bridge/webhooks`, and what the service posts to `url`. */
    secret: secretRef,
    /** Where the bridge hears of the case. Without it, it hears nothing. */
    url: z.url().optional(),
  }),
  address: null,
  place: null,
  settings: {},
  reports: false,
  trouble: "everybody",
  tells: [],
  ended: saysNothing,
  corrected: () => null,
  door: {
    listen: null,
    files: null,
    open: ({ account, secret }) => bridgeDoor(secret(account.secret)),
  },

  create({ account, secret, clock, request }) {
    const shared = secret(account.secret);
    return {
      batch: 4,
      render: (item) =>
        isTalk(item)
          ? messageOf(item.payload, item.key)
          : { is: "dead", reason: `The phone bridge has nothing called ${item.kind}.` },
      async send(body: string, item, signal): Promise<Outcome> {
        const { url } = account;
        if (url === undefined)
          return { is: "delivered", note: "actions.phoneBridge has no url, so the bridge was not told." };
        const timestamp = Math.floor(clock.now() / 1000);
        const response = await request(url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "idempotency-key": item.key,
            "x-compromiso-timestamp": String(timestamp),
            "x-compromiso-signature": signatureOf(shared, timestamp, body),
          },
          body,
          signal,
        });
        return outcomeOf(response, await response.text(), clock.now(), url);
      },
    };
  },
});

const messageOf = ({ to, conversationId, text, language, acknowledges }: Talk, id: string): string =>
  JSON.stringify({
    id,
    type: acknowledges ? "case.acknowledged" : conversationId === null ? "call.refused" : "case.said",
    call: (to as { call: string }).call,
    language,
    text,
  });
