/** Where effects go besides the org: webhooks, Slack, PagerDuty, WhatsApp and mail. Each remembers what it was given. */
import type { Answered, Asked, Host } from "./world/network.ts";

/** The hosts, by what the trace and the counts call them. */
export const receiverHosts: ReadonlyMap<string, string> = new Map([
  ["hooks.example", "webhook"],
  ["slack.example", "slack"],
  ["pagerduty.example", "pagerduty"],
  ["whatsapp.example", "whatsapp"],
]);

/** The configuration of `actions` that leads to them. */
export const actionsToThem = {
  slack: { token: { env: "S" }, signingSecret: { env: "S" }, apiUrl: "https://slack.example/api/" },
  pagerDuty: { routingKey: { env: "S" }, eventsUrl: "https://pagerduty.example/v2/enqueue" },
  whatsApp: {
    ...{ token: { env: "S" }, phoneNumberId: "1", template: "sla" },
    apiUrl: "https://whatsapp.example/",
  },
  email: { server: { env: "S" }, from: "support@provider.example" },
};

export class Receivers implements Host {
  /** How often each was given each key. */
  readonly received = new Map<string, number>();
  #messages = 0;

  answer(asked: Asked): Answered {
    const kind = receiverHosts.get(asked.url.host)!;
    const n = ++this.#messages;
    this.take(keyOf(kind, asked));
    switch (kind) {
      case "slack":
        return json(200, { ok: true, channel: "C0SIMULATED", ts: `${n}.000100` });
      case "pagerduty":
        return json(202, { status: "success", message: "Event processed", dedup_key: `${n}` });
      case "whatsapp":
        return json(200, { messaging_product: "whatsapp", messages: [{ id: `wamid.${n}` }] });
      default:
        return json(200, {});
    }
  }

  /** A mail server takes mails, not requests. */
  take(key: string): void {
    this.received.set(key, (this.received.get(key) ?? 0) + 1);
  }
}

const json = (status: number, body: object): Answered => ({ status, body: JSON.stringify(body) });

function keyOf(kind: string, { headers, body }: Asked): string {
  if (kind === "webhook") return headers["idempotency-key"] ?? "";
  if (kind !== "slack") return `${kind} ${body.slice(0, 200)}`;
  const metadata = new URLSearchParams(body).get("metadata") ?? "{}";
  return (JSON.parse(metadata) as { event_payload?: { key?: string } }).event_payload?.key ?? "";
}
