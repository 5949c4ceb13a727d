import type { SlaClock, Text } from "c/slaEngine";

/** The SLA_* fields of a case as the service wants them. A field left out is left alone. */
export type CaseFields = Record<string, string | number | boolean | null>;

/** Who was told of a step by one channel. Clients read it, so it has no address. */
export interface Told {
  cycle: number;
  step: string;
  /** The channel's name, and as people read it. */
  by: string;
  label: Text;
  /** `delivered` and `read`: the channel itself has said so. */
  state: "waiting" | "arrived" | "failed" | "delivered" | "read";
  at: number;
  people: number;
}

export const acknowledgedBy = "SLA_Acknowledged_By__c";
const acknowledgedInName = "SLA_Acknowledged_By_Name__c";
const explanationLimit = 32_768;
const minutes = (ms: number | null) => (ms === null ? null : Math.round(ms / 600) / 100);
const dateTime = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/**
 * @param steps the last step, and the elapsed coverage at its instant. We write the elapsed coverage with steps and
 * at the end, and not every minute
 * @param before what was wanted before, if anything
 * @param earlier the case's clocks before this one: its fields tell of one clock only, the explanation how the others
 * ended
 */
export function fieldsOf(
  clock: SlaClock,
  lastStep: string | null,
  before: CaseFields | null,
  earlier: readonly SlaClock[] = [],
): CaseFields {
  const fields: CaseFields = {
    SLA_Cycle__c: clock.cycle,
    SLA_Status__c: clock.status,
    SLA_Started_At__c: dateTime(clock.startedAt),
    SLA_Ack_Due_At__c: dateTime(clock.dueAt),
    SLA_Target_Minutes__c: minutes(clock.target),
    SLA_Elapsed_Minutes__c:
      clock.endedAt !== null
        ? minutes(clock.elapsed)
        : clock.dueAt === null
          ? null
          : before?.["SLA_Cycle__c"] === clock.cycle
            ? (before["SLA_Elapsed_Minutes__c"] ?? 0)
            : 0,
    SLA_Last_Step__c: lastStep,
    SLA_Explanation__c: explanationOf(clock, earlier, toldIn(before)),
    SLA_Needs_Quote__c: clock.needsQuote,
    SLA_Channel_Not_Covered__c: clock.channelNotCovered,
    SLA_Not_Covered_Reason__c: clock.notCovered,
    SLA_Acknowledged_At__c: dateTime(clock.acknowledgedAt),
  };
  // Consultants write this field too. We fill it if the service knows better. We empty it only for a new cycle, or
  // after a user who is not a consultant wrote it.
  if (clock.acknowledgedBy?.userId) fields[acknowledgedBy] = clock.acknowledgedBy.userId;
  else if (clock.acknowledgedAt === null && (clock.cycle > 1 || before?.[acknowledgedBy] === null))
    fields[acknowledgedBy] = null;
  // a consultant of a hub has no user in this org
  const name = clock.acknowledgedBy?.userId ? undefined : clock.acknowledgedBy?.name;
  if (name !== undefined) fields[acknowledgedInName] = name.slice(0, 255);
  else if (before?.[acknowledgedInName] != null) fields[acknowledgedInName] = null;
  return fields;
}

/**
 * The fields after a step has spoken: of what was wanted for the same cycle before, only these change with it.
 * @param elapsed in minutes; null: the clock has ended, and its elapsed coverage stands
 */
export function fieldsAfterStep(
  clock: SlaClock,
  step: string,
  elapsed: number | null,
  before: CaseFields | null,
): CaseFields {
  const same = before !== null && before["SLA_Cycle__c"] === clock.cycle;
  const fields = same
    ? { ...before, SLA_Status__c: clock.status, SLA_Last_Step__c: step }
    : fieldsOf(clock, step, before);
  return elapsed === null ? fields : { ...fields, SLA_Elapsed_Minutes__c: elapsed };
}

export { minutes as elapsedMinutes };

/** The ledger as JSON; where it does not fit, its middle goes and `cut` says how many entries that was. */
export function explanationOf(
  clock: SlaClock,
  earlier: readonly SlaClock[] = [],
  told: readonly Told[] = [],
): string | null {
  if (clock.explanation === null) return null;
  const explanation = {
    ...clock.explanation,
    ...(earlier.length === 0 ? {} : { earlier: earlier.slice(-EARLIER_AT_MOST).map(resultOf) }),
    ...(told.length === 0 ? {} : { told }),
  };
  const whole = JSON.stringify(explanation);
  if (whole.length <= explanationLimit) return whole;
  // changes may take half of the room; the entries are what the sentence is made of, and take the rest
  const { entries, changes, ...rest } = explanation;
  const fewer = middleOut(changes, explanationLimit / 2);
  const omitted = changes.length - fewer.length;
  const text = (kept: readonly unknown[], after: number, left: number) =>
    JSON.stringify({
      ...rest,
      changes: fewer,
      entries: kept,
      cut: { after, omitted: left, ...(omitted > 0 ? { changesOmitted: omitted } : {}) },
    });
  // the room beside the entries, whose list is empty here
  const frame = text([], entries.length, entries.length).length - "[]".length;
  const kept = middleOut(entries, explanationLimit - frame);
  return text(kept, Math.ceil(kept.length / 2), entries.length - kept.length);
}

const EARLIER_AT_MOST = 10;
/** How a clock ended, in ms. */
const resultOf = ({ cycle, status, startedAt, dueAt, endedAt, elapsed, target }: SlaClock) => ({
  ...{ cycle, status, start: startedAt, due: dueAt, end: endedAt, elapsed, target },
});

const TOLD_AT_MOST = 40;
/** What the case says of who was told. */
function toldIn(fields: CaseFields | null): Told[] {
  const text = fields?.["SLA_Explanation__c"];
  return typeof text === "string" ? ((JSON.parse(text) as { told?: Told[] }).told ?? []) : [];
}

/** The fields with who was told; a ledger that leaves no room for it stays as it is. */
export function withTold(fields: CaseFields, told: readonly Told[]): CaseFields {
  const text = fields["SLA_Explanation__c"];
  if (typeof text !== "string") return fields;
  const whole = JSON.stringify({ ...JSON.parse(text), told: told.slice(-TOLD_AT_MOST) });
  return whole.length > explanationLimit ? fields : { ...fields, SLA_Explanation__c: whole };
}

/** As many of them as fit as JSON, from both ends. Each is written once: a ledger can have thousands of entries. */
function middleOut<T>(all: readonly T[], room: number): readonly T[] {
  const upTo = [0];
  for (const one of all) upTo.push(upTo.at(-1)! + JSON.stringify(one).length + ",".length);
  const size = (from: number, to: number) => upTo[to]! - upTo[from]!;
  // the brackets, and one comma fewer than entries
  const around = "[]".length - ",".length;
  for (let keep = all.length; keep > 0; keep = Math.floor(keep * 0.9)) {
    const head = Math.ceil(keep / 2);
    const tail = keep - head;
    if (around + size(0, head) + size(all.length - tail, all.length) > room) continue;
    return keep === all.length ? all : [...all.slice(0, head), ...all.slice(all.length - tail)];
  }
  return [];
}

/** What of `wanted` the org does not have yet, as far as `written` says. */
export function difference(wanted: CaseFields, written: CaseFields | null): CaseFields {
  if (written === null) return wanted;
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => written[name] !== value));
}
