import { apiVersion, type OrgConnection } from "../orgs/connection.ts";
import { OrgTrouble, troubleOf } from "../orgs/trouble.ts";
import { ask, connect, metadataOf } from "./pubsub/client.ts";
import { faultOf } from "./pubsub/faults.ts";

/**
 * Asks the org whether the channel is there and may be subscribed to.
 * @throws OrgTrouble, or a StreamFault, when not
 */
export async function maySubscribe(connection: OrgConnection): Promise<void> {
  await topicIsThere(connection);
  await carriesCases(connection);
}

/**
 * Whether the Pub/Sub API knows the channel. CometD only tells when it is subscribed to.
 * @throws OrgTrouble, or a StreamFault, when not
 */
export async function topicIsThere(connection: OrgConnection): Promise<void> {
  if (connection.org.transport !== "pubsub") return;
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

/**
 * A channel can be there and carry nothing, or not what the service needs: its member deleted, or with another filter.
 * A user who may look at the setup can ask which events it carries.
 */
async function carriesCases(connection: OrgConnection): Promise<void> {
  const { channel } = connection.org;
  if (!channel.endsWith("__chn")) return;
  const members = await membersOf(connection).catch((error: unknown) => {
    const trouble = troubleOf(error);
    // the tooling API is closed to this user: the topic alone has to do
    if (trouble.kind === "forbidden" || trouble.kind === "other") return null;
    throw trouble;
  });
  if (members === null) return;
  const again = "Deploy the package's platformEventChannels and platformEventChannelMembers again.";
  const member = members.find(({ SelectedEntity }) => /^Case(ChangeEvent)?$/.test(SelectedEntity));
  if (member === undefined)
    throw new OrgTrouble(
      "channelGone",
      `The channel ${channel} is not in the org, or carries no changes of cases. ${again}`,
    );
  if (filterOf(member) === "other")
    throw new OrgTrouble(
      "channelGone",
      `The channel ${channel} carries cases by the filter ${member.FilterExpression}, not by Support_Contract__c != null: changes do not reach the service. ${again}`,
    );
}

/** How a member filters: as the package's does, not at all, or otherwise. */
export function filterOf({ FilterExpression }: ChannelMember): "ours" | "none" | "other" {
  const filter = (FilterExpression ?? "").trim();
  if (filter === "") return "none";
  return /^\(?\s*Support_Contract__c\s*(!=|<>)\s*null\s*\)?$/i.test(filter) ? "ours" : "other";
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
