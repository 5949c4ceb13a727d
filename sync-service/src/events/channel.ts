import { apiVersion, type OrgConnection } from "../orgs/connection.ts";
import { OrgTrouble } from "../orgs/trouble.ts";
import { ask, connect, metadataOf } from "./pubsub/client.ts";
import { faultOf } from "./pubsub/faults.ts";

/**
 * Asks the org whether the channel is there and may be subscribed to.
 * @throws OrgTrouble, or a StreamFault, when not
 */
export async function maySubscribe(connection: OrgConnection): Promise<void> {
  return connection.org.transport === "cometd" ? isThere(connection) : maySubscribeByPubSub(connection);
}

async function maySubscribeByPubSub(connection: OrgConnection): Promise<void> {
  const client = connect(connection);
  try {
    const { metadata } = await metadataOf(connection);
    const { can_subscribe } = await ask(
      client,
      client.GetTopic,
      { topic_name: connection.org.channel },
      metadata,
    );
    if (!can_subscribe) throw Object.assign(new Error("may not be subscribed to"), { code: 7 });
  } catch (error) {
    if (error instanceof OrgTrouble) throw error;
    throw faultOf(error as never, connection.org.channel);
  } finally {
    client.close();
  }
}

/** CometD has no such question; what the channel carries can be asked for, where the user may look at the setup. */
async function isThere(connection: OrgConnection): Promise<void> {
  const { channel } = connection.org;
  if (!channel.endsWith("__chn")) return;
  const members = await membersOf(connection).catch(() => null);
  if (members !== null && members.length === 0)
    throw new OrgTrouble(
      "channelGone",
      `The channel ${channel} is not in the org, or carries nothing. Deploy the package's platformEventChannels and platformEventChannelMembers again.`,
    );
}

export interface ChannelMember {
  SelectedEntity: string;
  FilterExpression: string | null;
  EventChannel: string;
}

/** What the org's channel carries. */
export async function membersOf(connection: OrgConnection): Promise<ChannelMember[]> {
  const soql = "SELECT SelectedEntity, FilterExpression, EventChannel FROM PlatformEventChannelMember";
  const { records }: { records: ChannelMember[] } = await connection.use((c) =>
    c.request(`/services/data/v${apiVersion}/tooling/query?q=${encodeURIComponent(soql)}`),
  );
  return records.filter(({ EventChannel }) => connection.org.channel.endsWith(`/${EventChannel}`));
}
