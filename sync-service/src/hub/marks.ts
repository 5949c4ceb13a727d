/** The mark on a client's contract: which hub serves this client, and since which hand-over. */
import { longId } from "../case/ids.ts";
import type { OrgConnection } from "../orgs/connection.ts";

interface MarkedContract {
  Id: string;
  Hub_Org_Id__c: string | null;
  Hub_Epoch__c: number | null;
}

export class ServedByAnother extends Error {
  override name = "ServedByAnother";
}

const contractsOf = (client: OrgConnection) =>
  client.query<MarkedContract>("SELECT Id, Hub_Org_Id__c, Hub_Epoch__c FROM Support_Contract__c");

async function mark(
  client: OrgConnection,
  contracts: readonly MarkedContract[],
  hubOrgId: string | null,
  epoch: number,
): Promise<void> {
  if (contracts.length === 0) return;
  const results = await client.use((connection) =>
    connection.sobject("Support_Contract__c").update(
      contracts.map(({ Id }) => ({ Id, Hub_Org_Id__c: hubOrgId, Hub_Epoch__c: epoch })),
      { allOrNone: true },
    ),
  );
  const refused = results.find(({ success }) => !success);
  if (refused !== undefined) throw new Error(JSON.stringify(refused.errors));
}

export interface HandedOver {
  /** The number of the hand-over. */
  epoch: number;
  /** The hub that had the client until now. */
  from: string | null;
}

/**
 * Hands a client to the hub: from now on commands with an earlier number write nothing there.
 * @throws ServedByAnother
 */
export async function handOver(
  client: OrgConnection,
  hubOrgId: string,
  before: number,
  { takeOver = false } = {},
): Promise<HandedOver> {
  const contracts = await contractsOf(client);
  const other = contracts.find(
    ({ Hub_Org_Id__c: id }) => id !== null && id !== "" && longId(id) !== hubOrgId,
  );
  if (other !== undefined && !takeOver)
    throw new ServedByAnother(`The contract ${other.Id} names the hub ${other.Hub_Org_Id__c}.`);
  const epoch = Math.max(before, ...contracts.map(({ Hub_Epoch__c: each }) => each ?? 0)) + 1;
  await mark(client, contracts, hubOrgId, epoch);
  return { epoch, from: other === undefined ? null : longId(other.Hub_Org_Id__c!) };
}

/** Takes the mark away, where it is still ours. */
export async function giveBack(client: OrgConnection, hubOrgId: string, epoch: number): Promise<void> {
  const contracts = await contractsOf(client);
  const ours = contracts.filter(
    ({ Hub_Org_Id__c: id, Hub_Epoch__c: each }) => longId(id ?? "") === hubOrgId && each === epoch,
  );
  await mark(client, ours, null, epoch);
}

/** A change of plan made another contract: it takes the mark of the one before. Nothing else gives a mark. */
export async function markLaterContracts(
  client: OrgConnection,
  hubOrgId: string,
  epoch: number,
): Promise<boolean> {
  const contracts = await contractsOf(client);
  const isOurs = ({ Hub_Org_Id__c: id, Hub_Epoch__c: each }: MarkedContract) =>
    longId(id ?? "") === hubOrgId && each === epoch;
  const unmarked = contracts.filter(({ Hub_Org_Id__c: id }) => id === null || id === "");
  if (unmarked.length === 0 || !contracts.some(isOurs)) return false;
  await mark(client, unmarked, hubOrgId, epoch);
  return true;
}

/** The hub that the client was handed to since; null: it is still ours, or nobody else's. */
export async function servedByNow(
  client: OrgConnection,
  hubOrgId: string,
  epoch: number,
): Promise<string | null> {
  const contracts = await contractsOf(client);
  const later = contracts.find(({ Hub_Org_Id__c: id, Hub_Epoch__c: each }) => {
    const marked = longId(id ?? "");
    return (marked !== "" && marked !== hubOrgId) || (marked === hubOrgId && (each ?? 0) > epoch);
  });
  return later === undefined ? null : longId(later.Hub_Org_Id__c!);
}
