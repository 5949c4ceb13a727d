import type { Kysely } from "kysely";
import { readPolicy, type Contract, type Policy } from "c/slaEngine";

import type { ContractTable, Database } from "../store/schema.ts";

/** Policies are parsed once per text: one object per policy also lets the engine keep what it compiled from it. */
const parsed = new Map<string, { row: ContractTable; contract: Contract | null }>();

/**
 * An org's contracts as the engine takes them, with the last good policy of each. One whose policy cannot be read
 * is left out: the org's doctor reports it, and the case says that it is not covered.
 */
export async function contractsOf(db: Kysely<Database>, orgId: string): Promise<Contract[]> {
  const rows = await db
    .selectFrom("contracts")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("id")
    .execute();
  return rows.map(contractOf).filter((contract) => contract !== null);
}

/** The policies of several orgs' contracts, by org and contract. */
export async function policiesOf(
  db: Kysely<Database>,
  orgIds: readonly string[],
): Promise<Map<string, Policy>> {
  const rows = await db.selectFrom("contracts").selectAll().where("org_id", "in", orgIds).execute();
  return new Map(
    rows.flatMap((row) => {
      const contract = contractOf(row);
      return contract === null ? [] : [[`${row.org_id}/${row.id}`, contract.policy]];
    }),
  );
}

export function contractOf(row: ContractTable): Contract | null {
  const key = `${row.org_id}/${row.id}`;
  const known = parsed.get(key);
  if (known !== undefined && sameTerms(known.row, row)) return known.contract;
  const read = readPolicy(row.policy);
  const contract =
    "problem" in read
      ? null
      : {
          id: row.id,
          status: row.status as Contract["status"],
          startsOn: row.starts_on,
          endsOn: row.ends_on,
          policy: known?.row.policy === row.policy && known.contract ? known.contract.policy : read.policy,
        };
  parsed.set(key, { row, contract });
  return contract;
}

const sameTerms = (a: ContractTable, b: ContractTable) =>
  a.policy === b.policy && a.status === b.status && a.starts_on === b.starts_on && a.ends_on === b.ends_on;
