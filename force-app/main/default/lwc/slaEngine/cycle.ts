/** One cycle of a case: from its start until it is acknowledged or ends otherwise. */
import type { Commitment, Instant } from "c/slaPolicy";
import type { Governing } from "./contract.ts";
import { governing } from "./contract.ts";
import type { Deadline } from "./deadline.ts";
import { begin, reprioritise } from "./deadline.ts";
import type { AcknowledgementEvidence, Actor, Contract, EndReason, NotCoveredReason } from "./types.ts";

/** What the case says that a promise depends on. */
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
  /** Effective, until the end; "" while nothing governs. */
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

/** Looks for the contract that governs from the cycle's start. */
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

/** Takes up the case's priority and category as they are at `at`. */
export function recommit(cycle: Cycle, at: Instant): void {
  if (cycle.end) return;
  const commitment = commitmentOf(cycle);
  if (!commitment) return;
  cycle.priority = commitment.priority;
  const when = Math.max(at, cycle.start);
  cycle.deadline = reprioritise(cycle.governing!.compiled, cycle.deadline!, when, commitment);
}

/** Ends the clock, once. What happened before its start counts at its start. */
export function endCycle(cycle: Cycle, ending: Ending): void {
  if (cycle.end) return;
  if (!cycle.deadline) {
    if (ending.evidence !== null) cycle.engaged ??= ending;
    return;
  }
  cycle.end = { ...ending, at: Math.max(ending.at, cycle.start) };
}
