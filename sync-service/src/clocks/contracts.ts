import { sql, type Kysely } from "kysely";
import { withLaw, type Contract, type Policy } from "c/slaEngine";
import { readPolicy } from "c/slaPolicyCheck";
import { zones } from "../zones/zones.ts";
import { among } from "../store/bulk.ts";
import type { ContractTable, Database } from "../store/schema.ts";

/**
 * We parse each policy text once and keep one object for it, so that the engine can keep its compiled form. Only
 * years of changes bring more texts than this; we then parse some of them again.
 */
const parsed = new Map<string, Policy | null>();
const mostParsed = 2000;

/**
 * An org's contracts in the engine's form, with the last good policy of each and its earlier versions. We leave out a
 * contract if its policy cannot be read. The org's doctor reports it, and the case says that it is not covered.
 */
export async function contractsOf(db: Kysely<Database>, orgId: string): Promise<Contract[]> {
  return [...(await contractsBy(db, [orgId])).values()];
}

/**
 * Like `contractsOf`, but with the contracts whose policy cannot be read. The engine then names that reason on the
 * case.
 */
export async function contractsToGovern(db: Kysely<Database>, orgId: string): Promise<Contract[]> {
  return [...(await contractsBy(db, [orgId], unreadable)).values()];
}

/** Stands in for a policy that cannot be read. Computing with it throws, and the engine catches that. */
const unreadable = null as unknown as Policy;

/** The contracts of several orgs, by org and contract (`acme/a00…`). `null` means all orgs. */
export async function contractsBy(
  db: Kysely<Database>,
  orgIds: readonly string[] | null,
  inPlaceOfUnreadable: Policy | undefined = undefined,
): Promise<Map<string, Contract>> {
  if (orgIds?.length === 0) return new Map();
  const ofOrgs = orgIds === null ? sql`true` : among(db, "org_id", orgIds);
  // one query reads both, because firing needs it for every batch
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
  /** The instant from which an earlier version held. null: the present version. */
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

/** A contract from an older version carries no zone law. We use this service's law until it writes the record again. */
function lawful(policy: Policy): Policy | null {
  try {
    // versions of one contract may use an old and a new name for its zone
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
