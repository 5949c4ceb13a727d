/** Incidents that a client's own monitoring raises in PagerDuty: each opens a P1. */
import { z } from "zod";
import { refusedKnock, type DoorAnswer, type Incoming, type Knock } from "./door.ts";
import { isFromPagerDuty } from "./signatures.ts";

const named = z.looseObject({ id: z.string(), summary: z.string().nullish() });
const webhook = z.looseObject({
  event: z.looseObject({
    id: z.string(),
    event_type: z.string(),
    occurred_at: z.string(),
    agent: named.extend({ type: z.string().nullish() }).nullish(),
    data: z.looseObject({
      id: z.string(),
      title: z.string().nullish(),
      html_url: z.string().nullish(),
      incident_key: z.string().nullish(),
      service: named.nullish(),
      incident: named.nullish(),
      content: z.string().nullish(),
      resolve_reason: z.looseObject({ type: z.string().nullish(), incident: named.nullish() }).nullish(),
    }),
  }),
});

/** Our own alerts are PagerDuty's incidents too: what happens to those is for the clocks alone. */
const ours = /^compromiso\//;
/** What is noted on the case. A machine's "resolved" closes nothing: the case stays with people. */
const noted: Record<string, string> = {
  "incident.resolved": "resolved",
  "incident.reopened": "reopened",
  "incident.unacknowledged": "unacknowledged",
  "incident.escalated": "escalated",
};

export const pagerDutyDoor =
  (secret: string) =>
  async ({ path, header, body }: Knock): Promise<DoorAnswer> => {
    const passes: DoorAnswer = { ...refusedKnock(404), passes: true };
    if (path !== "/webhooks") return passes;
    if (!isFromPagerDuty(secret, header("x-pagerduty-signature"), body)) return refusedKnock();
    const incoming = incidentsIn(body);
    // what happens to our own alerts goes on to the clocks; everything else is answered 2xx, whatever it is
    return incoming === null
      ? passes
      : { status: 202, body: { outcome: incoming.length > 0 ? "taken" : "ignored" }, incoming };
  };

/** null: it is not for the door. */
export function incidentsIn(body: Buffer): Incoming[] | null {
  let given: unknown;
  try {
    given = JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
  const read = webhook.safeParse(given);
  if (!read.success) return null;
  const { id, event_type: type, occurred_at, agent, data } = read.data.event;
  if (ours.test(data.incident_key ?? "")) return null;
  const takenAt = Date.parse(occurred_at);
  const key = `pagerduty:${id}`;
  const from = data.service == null ? [] : [{ kind: "onCall" as const, value: data.service.id }];
  const message = (incident: string, text: string) => ({
    ...{
      is: "message" as const,
      key,
      takenAt,
      from,
      shown: data.service?.summary ?? data.service?.id ?? "PagerDuty",
    },
    ...{ thread: [incident], names: [incident], to: { incident }, files: [], priority: "P1" },
    ...{ subject: data.title ?? null, text },
  });
  if (type === "incident.triggered")
    return [
      {
        ...message(data.id, [data.title, data.html_url].filter(Boolean).join("\n")),
        // one incident opens one case, however many of its events say that it began
        key: `pagerduty:incident:${data.id}`,
      },
    ];
  if (type === "incident.acknowledged")
    // our own acknowledgement comes back with the integration as the agent: only a person counts
    return agent?.type === "user_reference"
      ? [
          {
            ...{ is: "acknowledgement", key, takenAt, thread: [data.id] },
            by: { in: "pagerDuty", id: agent.id },
          },
        ]
      : [];
  const incident = type === "incident.annotated" ? data.incident?.id : data.id;
  const by = agent?.summary == null ? "" : ` (${agent.summary})`;
  const text =
    type === "incident.annotated"
      ? (data.content ?? "")
      : type === "incident.resolved" && data.resolve_reason?.incident != null
        ? `PagerDuty: merged into ${data.resolve_reason.incident.summary ?? data.resolve_reason.incident.id}${by}`
        : noted[type] === undefined
          ? null
          : `PagerDuty: ${noted[type]}${by}`;
  if (incident === undefined || text === null) return [];
  const into = type === "incident.resolved" ? data.resolve_reason?.incident?.id : undefined;
  return [
    {
      ...{ is: "note", key, takenAt, text, thread: [incident] },
      ...(into === undefined ? {} : { follows: into }),
    },
  ];
}
