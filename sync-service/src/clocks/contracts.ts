import type { Kysely } from "kysely";
import { readPolicy, type Contract, type Policy } from "c/slaEngine";

import type { ContractTable, ContractVersionTable, Database } from "../store/schema.ts";

/**
 * Policies are parsed once per text: one object per policy also lets the engine keep what it compiled from it. More texts than
 * this are only there after years of changes, and are read again when needed.
 */
const parsed = new Map<string, Policy | null>();
const mostParsed = 2000;

/**
 * An org's contracts as the engine takes them, with the last good policy of each and what it said before. One whose policy
 * cannot be read is left out: the org's doctor reports it, and the case says that it is not covered.
 */
export async function contractsOf(db: Kysely<Database>, orgId: string): Promise<Contract[]> {
  return [...(await contractsBy(db, [orgId])).values()];
}

/** The contracts of several orgs, by org and contract (`acme/a00…`); `null` for all orgs. */
export async function contractsBy(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
): Promise<Map<string, Contract>> {
  if (orgIds?.length === 0) return new Map();
  let current = db.selectFrom("contracts").selectAll().orderBy("org_id").orderBy("id");
  let before = db.selectFrom("contract_versions").selectAll().orderBy("from_at");
  if (orgIds !== null) {
    current = current.where("org_id", "in", orgIds);
    before = before.where("org_id", "in", orgIds);
  }
  const rows = await current.execute();
  const versions = Map.groupBy(await before.execute(), (row) => `${row.org_id}/${row.contract_id}`);
  return new Map(
    rows.flatMap((row) => {
      const key = `${row.org_id}/${row.id}`;
      const contract = contractOf(row, versions.get(key) ?? []);
      return contract === null ? [] : [[key, contract]];
    }),
  );
}

function contractOf(row: ContractTable, versions: readonly ContractVersionTable[]): Contract | null {
  const policy = policyFrom(row.policy);
  if (policy === null) return null;
  const history = versions.flatMap((version) => {
    const then = policyFrom(version.policy);
    return then === null ? [] : [{ from: version.from_at, ...termsOf(version), policy: then }];
  });
  const contract = { id: row.id, ...termsOf(row), policy };
  return history.length === 0 ? contract : { ...contract, history };
}

const termsOf = (row: Pick<ContractTable, "status" | "starts_on" | "ends_on">) => ({
  status: row.status as Contract["status"],
  startsOn: row.starts_on,
  endsOn: row.ends_on,
});

function policyFrom(text: string): Policy | null {
  let policy = parsed.get(text);
  if (policy === undefined) {
    const read = readPolicy(text);
    policy = "problem" in read ? null : read.policy;
    if (parsed.size >= mostParsed) parsed.clear();
    parsed.set(text, policy);
  }
  return policy;
}
