/** Cases of a list with their clocks, read at an instant. */
import {
  clockKeeper,
  readingOf,
  statusCrossesAt,
  supportBy,
  type CaseClock,
  type CaseRecord,
  type Reading,
} from "c/supportContract";
import { place } from "c/supportFormat";
import type { CaseList } from "./caseList.ts";

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
      const readable = support && "compiled" in support ? support : null;
      const clock = clockOf(shown(record), readable, now);
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

/** Whether a case's number or subject holds these words, in any case. */
export function mentions({ record }: Entry, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return wanted === "" || `${record.number} ${record.subject}`.toLowerCase().includes(wanted);
}

/** The places whose time a list's instants are told in, each once. */
export const placesOf = (entries: Entry[]): string[] => [
  ...new Set(entries.flatMap(({ clock }) => (clock ? [place(clock.zone)] : []))),
];
