import { channelVerdict, type Policy } from "c/slaEngine";
import type { PersonTable } from "../store/schema.ts";
import type { ActionSettings, Recipient } from "../orgs/settings.ts";
import type { NoticeChannel } from "../orgs/step-actions.ts";

/** Of the client's side: reached only by channels that its plan covers. Everyone else is the provider's. */
const clientRoles = new Set(["requester", "client"]);
const planChannel: Record<NoticeChannel, string> = {
  salesforce: "Portal",
  slack: "Slack",
  email: "Email",
  whatsapp: "WhatsApp",
};

export interface Audience {
  settings: ActionSettings;
  policy: Policy;
  priority: string;
  /** The case's fields as the org has them. */
  fields: Record<string, unknown>;
  people: ReadonlyMap<string, PersonTable>;
}

export interface Told {
  to: Recipient;
  channel: NoticeChannel;
  language: "es" | "en";
  ofProvider: boolean;
}

/** Who hears of it by which channel: each address once, whatever number of roles it has. */
export function recipientsOf(
  roles: readonly string[],
  channels: readonly NoticeChannel[],
  audience: Audience,
): Told[] {
  const told = new Map<string, Told>();
  for (const role of roles) {
    const ofProvider = !clientRoles.has(role);
    for (const to of inRole(role, audience))
      for (const channel of channels) {
        const address = addressOn(channel, to);
        if (address === undefined) continue;
        if (!ofProvider && !channelVerdict(audience.policy, planChannel[channel], audience.priority).allowed)
          continue;
        const key = `${channel}:${address}`;
        if (!told.has(key))
          told.set(key, { to, channel, language: to.language ?? audience.settings.language, ofProvider });
      }
  }
  const fallback = audience.settings.slackChannel;
  const toProvider = roles.some((role) => !clientRoles.has(role));
  if (
    fallback !== undefined &&
    toProvider &&
    channels.includes("slack") &&
    ![...told.values()].some((t) => t.channel === "slack")
  )
    told.set(`slack:${fallback}`, {
      to: { slack: fallback },
      channel: "slack",
      language: audience.settings.language,
      ofProvider: true,
    });
  return [...told.values()];
}

export function addressOn(channel: NoticeChannel, to: Recipient): string | undefined {
  if (channel === "salesforce") return to.salesforceUserId;
  if (to.contact === true && channel !== "slack") return "contact";
  return to[channel];
}

function inRole(role: string, { settings, fields, people }: Audience): Recipient[] {
  const configured = settings.recipients[role] ?? [];
  if (role === "owner") {
    const owner = people.get(String(fields["OwnerId"]));
    // a case that nobody has taken belongs to a queue, or to the client's own user who opened it
    if (owner === undefined || owner.is_active === 0 || owner.is_consultant === 0) return configured;
    const mapped = settings.people.find((person) => person.salesforceUserId === owner.user_id);
    return [
      {
        name: owner.name,
        salesforceUserId: owner.user_id,
        ...(owner.email ? { email: owner.email } : {}),
        ...(mapped?.slackUserId ? { slack: mapped.slackUserId } : {}),
      },
    ];
  }
  if (role === "requester") return [{ contact: true }, ...configured];
  return configured;
}
