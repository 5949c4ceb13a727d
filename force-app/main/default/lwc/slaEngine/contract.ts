/** Finds the contract that governs a clock (rules, section 3). */
import { contractRefusal } from "c/slaPolicy";
import type { Instant } from "c/slaPolicy";
import { lawUntil, withLaw } from "./law.ts";
import type { Contract, ContractVersion, NotCoveredReason } from "./types.ts";
import { compilePolicy } from "./with-host.ts";
import type { CompiledPolicy } from "./with-host.ts";

export type Governing = { contractId: string; compiled: CompiledPolicy };

/**
 * The version of a contract that governs a clock from its start at `at`. The law of its zone is the latest known one.
 */
export function contractAt(contract: Contract, at: Instant): Omit<ContractVersion, "from"> {
  const history = [...(contract.history ?? [])].sort((a, b) => a.from - b.from);
  const version = history.findLast(({ from }) => from <= at) ?? history[0] ?? contract;
  return { ...version, policy: withLaw(version.policy, lawUntil(contract, version.policy, Infinity)) };
}

/** The contract in force at a clock's start, or the reason why no contract is. */
export function governing(
  contracts: readonly Contract[],
  start: Instant,
): { governing: Governing } | { notCovered: NotCoveredReason } {
  const inForce: Governing[] = [];
  let notCovered: NotCoveredReason = "contractNotInForce";
  for (const contract of contracts) {
    const version = contractAt(contract, start);
    if (version.status !== "Active") continue;
    try {
      const compiled = compilePolicy(version.policy);
      const refusal = contractRefusal(version, compiled.zone, start);
      if (refusal === null) inForce.push({ contractId: contract.id, compiled });
      else if (refusal === "createdBeforeContract") notCovered = refusal;
    } catch {
      notCovered = "unreadablePolicy";
    }
  }
  if (inForce.length > 1) return { notCovered: "severalContracts" };
  return inForce.length === 1 ? { governing: inForce[0]! } : { notCovered };
}
