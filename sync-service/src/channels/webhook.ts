import { createHmac } from "node:crypto";
import type { Clock } from "../runtime.ts";
import type { Channel, Delivery, Outcome } from "../outbox/delivery.ts";
import { outcomeOf } from "../outbox/http-outcome.ts";
import type { CaseNews } from "../notices/notice.ts";

/** `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>`: the timestamp in it keeps an old call from being replayed. */
export const signatureOf = (secret: string, timestamp: number, body: string) =>
  `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

/** A POST to the client's or provider's own system: signed, with a stable `Idempotency-Key`. */
export function webhookChannel(url: string, secret: string, clock: Clock): Channel {
  const send = async (item: Delivery, signal: AbortSignal): Promise<Outcome> => {
    const news = item.payload as CaseNews;
    const body = JSON.stringify({
      id: item.key,
      type: news.about === "correction" ? "sla.step.superseded" : "sla.step",
      data: news,
    });
    const timestamp = Math.floor(clock.now() / 1000);
    const response = await fetch(url, {
      method: "POST",
      redirect: "error",
      headers: {
        "content-type": "application/json",
        "user-agent": "Compromiso",
        "idempotency-key": item.key,
        "x-compromiso-timestamp": String(timestamp),
        "x-compromiso-signature": signatureOf(secret, timestamp, body),
      },
      body,
      signal,
    });
    return outcomeOf(response, await response.text(), clock.now());
  };
  return {
    batch: 8,
    linger: 0,
    deliver: (items, signal) => Promise.all(items.map((item) => send(item, signal))),
  };
}
