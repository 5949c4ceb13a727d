import { policyIn } from "../orgs/policies.ts";
import { audit } from "../audit/audit.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { ContractRecord } from "../orgs/contract.ts";
import { renewedPolicy } from "../orgs/holiday-renewal.ts";
import type { Runtime } from "../runtime.ts";
import type { Store } from "../store/open.ts";

/**
 * Writes the holidays of a new year into the contracts that lack them, so that they never run out. It also writes
 * corrections of coming days once the service knows them. Clocks that run keep the list they started with.
 */
export async function renewHolidays(
  store: Store,
  connection: OrgConnection,
  active: readonly ContractRecord[],
  runtime: Pick<Runtime, "clock" | "log">,
): Promise<void> {
  const { org } = connection;
  const terms = org.settings.contract;
  if (terms === undefined) return;
  const now = runtime.clock.now();
  for (const record of active) {
    const read = policyIn(record.Policy__c);
    // a contract for another calendar than the registry's is not ours to renew
    if ("problem" in read || read.policy.holidayCalendar !== terms.holidays) continue;
    let renewal: ReturnType<typeof renewedPolicy>;
    try {
      renewal = renewedPolicy(read.policy, terms, now);
    } catch (error) {
      runtime.log.error(
        { org: org.id, contract: record.Id, reason: (error as Error).message },
        "the holidays of a contract cannot be renewed; name its calendar anew with sla-sync orgs update --holidays",
      );
      continue;
    }
    if (renewal === null) continue;
    const { policy, closed, opened } = renewal;
    await connection.use((c) =>
      c.sobject("Support_Contract__c").update({
        Id: record.Id,
        Policy__c: JSON.stringify(policy),
        Policy_Version__c: policy.version,
      }),
    );
    const detail = { org: org.id, contract: record.Id, known: policy.holidaysKnown, closed, opened };
    runtime.log.info(detail, "the holidays of a contract are renewed");
    await audit(store.db, { at: now, actor: "service", action: "contract.holidays", detail });
  }
}
