/** A contract as the org has it, and as the engine can compute with it. */
import type { Contract } from "c/slaEngine";
import type { CompiledPolicy, Zone } from "c/slaPolicy";

export interface ContractRecord {
  id: string;
  plan: string | null;
  status: Contract["status"];
  startsOn: string | null;
  endsOn: string | null;
  policy: string | null;
  policyVersion: string | null;
  syncedAt: number | null;
}

export type ContractProblem =
  | "noContract"
  | "notInForce"
  | "severalContracts"
  | "absent"
  | "damaged"
  | "newerFormat"
  | "noAccess";

/** A contract whose policy can be computed with. */
export interface Support {
  record: ContractRecord;
  contract: Contract;
  compiled: CompiledPolicy;
  /** The law of the contract's place. */
  zone: Zone;
}
