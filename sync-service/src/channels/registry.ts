import { z } from "zod";
import type { AddressKind, NoticeChannel } from "./channel.ts";
import { phoneBridge } from "./bridge.ts";
import { email } from "./email.ts";
import { pagerDuty } from "./pagerduty.ts";
import { salesforce } from "./salesforce.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { webhook } from "./webhook.ts";
import { whatsApp } from "./whatsapp.ts";

/** All channels, by their names in the configuration. A new channel needs a file and a line here. */
export const channels = {
  salesforce,
  email,
  slack,
  teams,
  whatsApp,
  pagerDuty,
  phoneBridge,
  webhook,
} as const;

type Registry = typeof channels;
export type ChannelKey = keyof Registry;
type AnyOf<Key extends ChannelKey> = Registry[Key];
type WithAddress = { [K in ChannelKey]: AnyOf<K>["address"] extends AddressKind ? K : never }[ChannelKey];
type WithPlace = { [K in ChannelKey]: AnyOf<K>["place"] extends string ? K : never }[ChannelKey];
type WithAccount = { [K in ChannelKey]: AnyOf<K>["account"] extends z.ZodType ? K : never }[ChannelKey];

/** The channels that can reach a person by name. */
export type NoticeChannelName = AnyOf<WithAddress>["name"];
/** The channels with a default address in an org's settings. A step can `post` to them. */
export type PostChannel = AnyOf<WithPlace>["name"];
type AddressKey = NonNullable<AnyOf<WithAddress>["address"]>["key"];

/** All channels with the general type, for code that treats them all alike. */
export const allChannels = Object.values(channels) as readonly NoticeChannel[];
export const channelNamed = (name: string): NoticeChannel | undefined =>
  allChannels.find((channel) => channel.name === name);

const addressed = allChannels.filter(({ address }) => address !== null);
const placed = allChannels.filter(({ place }) => place !== null);
const names = <Name extends string>(some: readonly NoticeChannel[]) =>
  some.map(({ name }) => name) as [Name, ...Name[]];

export const noticeChannel = z.enum(names<NoticeChannelName>(addressed));
export const postChannel = z.enum(names<PostChannel>(placed));

/** The schemas of a recipient's addresses, by channel. */
export const addresses = Object.fromEntries(
  addressed.map(({ address }) => [address!.key, address!.schema.optional()]),
) as { [Key in AddressKey]: z.ZodOptional<z.ZodType<string>> };

/** The schemas of an org's default addresses, by their keys. */
const places = Object.fromEntries(
  placed.map(({ place, address }) => [place!, address!.schema.optional()]),
) as { [Key in NonNullable<AnyOf<WithPlace>["place"]>]: z.ZodOptional<z.ZodType<string>> };

type Merged<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
/** The schemas of all channel keys in an org's settings. */
export const channelSettings = {
  ...places,
  ...(Object.assign({}, ...allChannels.map(({ settings }) => settings)) as Merged<
    AnyOf<ChannelKey>["settings"]
  >),
};

/** The provider's accounts, one per channel. The service does not use a channel that you leave out. */
export const actionsConfig = z.strictObject(
  Object.fromEntries(
    Object.entries(channels).flatMap(([key, { account }]) =>
      account === null ? [] : [[key, account.optional()]],
    ),
  ) as { [Key in WithAccount]: z.ZodOptional<NonNullable<AnyOf<Key>["account"]>> },
);
export type ActionsConfig = z.infer<typeof actionsConfig>;

/** The names of the channels for which the configuration has an account. */
export const configuredChannels = (config: ActionsConfig): string[] =>
  Object.entries(channels)
    .filter(([key]) => (config as Record<string, unknown>)[key] !== undefined)
    .map(([, { name }]) => name);

/** The lane for items to this address: `slack:acme`, or `slack:acme:C01…` for a channel with a lane per address. */
export function laneOf(channel: NoticeChannel, orgId: string, address: string): string {
  const lane = `${channel.name}:${orgId}`;
  return channel.address?.ownLane === true ? `${lane}:${address}` : lane;
}

/** The group of lanes that pause together. A Slack outage affects the lanes of all orgs; an org's outage only its own. */
export function groupOf(destination: string): string {
  const [name = destination] = destination.split(":", 1);
  return channelNamed(name)?.trouble === "everybody" ? name : destination;
}

/** The name of a destination's limit. An address that several orgs use has one limit for all of them. */
export function limitOf(destination: string): string {
  const [name = "", , place] = destination.split(":");
  return channelNamed(name)?.address?.ownLane === true && place !== undefined
    ? `${name}:*:${place}`
    : destination;
}

/** A recipient's address on a channel. `contact` means the case's own contact, which the sender looks up later. */
export function addressOn(
  { address }: NoticeChannel,
  to: Partial<Record<string, unknown>> & { contact?: true | undefined },
): string | undefined {
  if (address === null) return undefined;
  if (to.contact === true && address.contact !== null) return "contact";
  return to[address.key] as string | undefined;
}

/** An org's default address on a channel. */
export const placeOf = (
  { place }: NoticeChannel,
  settings: Partial<Record<string, unknown>>,
): string | undefined => (place === null ? undefined : (settings[place] as string | undefined));
