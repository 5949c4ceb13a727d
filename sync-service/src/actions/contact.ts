import { literal } from "../orgs/connection.ts";
import { troubleOf } from "../orgs/trouble.ts";
import type { Delivery, Outcome } from "./delivery.ts";
import type { Orgs } from "./salesforce.ts";

interface CaseContact {
  SuppliedEmail: string | null;
  SuppliedPhone: string | null;
  Contact: { Email: string | null; MobilePhone: string | null } | null;
}

/**
 * Where the case's requester is reached, asked of the org when it is needed: the service keeps no address of the
 * client's customers. An outcome instead: there is none, or the org does not say now, which is that org's trouble and
 * not the channel's.
 */
export async function contactAddress(
  orgs: Orgs,
  item: Delivery,
  channel: "email" | "whatsapp",
): Promise<string | Outcome> {
  const org = orgs(item.orgId);
  if (org === undefined) return { is: "later", reason: `${item.orgId} is not being served.` };
  let record: CaseContact | undefined;
  try {
    [record] = await org.query<CaseContact>(
      `SELECT SuppliedEmail, SuppliedPhone, Contact.Email, Contact.MobilePhone FROM Case WHERE Id = ${literal(item.caseId ?? "")}`,
    );
  } catch (error) {
    return { is: "later", reason: `The contact's address could not be read: ${troubleOf(error).message}` };
  }
  return (
    (record && addressIn(record, channel)) ?? {
      is: "dead",
      reason: `The case has no ${channel === "email" ? "address" : "number"} to write to.`,
    }
  );
}

function addressIn(record: CaseContact, channel: "email" | "whatsapp"): string | null {
  if (channel === "email") return record.Contact?.Email ?? record.SuppliedEmail;
  const phone = (record.Contact?.MobilePhone ?? record.SuppliedPhone)?.replace(/[\s().-]/g, "");
  return phone !== undefined && /^\+[1-9]\d{6,14}$/.test(phone) ? phone : null;
}
