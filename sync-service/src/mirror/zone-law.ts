/** The law travels with the contract (rules, section 2): when newer data move an instant, the org's policies are rewritten. */
import { versionOf } from "c/slaEngine";
import { lawBetween } from "c/slaEngine";
import { zoneBy, type Policy, type ZoneChanges } from "c/slaPolicy";
import { policyIn } from "../orgs/policies.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import type { ContractRecord } from "../orgs/contract.ts";
import { zones } from "../zones/zones.ts";

/** No clock that runs reaches further, ms. */
const back = 400 * 86_400_000;
const ahead = 3 * 366 * 86_400_000;

export interface OutdatedLaw {
  record: ContractRecord;
  /** Of the data that the policy carries; null: it carries no data. */
  had: string | null;
  /** The same policy under the law in use. */
  policy: Policy;
}

/** The contracts whose policies carry another law than the data in use, around an instant. Those that cannot be read are left. */
export function outdatedLaws(records: readonly ContractRecord[], now: number): OutdatedLaw[] {
  return records.flatMap((record) => {
    const read = policyIn(record.Policy__c);
    if ("problem" in read) return [];
    const law = lawNow(read.policy, now);
    if (law === null) return [];
    const policy = { ...read.policy, zone: law };
    const catalogue = policy.version.slice(0, Math.max(0, policy.version.lastIndexOf("-")));
    return [
      {
        record,
        had: read.policy.zone?.version ?? null,
        policy: { ...policy, version: versionOf(catalogue, policy) },
      },
    ];
  });
}

/** The law in use for a policy's place; null where the policy says the same, or where the database lacks its zone. */
function lawNow({ timeZone, zone }: Policy, now: number): ZoneChanges | null {
  try {
    const law = zones().law(timeZone, new Date(now).getUTCFullYear());
    return zone !== undefined && around(timeZone, zone, now) === around(timeZone, law, now) ? null : law;
  } catch {
    return null;
  }
}

function around(timeZone: string, law: ZoneChanges, now: number): string {
  const { offset, changes } = lawBetween(zoneBy(timeZone, law), now - back, now + ahead);
  return JSON.stringify([offset, changes]);
}

/** Writes the law in use into the policies that carry another one. Reading the contracts again makes running clocks follow. */
export async function renewLaws(
  connection: OrgConnection,
  records: readonly ContractRecord[],
  now: number,
): Promise<OutdatedLaw[]> {
  const outdated = outdatedLaws(records, now);
  for (const { record, policy } of outdated)
    await connection.use((c) =>
      c.sobject("Support_Contract__c").update({
        Id: record.Id,
        Policy__c: JSON.stringify(policy),
        Policy_Version__c: policy.version,
      }),
    );
  return outdated;
}
