import { z } from "zod";
import type { AddressKind, Channel } from "./channel.ts";
import { email } from "./email.ts";
import { pagerDuty } from "./pagerduty.ts";
import { salesforce } from "./salesforce.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { webhook } from "./webhook.ts";
import { whatsApp } from "./whatsapp.ts";

/** Every channel there is, by its name in the configuration. A new one is a file and a line here. */
export const channels = { salesforce, email, slack, teams, whatsApp, pagerDuty, webhook } as const;

type Registry = typeof channels;
export type ChannelKey = keyof Registry;
type AnyOf<Key extends ChannelKey> = Registry[Key];
type WithAddress = { [K in ChannelKey]: AnyOf<K>["address"] extends AddressKind ? K : never }[ChannelKey];
type WithPlace = { [K in ChannelKey]: AnyOf<K>["place"] extends string ? K : never }[ChannelKey];
type WithAccount = { [K in ChannelKey]: AnyOf<K>["account"] extends z.ZodType ? K : never }[ChannelKey];

/** Through what people can be told. */
export type NoticeChannel = AnyOf<WithAddress>["name"];
/** What has an address in an org's settings for what names no one else: a step can `post` to it. */
export type PostChannel = AnyOf<WithPlace>["name"];
type AddressKey = NonNullable<AnyOf<WithAddress>["address"]>["key"];

/** As every channel is, whatever its parts: for those that treat all alike. */
export const allChannels = Object.values(channels) as readonly Channel[];
export const channelNamed = (name: string): Channel | undefined =>
  allChannels.find((channel) => channel.name === name);

const addressed = allChannels.filter(({ address }) => address !== null);
const placed = allChannels.filter(({ place }) => place !== null);
const names = <Name extends string>(some: readonly Channel[]) =>
  some.map(({ name }) => name) as [Name, ...Name[]];

export const noticeChannel = z.enum(names<NoticeChannel>(addressed));
export const postChannel = z.enum(names<PostChannel>(placed));

/** A recipient's addresses, each for the channel of its name. */
export const addresses = Object.fromEntries(
  addressed.map(({ address }) => [address!.key, address!.schema.optional()]),
) as { [Key in AddressKey]: z.ZodOptional<z.ZodType<string>> };

/** Where what names no one else goes, by channel. */
const places = Object.fromEntries(
  placed.map(({ place, address }) => [place!, address!.schema.optional()]),
) as { [Key in NonNullable<AnyOf<WithPlace>["place"]>]: z.ZodOptional<z.ZodType<string>> };

type Merged<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
/** What an org's settings may say of the channels. */
export const channelSettings = {
  ...places,
  ...(Object.assign({}, ...allChannels.map(({ settings }) => settings)) as Merged<
    AnyOf<ChannelKey>["settings"]
  >),
};

/** How the provider reaches people: the service's own accounts, one each. What is left out is not used. */
export const actionsConfig = z.strictObject(
  Object.fromEntries(
    Object.entries(channels).flatMap(([key, { account }]) =>
      account === null ? [] : [[key, account.optional()]],
    ),
  ) as { [Key in WithAccount]: z.ZodOptional<NonNullable<AnyOf<Key>["account"]>> },
);
export type ActionsConfig = z.infer<typeof actionsConfig>;

/** The lane in which what is for this address waits. */
export function laneOf(channel: Channel, orgId: string, address: string): string {
  const lane = `${channel.name}:${orgId}`;
  return channel.address?.ownLane === true ? `${lane}:${address}` : lane;
}

/** What shares a fate: a Slack that is down is down for every org's lane, an org's own trouble is its own. */
export function groupOf(destination: string): string {
  const [name = destination] = destination.split(":", 1);
  return channelNamed(name)?.trouble === "everybody" ? name : destination;
}

/** What shares a limit: a place that several orgs write to has one for all of them, a lane of an org has its own. */
export function limitOf(destination: string): string {
  const [name = "", , place] = destination.split(":");
  return channelNamed(name)?.address?.ownLane === true && place !== undefined
    ? `${name}:*:${place}`
    : destination;
}

/** A recipient's address on a channel; `contact`: the case's own contact, asked for when it is sent. */
export function addressOn(
  { address }: Channel,
  to: Partial<Record<string, unknown>> & { contact?: true | undefined },
): string | undefined {
  if (address === null) return undefined;
  if (to.contact === true && address.contact !== null) return "contact";
  return to[address.key] as string | undefined;
}

/** An org's address on a channel for what names no one else. */
export const placeOf = (
  { place }: Channel,
  settings: Partial<Record<string, unknown>>,
): string | undefined => (place === null ? undefined : (settings[place] as string | undefined));
