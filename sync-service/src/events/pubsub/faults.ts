import { status, type ServiceError } from "@grpc/grpc-js";
import { OrgTrouble } from "../../orgs/trouble.ts";
import { StreamFault } from "../stream.ts";

/** A gRPC error as what helps against it. Salesforce puts its own code into the trailer `error-code`. */
export function faultOf(error: ServiceError, channel: string): StreamFault | OrgTrouble {
  const code = String(error.metadata?.get("error-code")[0] ?? "");
  const said = `${code} ${error.details || error.message}`.trim().slice(0, 300);
  if (/replayid|replay id/i.test(said))
    return new StreamFault("positionRefused", `The org no longer has the stream's position: ${said}`, {
      cause: error,
    });
  if (error.code === status.UNAUTHENTICATED || /\.auth\.|authentication/i.test(code))
    return new StreamFault("signedOut", `The stream's token is not accepted: ${said}`, { cause: error });
  if (error.code === status.NOT_FOUND || /topic.*(not.?found|does.?not.?exist)/i.test(said))
    return new OrgTrouble(
      "channelGone",
      `The channel ${channel} is not in the org: ${said}. Deploy the package's platformEventChannels again.`,
      { cause: error },
    );
  if (error.code === status.PERMISSION_DENIED)
    return new OrgTrouble(
      "forbidden",
      `The service's user may not subscribe to ${channel}: ${said}. It needs View All on Case: assign the permission set Support_Sync to it.`,
      { cause: error },
    );
  if (error.code === status.RESOURCE_EXHAUSTED)
    return new OrgTrouble("limit", `The org has used up its delivered events for the day: ${said}`, {
      cause: error,
    });
  return new StreamFault("broken", `The stream ended: ${said}`, { cause: error });
}
