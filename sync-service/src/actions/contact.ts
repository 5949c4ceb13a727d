import { literal } from "../orgs/connection.ts";
import type { Delivery } from "./delivery.ts";
import type { Orgs } from "./salesforce.ts";

interface CaseContact {
  SuppliedEmail: string | null;
  SuppliedPhone: string | null;
  Contact: { Email: string | null; MobilePhone: string | null } | null;
}

/**
 * Where the case's requester is reached, asked of the org when it is needed: the service keeps no address of the
 * client's customers. null: the case has none.
 */
export async function contactAddress(
  orgs: Orgs,
  item: Delivery,
  channel: "email" | "whatsapp",
): Promise<string | null> {
  const org = orgs(item.orgId);
  if (org === undefined || item.caseId === null) return null;
  const [record] = await org.query<CaseContact>(
    `SELECT SuppliedEmail, SuppliedPhone, Contact.Email, Contact.MobilePhone FROM Case WHERE Id = ${literal(item.caseId)}`,
  );
  if (record === undefined) return null;
  if (channel === "email") return record.Contact?.Email ?? record.SuppliedEmail;
  const phone = (record.Contact?.MobilePhone ?? record.SuppliedPhone)?.replace(/[\s().-]/g, "");
  return phone !== undefined && /^\+[1-9]\d{6,14}$/.test(phone) ? phone : null;
}
