/**
 * A list of support cases as pages show it: what the org answered, which clock each case has, how far it stands, and
 * the row that says so. Pages differ in which cases they ask for, what they show of them and what may be done there.
 */
import type { GraphQLResult } from "lightning/graphql";
import { learnFromStamp, serverNow } from "c/slaTicker";
import {
  casesOf,
  clockKeeper,
  contractsOf,
  isAway,
  isInForce,
  readingOf,
  statusCrossesAt,
  supportBy,
  type CaseClock,
  type CaseRecord,
  type ContractRecord,
  type Reading,
} from "c/supportContract";

export * from "./rows.ts";

export interface Entry {
  record: CaseRecord;
  plan: string;
  clock: CaseClock | null;
  reading: Reading | null;
}

/** A state that was entered while the page looked on. */
export interface Crossing {
  entry: Entry;
  status: string;
}

export type ListProblem = "noAccess" | "error" | "";

/** What the org answered, kept until it answers again. A new object whenever something in it is new. */
export interface CaseList {
  contracts: ContractRecord[] | null;
  records: CaseRecord[] | null;
  problem: ListProblem;
  problemDetail: string;
}
export const nothingYet: CaseList = { contracts: null, records: null, problem: "", problemDetail: "" };

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
  const next = answered(list, result, () => ({ records: casesOf(result.data) }));
  for (const { modifiedAt } of next.records ?? []) learnFromStamp(modifiedAt);
  return next;
}

export const isLoading = ({ problem, records, contracts }: CaseList): boolean =>
  problem === "" && (records === null || contracts === null);

/** The service of a contract in force has not signed for a while. */
export function serviceAway({ contracts }: CaseList): boolean {
  const now = serverNow();
  return (contracts ?? []).some((contract) => isInForce(contract, now) && isAway(contract, now));
}

/**
 * Reads a list again and again: a case that has not changed keeps the very same clock, so that its timer has nothing
 * to do. `shown` may show a case otherwise than the org has it, as an acknowledgement on its way.
 */
export function entryKeeper(): (
  list: CaseList,
  now: number,
  shown?: (record: CaseRecord) => CaseRecord,
) => Entry[] {
  const clockOf = clockKeeper();
  return ({ contracts, records }, now, shown = (record) => record) => {
    const byId = new Map((contracts ?? []).map((contract) => [contract.id, contract]));
    return (contracts && records ? records : []).map((record) => {
      const contract = record.contractId ? byId.get(record.contractId) : undefined;
      const support = contract ? supportBy(contract) : null;
      const clock = clockOf(shown(record), support && "compiled" in support ? support : null, now);
      return { record, plan: contract?.plan ?? "", clock, reading: clock ? readingOf(clock, now) : null };
    });
  };
}

/** The next instant at which a row would say something else: a state is entered, coverage opens or closes. */
export const nextChange = (entries: Entry[], now: number): number =>
  Math.min(
    Infinity,
    ...entries.map(({ clock, reading }) =>
      clock && reading ? Math.min(reading.until, statusCrossesAt(clock, now)) : Infinity,
    ),
  );

/** The clocks that got worse by themselves. Others end or start over because somebody did something. */
export function crossings(before: Entry[], after: Entry[]): Crossing[] {
  const statusBefore = new Map(before.map(({ record, reading }) => [record.id, reading?.status]));
  return after.flatMap((entry) => {
    const status = entry.reading?.status;
    const was = statusBefore.get(entry.record.id);
    const worse =
      (was === "Running" && status === "At Risk") ||
      ((was === "Running" || was === "At Risk") && status === "Breached");
    return worse ? [{ entry, status }] : [];
  });
}
