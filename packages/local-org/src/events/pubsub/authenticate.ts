import type { Metadata } from "@grpc/grpc-js";
import type { Id, Org } from "../../org/types.ts";
import type { PubSubErrorCode } from "./errors.ts";

export interface Tenant {
  org: Org;
  userId: Id;
}

/** Which org a call is for and who calls: the headers accesstoken, instanceurl and tenantid. */
export function authenticate(metadata: Metadata, orgs: Iterable<Org>): Tenant | PubSubErrorCode {
  const header = (name: string) => String(metadata.get(name)[0] ?? "").trim();
  const token = header("accesstoken");
  const instanceUrl = header("instanceurl");
  const tenantId = header("tenantid");
  if (!token || !instanceUrl || !tenantId) return "service.auth.headers.invalid";
  for (const org of orgs) {
    if (tenantId !== org.id && tenantId !== org.id.slice(0, 15)) continue;
    // Behind TLS a client may name the instance with https; the host is what counts.
    if (hostOf(instanceUrl) !== hostOf(org.instanceUrl)) return "service.auth.error";
    const session = org.sessions.find(token);
    return session ? { org, userId: session.userId } : "service.auth.error";
  }
  return "service.auth.error";
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}
