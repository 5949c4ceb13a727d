/** What the org answered about a list of support cases, kept until it answers again. */
import type { GraphQLResult } from "lightning/graphql";
import { learnFromStamp, serverNow } from "c/slaTicker";
import {
  casesOf,
  contractsOf,
  isAway,
  isInForce,
  supportBy,
  totalOf,
  type CaseRecord,
  type ContractRecord,
} from "c/supportContract";
import { UTC } from "c/slaPolicy";
import { place } from "c/supportFormat";

export type ListProblem = "noAccess" | "error" | "";

/** A new object whenever something in it is new. */
export interface CaseList {
  contracts: ContractRecord[] | null;
  records: CaseRecord[] | null;
  /** How many there are, of which `records` are the first. */
  total: number;
  problem: ListProblem;
  problemDetail: string;
  /** The org could not be asked the last time, for this reason. The rest is from before. */
  unreached: string | null;
}
export const nothingYet: CaseList = {
  contracts: null,
  records: null,
  total: 0,
  problem: "",
  problemDetail: "",
  unreached: null,
};

/** What the org said, as it said it. */
export const wordsOf = (errors: { message: string }[]): string =>
  errors.map(({ message }) => message).join(" ");

function answered(list: CaseList, { data, errors }: GraphQLResult, read: () => Partial<CaseList>): CaseList {
  if (errors) {
    // an object or a field that the query names is not there for this user: so looks a missing permission set
    const noAccess = errors.some(({ message }) => /support_|sla_|\bCase\b/i.test(message));
    const reason = wordsOf(errors);
    if (noAccess) return { ...list, problem: "noAccess", problemDetail: "" };
    return isKnown(list)
      ? { ...list, unreached: reason }
      : { ...list, problem: "error", problemDetail: reason };
  }
  return data ? { ...list, problem: "", problemDetail: "", unreached: null, ...read() } : list;
}
/** The org has answered before. */
export const isKnown = ({ records, contracts }: CaseList): boolean => records !== null && contracts !== null;

export const withContracts = (list: CaseList, result: GraphQLResult): CaseList =>
  answered(list, result, () => ({ contracts: contractsOf(result.data) }));

export function withCases(list: CaseList, result: GraphQLResult): CaseList {
  const next = answered(list, result, () => ({
    records: casesOf(result.data),
    total: totalOf(result.data),
  }));
  for (const { modifiedAt } of next.records ?? []) learnFromStamp(modifiedAt);
  return next;
}

export const isLoading = (list: CaseList): boolean => list.problem === "" && !isKnown(list);

/** There are more cases than were answered. */
export const isCut = ({ records, total }: CaseList): boolean => total > (records?.length ?? 0);

export interface ContractNotice {
  kind: string;
  detail: string;
  /** Where a policy cannot be read, nobody tells the law of its place: written deadlines are shown in UTC. */
  writtenIn: string;
}

/** Comes before the cases: an org out of reach, a policy that cannot be read, or a service that is away. */
export function contractNotice({ contracts, unreached }: CaseList): ContractNotice | null {
  if (unreached !== null) return { kind: "unreached", detail: unreached, writtenIn: "" };
  const now = serverNow();
  const inForce = (contracts ?? []).filter((contract) => isInForce(contract, now));
  for (const contract of inForce) {
    const support = supportBy(contract);
    if ("problem" in support) return { kind: support.problem, detail: "", writtenIn: place(UTC) };
  }
  return inForce.some((contract) => isAway(contract, now))
    ? { kind: "away", detail: "", writtenIn: "" }
    : null;
}
