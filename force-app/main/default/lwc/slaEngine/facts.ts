/** Prepares facts for the replay: each fact once, in the order of commits, without those that were undone. */
import { floorToSecond } from "./instants.ts";
import type { Fact, Role } from "./types.ts";

/** The order within one commit: the values of a case come before the actions on it. */
const ORDER: readonly Fact["kind"][] = [
  ...(["created", "undeleted", "contract", "priority", "category", "channel"] as const),
  ...(["acknowledgement", "owner", "status", "reply", "deleted"] as const),
];

/** An outside acknowledgement has no commit, so it comes after all commits of its second. */
const commitOf = ({ commit }: Fact) => commit ?? Infinity;
const sequenceOf = ({ sequence }: Fact) => sequence ?? Infinity;
const compare = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0);

const sameCommit = (a: Fact, b: Fact) =>
  a.at === b.at && commitOf(a) === commitOf(b) && sequenceOf(a) === sequenceOf(b);

const byCommit = (a: Fact, b: Fact) =>
  Number(b.kind === "created") - Number(a.kind === "created") ||
  compare(a.at, b.at) ||
  compare(commitOf(a), commitOf(b)) ||
  compare(sequenceOf(a), sequenceOf(b)) ||
  ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
  compare(a.id, b.id) ||
  compare(JSON.stringify(a), JSON.stringify(b));

/** True if a person did it. The service's intake rule and the client's automation are no persons. */
export const isPerson = (role: Role) => role !== "sync" && role !== "automation";

/** Groups the facts by commit, with the creation first. @returns [] if the creation is not known */
export function commitsOf(facts: readonly Fact[]): Fact[][] {
  const seen = new Set<string>();
  const sorted = facts
    .map((fact) => ({ ...fact, at: floorToSecond(fact.at) }))
    .sort(byCommit)
    .filter((fact) => !seen.has(fact.id) && seen.add(fact.id));
  if (sorted[0]?.kind !== "created") return [];
  const kept = withoutUndone(sorted.filter((fact, i) => i === 0 || fact.kind !== "created"));
  const commits: Fact[][] = [];
  for (const fact of kept) {
    const last = commits.at(-1);
    if (last && sameCommit(last[0]!, fact)) last.push(fact);
    else commits.push([fact]);
  }
  return commits;
}

/**
 * Leaves out a deletion that was undone. A contract that the intake rule set counts from the creation, or from the
 * instant at which somebody cleared the contract.
 */
function withoutUndone(facts: readonly Fact[]): Fact[] {
  let result: Fact[] = [];
  let cleared: Fact | null = null;
  for (const fact of facts) {
    if (fact.kind === "undeleted") {
      result = result.filter(({ kind }) => kind !== "deleted");
      continue;
    }
    if (fact.kind === "created" && fact.contractId === null) cleared = fact;
    if (fact.kind === "contract") {
      if (fact.contractId === null) {
        // a second clearing changes nothing
        if (cleared !== null) continue;
        cleared = fact;
      } else {
        if (!isPerson(fact.by.role)) result = asSet(result, cleared, fact.contractId);
        cleared = null;
      }
    }
    result.push(fact);
  }
  return result;
}

/** Puts the contract into the fact that lacked it. */
const asSet = (facts: readonly Fact[], cleared: Fact | null, contractId: string): Fact[] =>
  facts.map((fact) => (fact === cleared ? ({ ...fact, contractId } as Fact) : fact));
