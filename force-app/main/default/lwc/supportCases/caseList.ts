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
}
export const nothingYet: CaseList = {
  contracts: null,
  records: null,
  total: 0,
  problem: "",
  problemDetail: "",
};

function answered(list: CaseList, { data, errors }: GraphQLResult, read: () => Partial<CaseList>): CaseList {
  if (errors) {
    // an object or a field that the query names is not there for this user: so looks a missing permission set
    const noAccess = errors.some(({ message }) => /support_|sla_|\bCase\b/i.test(message));
    return {
      ...list,
      problem: noAccess ? "noAccess" : "error",
      problemDetail: noAccess ? "" : errors.map(({ message }) => message).join(" "),
    };
  }
  return data ? { ...list, problem: "", problemDetail: "", ...read() } : list;
}

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

export const isLoading = ({ problem, records, contracts }: CaseList): boolean =>
  problem === "" && (records === null || contracts === null);

/** There are more cases than were answered. */
export const isCut = ({ records, total }: CaseList): boolean => total > (records?.length ?? 0);

export interface ContractNotice {
  kind: string;
  /** Where a policy cannot be read, nobody tells the law of its place: written deadlines are shown in UTC. */
  writtenIn: string;
}

/** What has to be said of a contract in force before its cases: a policy that cannot be read, a service that is away. */
export function contractNotice({ contracts }: CaseList): ContractNotice | null {
  const now = serverNow();
  const inForce = (contracts ?? []).filter((contract) => isInForce(contract, now));
  for (const contract of inForce) {
    const support = supportBy(contract);
    if ("problem" in support) return { kind: support.problem, writtenIn: place(UTC) };
  }
  return inForce.some((contract) => isAway(contract, now)) ? { kind: "away", writtenIn: "" } : null;
}
