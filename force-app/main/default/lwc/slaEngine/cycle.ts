/** One cycle of a case: from its start to its acknowledgement or another end. */
import type { Commitment, Instant } from "c/slaPolicy";
import type { Governing } from "./contract.ts";
import { governing } from "./contract.ts";
import type { Deadline } from "./deadline.ts";
import { begin, reprioritise } from "./deadline.ts";
import type { AcknowledgementEvidence, Actor, Contract, EndReason, NotCoveredReason } from "./types.ts";

/** The case's values on which the promise depends. */
export interface CaseState {
  status: string;
  closed: boolean;
  priority: string | null;
  category: string | null;
  channel: string | null;
  contractId: string | null;
}

export interface Ending {
  at: Instant;
  reason: EndReason;
  by: Actor;
  evidence: AcknowledgementEvidence | null;
}

export interface Cycle {
  number: number;
  start: Instant;
  startStatus: string;
  governing: Governing | null;
  notCovered: NotCoveredReason | null;
  deadline: Deadline | null;
  /** The effective priority, up to the end. It is "" while no contract governs. */
  priority: string;
  end: Ending | null;
  /** A consultant had acted before a person set the contract. */
  engaged: Ending | null;
  /** The case as of the next cycle's start, or as it is. */
  state: CaseState;
  inferred: boolean;
}

export function openCycle(
  number: number,
  start: Instant,
  state: CaseState,
  contracts: readonly Contract[],
): Cycle {
  const cycle: Cycle = {
    ...{ number, start, startStatus: state.status, governing: null, notCovered: null, deadline: null },
    ...{ priority: "", end: null, engaged: null, state: { ...state }, inferred: false },
  };
  cover(cycle, contracts);
  return cycle;
}

/** Finds the contract that governs from the cycle's start. */
export function cover(cycle: Cycle, contracts: readonly Contract[]): void {
  const found =
    cycle.state.contractId === null
      ? { notCovered: "noContract" as const }
      : governing(contracts, cycle.start);
  cycle.governing = "governing" in found ? found.governing : null;
  cycle.notCovered = "notCovered" in found ? found.notCovered : null;
  const commitment = commitmentOf(cycle);
  cycle.deadline = commitment && begin(cycle.governing!.compiled, cycle.start, commitment);
  if (commitment) cycle.priority = commitment.priority;
}

function commitmentOf({ governing: found, state }: Cycle): Commitment | null {
  return found && found.compiled.commitment(state.priority, state.category);
}

/** Applies the case's priority and category from the instant `at` on. */
export function recommit(cycle: Cycle, at: Instant): void {
  if (cycle.end) return;
  const commitment = commitmentOf(cycle);
  if (!commitment) return;
  cycle.priority = commitment.priority;
  const when = Math.max(at, cycle.start);
  cycle.deadline = reprioritise(cycle.governing!.compiled, cycle.deadline!, when, commitment);
}

/** Ends the clock, only once. An end from before the start counts at the start. */
export function endCycle(cycle: Cycle, ending: Ending): void {
  if (cycle.end) return;
  if (!cycle.deadline) {
    if (ending.evidence !== null) cycle.engaged ??= ending;
    return;
  }
  cycle.end = { ...ending, at: Math.max(ending.at, cycle.start) };
}
