import { channelVerdict, type Policy } from "c/slaEngine";
import type { NoticeChannel } from "../channels/channel.ts";
import { addressOn, channelNamed, placeOf, type NoticeChannelName } from "../channels/registry.ts";
import type { ActionSettings, Recipient } from "../orgs/settings.ts";
import type { PersonTable } from "../store/schema.ts";

/** The client's roles: they hear only by channels that the plan covers. All other roles belong to the provider. */
const clientRoles = new Set(["requester", "client"]);

export interface Audience {
  settings: ActionSettings;
  policy: Policy;
  priority: string;
  /** The case's fields as the org has them. */
  fields: Record<string, unknown>;
  people: ReadonlyMap<string, PersonTable>;
}

/** One recipient of a step's notice on one channel. */
export interface Hearer {
  channel: NoticeChannel;
  address: string;
  name?: string;
  language: "es" | "en";
  ofProvider: boolean;
}

/** Lists the recipients per channel. An address with several roles comes once. */
export function recipientsOf(
  roles: readonly string[],
  names: readonly NoticeChannelName[],
  audience: Audience,
): Hearer[] {
  const { settings, policy, priority } = audience;
  const channels = names.map((name) => channelNamed(name)!);
  const hearers = new Map<string, Hearer>();
  const tell = (hearer: Hearer) => {
    const key = `${hearer.channel.name}:${hearer.address}`;
    if (!hearers.has(key)) hearers.set(key, hearer);
  };
  for (const role of roles) {
    const ofProvider = !clientRoles.has(role);
    for (const to of inRole(role, audience))
      for (const channel of channels) {
        const address = addressOn(channel, to);
        if (address === undefined || (!ofProvider && !covers(policy, channel, priority))) continue;
        const { name, language = settings.language } = to;
        tell({ channel, address, language, ofProvider, ...(name === undefined ? {} : { name }) });
      }
  }
  if (roles.every((role) => clientRoles.has(role))) return [...hearers.values()];
  const heardBy = new Set([...hearers.values()].map(({ channel }) => channel));
  for (const channel of channels) {
    const address = placeOf(channel, settings);
    if (address !== undefined && !heardBy.has(channel))
      tell({ channel, address, language: settings.language, ofProvider: true });
  }
  return [...hearers.values()];
}

/** Whether the plan covers this channel for the priority. */
export const covers = (
  policy: Policy,
  { planChannel }: Pick<NoticeChannel, "planChannel">,
  priority: string,
) => planChannel !== null && channelVerdict(policy, planChannel, priority).allowed;

function inRole(role: string, { settings, fields, people }: Audience): Recipient[] {
  const configured = settings.recipients[role] ?? [];
  if (role === "owner") {
    const owner = people.get(String(fields["OwnerId"]));
    // the owner of a new case is a queue, or the client's user who opened it: then we use the configured people
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
