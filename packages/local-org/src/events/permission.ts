import type { Id, Org } from "../org/types.ts";
import type { Topic } from "./channels.ts";

/**
 * Change events ignore sharing, so they ask for View All on the entity. A channel of several entities asks for all of
 * them, and the default one for View All Data. Platform events ask for read access.
 */
export function maySubscribe(org: Org, userId: Id, topic: Topic): boolean {
  if (topic.kind === "platform") return org.access.object(userId, topic.channel).read;
  if (org.access.userPermission(userId, "ViewAllData")) return true;
  if (topic.name === "/data/ChangeEvents") return false;
  return [...topic.members.keys()].every((objectName) => {
    const access = org.access.object(userId, objectName);
    return access.viewAll || access.modifyAll;
  });
}
