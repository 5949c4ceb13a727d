import { literal } from "../orgs/connection.ts";
import { troubleOf } from "../orgs/trouble.ts";
import { pause, type Timers } from "../runtime.ts";
import type { Delivery, Outcome } from "../channels/channel.ts";
import type { Orgs } from "./salesforce.ts";

interface CaseContact {
  SuppliedEmail: string | null;
  SuppliedPhone: string | null;
  Contact: { Email: string | null; MobilePhone: string | null } | null;
}

/** Far less than an attempt may take, so that a silent org does not look like a silent channel. */
const answerWithin = 10_000;

/**
 * Asks the org for the address of the case's requester. The service stores no addresses of the client's customers.
 * @returns the address, or an outcome: `dead` if the case has no address, `later` if the org does not answer now
 */
export async function contactAddress(
  orgs: Orgs,
  timers: Timers,
  item: Delivery,
  by: "email" | "phone",
): Promise<string | Outcome> {
  const org = orgs(item.orgId);
  if (org === undefined)
    return { is: "later", reason: `The service does not serve ${item.orgId} at the moment.` };
  let record: CaseContact | undefined;
  const answered = new AbortController();
  const tooLate = pause(timers, answerWithin, answered.signal).then(() => {
    throw new Error(`no answer within ${answerWithin / 1000} s`);
  });
  try {
    const asked = org.query<CaseContact>(
      `SELECT SuppliedEmail, SuppliedPhone, Contact.Email, Contact.MobilePhone FROM Case WHERE Id = ${literal(item.caseId ?? "")}`,
    );
    [record] = await Promise.race([asked, tooLate]).finally(() => answered.abort());
  } catch (error) {
    return { is: "later", reason: `The contact's address could not be read: ${troubleOf(error).message}` };
  }
  return (
    (record && addressIn(record, by)) ?? {
      is: "dead",
      reason: `The case has no ${by === "email" ? "address" : "number"} to write to.`,
    }
  );
}

function addressIn(record: CaseContact, by: "email" | "phone"): string | null {
  if (by === "email") return record.Contact?.Email ?? record.SuppliedEmail;
  const phone = (record.Contact?.MobilePhone ?? record.SuppliedPhone)?.replace(/[\s().-]/g, "");
  return phone !== undefined && /^\+[1-9]\d{6,14}$/.test(phone) ? phone : null;
}
