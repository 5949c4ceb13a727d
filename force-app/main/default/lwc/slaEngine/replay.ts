/** Replays facts into cycles: each change in order, and its effect on the promise. */
import type { Instant } from "c/slaPolicy";
import type { CaseState, Cycle } from "./cycle.ts";
import { cover, endCycle, openCycle, recommit } from "./cycle.ts";
import { commitsOf, isPerson } from "./facts.ts";
import type { AcknowledgementEvidence, Contract, EndReason, Fact } from "./types.ts";

/** All cycles of the case, the current one last. @returns [] if its creation is not known */
export function replay(facts: readonly Fact[], contracts: readonly Contract[], now: Instant): Cycle[] {
  const cycles: Cycle[] = [];
  for (const commit of commitsOf(facts)) {
    const [first] = commit;
    if (first!.kind === "created") cycles.push(create(first!, contracts, now));
    applyCommit(commit, cycles, contracts);
  }
  return cycles;
}

function create(
  fact: Extract<Fact, { kind: "created" }>,
  contracts: readonly Contract[],
  now: Instant,
): Cycle {
  const { status, closed, priority, category, channel, contractId } = fact;
  const state: CaseState = { status, closed, priority, category, channel, contractId };
  // a date in the future counts as now
  const cycle = openCycle(1, Math.min(fact.at, now), state, contracts);
  cycle.inferred = fact.inferred === true;
  const opening = { ...fact, at: cycle.start };
  if (fact.by.role === "consultant") acknowledge(cycle, opening, "createdByConsultant");
  else if (closed) close(cycle, opening);
  return cycle;
}

function applyCommit(commit: readonly Fact[], cycles: Cycle[], contracts: readonly Contract[]): void {
  for (const fact of commit) {
    const cycle = cycles.at(-1)!;
    const { state } = cycle;
    if (!cycle.end && fact.inferred) cycle.inferred = true;
    // a commit's priority and category count together, before its other changes
    if (fact.kind !== "category") recommit(cycle, fact.at);
    switch (fact.kind) {
      case "priority":
        state.priority = fact.priority;
        break;
      case "category":
        state.category = fact.category;
        break;
      case "channel":
        state.channel = fact.channel;
        break;
      case "contract":
        setContract(cycles, fact, contracts);
        break;
      case "status":
        setStatus(cycles, fact, contracts);
        break;
      case "acknowledgement":
        if (fact.by.role === "consultant") acknowledge(cycle, fact, "explicit");
        break;
      case "owner":
        if (fact.by.role === "consultant" && fact.owner === "consultant") acknowledge(cycle, fact, "owner");
        break;
      case "reply":
        if (fact.by.role === "consultant") acknowledge(cycle, fact, "reply");
        break;
      case "deleted":
        finish(cycle, fact, fact.merged ? "merged" : "deleted");
        break;
      default: // the creation opened the cycle; an undeletion was taken into account
    }
  }
  recommit(cycles.at(-1)!, commit[0]!.at);
}

function setContract(
  cycles: Cycle[],
  fact: Extract<Fact, { kind: "contract" }>,
  contracts: readonly Contract[],
): void {
  const cycle = cycles.at(-1)!;
  cycle.state.contractId = fact.contractId;
  if (fact.contractId === null) {
    finish(cycle, fact, "contractCleared");
    if (!cycle.deadline) cover(cycle, contracts);
    return;
  }
  const { closed } = cycle.state;
  if (cycle.end?.reason === "contractCleared" && !closed) {
    cycles.push(openCycle(cycle.number + 1, fact.at, cycle.state, contracts));
    return;
  }
  if (cycle.deadline) return;
  if (isPerson(fact.by.role)) {
    // a person set the contract later, so the promise starts here
    cycle.start = Math.max(cycle.start, fact.at);
    cycle.startStatus = cycle.state.status;
  }
  cover(cycle, contracts);
  // nobody waits for an answer on a closed case, so its clock does not count
  if (closed) finish(cycle, fact, "closed");
  else if (cycle.engaged) endCycle(cycle, cycle.engaged);
}

function setStatus(
  cycles: Cycle[],
  fact: Extract<Fact, { kind: "status" }>,
  contracts: readonly Contract[],
): void {
  const cycle = cycles.at(-1)!;
  const { state } = cycle;
  const was = { ...state };
  const isConsultant = fact.by.role === "consultant";
  if (was.closed && !fact.closed && !isConsultant) {
    const reopened = { ...state, status: fact.status, closed: false };
    const next = openCycle(cycle.number + 1, fact.at, reopened, contracts);
    next.inferred = fact.inferred === true;
    cycles.push(next);
    return;
  }
  state.status = fact.status;
  state.closed = fact.closed;
  if (fact.closed && !was.closed) close(cycle, fact);
  else if (isConsultant && fact.status !== was.status && fact.status !== cycle.startStatus) {
    acknowledge(cycle, fact, "status");
  }
}

function close(cycle: Cycle, fact: Fact): void {
  const { role } = fact.by;
  if (role === "consultant") acknowledge(cycle, fact, "closedByConsultant");
  else finish(cycle, fact, role === "automation" || role === "sync" ? "closedByAutomation" : "closed");
}

function acknowledge(cycle: Cycle, { at, by }: Fact, evidence: AcknowledgementEvidence): void {
  endCycle(cycle, { at, by, evidence, reason: "acknowledged" });
}

function finish(cycle: Cycle, { at, by }: Fact, reason: EndReason): void {
  endCycle(cycle, { at, by, reason, evidence: null });
}
