import { sql, type Kysely } from "kysely";
import { withLaw, type Contract, type Policy } from "c/slaEngine";
import { readPolicy } from "c/slaPolicyCheck";
import { zones } from "../zones/zones.ts";
import { among } from "../store/bulk.ts";
import type { ContractTable, Database } from "../store/schema.ts";

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

/**
 * As `contractsOf`, with those whose policy cannot be read: the engine then says of a case that this is why nothing is
 * promised.
 */
export async function contractsToGovern(db: Kysely<Database>, orgId: string): Promise<Contract[]> {
  return [...(await contractsBy(db, [orgId], unreadable)).values()];
}

/** In the place of a policy that cannot be read: whoever computes with it throws, and the engine catches that. */
const unreadable = null as unknown as Policy;

/** The contracts of several orgs, by org and contract (`acme/a00…`); `null` for all orgs. */
export async function contractsBy(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
  inPlaceOfUnreadable: Policy | undefined = undefined,
): Promise<Map<string, Contract>> {
  if (orgIds?.length === 0) return new Map();
  const ofOrgs = orgIds === null ? sql`true` : among(db, "org_id", orgIds);
  // one question for both: firing asks it for every batch
  const { rows } = await sql<TermsRow>`
    select org_id, id, status, starts_on, ends_on, policy, cast(null as bigint) as from_at
    from contracts where ${ofOrgs}
    union all
    select org_id, contract_id, status, starts_on, ends_on, policy, from_at from contract_versions where ${ofOrgs}
    order by org_id, id, from_at
  `.execute(db);
  const contracts = new Map<string, Contract>();
  for (const [key, terms] of Map.groupBy(rows, (row) => `${row.org_id}/${row.id}`)) {
    const contract = contractOf(terms, inPlaceOfUnreadable);
    if (contract !== null) contracts.set(key, contract);
  }
  return contracts;
}

interface TermsRow extends Pick<
  ContractTable,
  "org_id" | "id" | "status" | "starts_on" | "ends_on" | "policy"
> {
  /** Of what it said before, since when; null: what it says now. */
  from_at: number | null;
}

function contractOf(rows: readonly TermsRow[], inPlaceOfUnreadable: Policy | undefined): Contract | null {
  const row = rows.find(({ from_at }) => from_at === null);
  if (row === undefined) return null;
  const policy = policyFrom(row.policy) ?? inPlaceOfUnreadable;
  if (policy === undefined) return null;
  const history = rows.flatMap((version) => {
    const then = version.from_at === null ? null : policyFrom(version.policy);
    return then === null ? [] : [{ from: version.from_at!, ...termsOf(version), policy: then }];
  });
  const contract = { id: row.id, ...termsOf(row), policy };
  return history.length === 0 ? contract : { ...contract, history };
}

const termsOf = (row: TermsRow) => ({
  status: row.status as Contract["status"],
  startsOn: row.starts_on,
  endsOn: row.ends_on,
});

/** One that an older version wrote carries no law: this service's counts until the record is written anew. */
function lawful(policy: Policy): Policy | null {
  try {
    // versions of one contract may spell their zone in an old and a new way
    const timeZone = zones().nameOf(policy.timeZone);
    if (timeZone !== policy.timeZone) return lawful({ ...policy, timeZone });
    if (policy.zone !== undefined) return policy;
    return withLaw(policy, zones().law(policy.timeZone, Number(policy.holidaysKnown.from.slice(0, 4)) + 1));
  } catch {
    return null;
  }
}

function policyFrom(text: string): Policy | null {
  let policy = parsed.get(text);
  if (policy === undefined) {
    const read = readPolicy(text);
    policy = "problem" in read ? null : lawful(read.policy);
    if (parsed.size >= mostParsed) parsed.clear();
    parsed.set(text, policy);
  }
  return policy;
}
