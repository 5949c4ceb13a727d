// PagerDuty's wire: the Events API v2 with its checks, and webhooks v3 with their signature.
import { createHmac } from "node:crypto";
import { serve, type Answer } from "./serve.ts";

export const routingKey = "R".repeat(32);
export const webhookSecret = "pd-webhook-secret";

export interface PagerEvent {
  event_action: "trigger" | "acknowledge" | "resolve";
  dedup_key: string;
  payload?: { summary: string; source: string; severity: string; custom_details: Record<string, string> };
}

export async function pagerDutyWire() {
  const events: PagerEvent[] = [];
  const alerts = new Map<string, string>();
  const fails: Answer[] = [];
  const wire = await serve(({ path, body }): Answer => {
    const fail = fails.shift();
    if (fail !== undefined) return fail;
    const event = JSON.parse(body) as PagerEvent & { routing_key: string };
    const errors = [
      ...(path === "/v2/enqueue" ? [] : ["no such path"]),
      ...(event.routing_key === routingKey ? [] : ["'routing_key' is invalid"]),
      ...(event.dedup_key.length <= 255 ? [] : ["'dedup_key' is too long"]),
      ...(event.event_action !== "trigger" ||
      (event.payload?.summary && event.payload.source && event.payload.severity)
        ? []
        : ["'payload' is missing or incomplete"]),
      ...(event.payload === undefined || event.payload.summary.length <= 1024
        ? []
        : ["'payload.summary' is too long"]),
    ];
    if (errors.length > 0)
      return { status: 400, body: { status: "invalid event", message: "Event object is invalid", errors } };
    events.push(event);
    const was = alerts.get(event.dedup_key);
    if (event.event_action === "trigger")
      alerts.set(event.dedup_key, was === "acknowledged" ? was : "triggered");
    else if (was !== undefined)
      alerts.set(event.dedup_key, event.event_action === "resolve" ? "resolved" : "acknowledged");
    return {
      status: 202,
      body: { status: "success", message: "Event processed", dedup_key: event.dedup_key },
    };
  });
  return { ...wire, eventsUrl: `${wire.url}/v2/enqueue`, events, alerts, fails };
}

/** What PagerDuty sends when a responder acknowledges. */
export function acknowledgedThere(dedupKey: string, agentId: string, secret = webhookSecret) {
  const body = JSON.stringify({
    event: {
      id: "01BM8V7RKSJZ6PX6F4NWV2QFYF",
      event_type: "incident.acknowledged",
      resource_type: "incident",
      occurred_at: "2026-11-25T16:00:00.000Z",
      agent: { id: agentId, type: "user_reference", summary: "Carla" },
      client: null,
      data: {
        id: "PGR0VU2",
        type: "incident",
        number: 2,
        status: "acknowledged",
        incident_key: dedupKey,
        title: "…",
      },
    },
  });
  return {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-pagerduty-signature": `v1=${"0".repeat(64)},v1=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  };
}
