import { isWaiting, statusView, type Tone } from "c/slaStatus";
import type { CaseClock } from "c/supportContract";
import type { Entry } from "./entries.ts";

/** A case in a list. */
export interface CaseRow {
  id: string;
  number: string;
  subject: string;
  /** What else is worth knowing of it, in a line. */
  meta: string;
  /** null when nothing is promised, so that there is nothing to count down to. */
  clock: CaseClock | null;
  status: string | null;
  /** Outside coverage hours a running clock stands still. */
  paused: boolean;
  tone: Tone;
  /** Somebody has to acknowledge it. */
  waiting: boolean;
}

function rowOf({ record, clock, reading }: Entry, meta: string): CaseRow {
  const status = reading?.status ?? null;
  const open = reading?.open ?? true;
  return {
    id: record.id,
    number: record.number,
    subject: record.subject,
    meta,
    clock: clock?.dueAt == null ? null : clock,
    status,
    paused: !open,
    tone: statusView(status, open).tone,
    waiting: isWaiting(status),
  };
}

const same = (a: CaseRow, b: CaseRow): boolean =>
  (Object.keys(a) as (keyof CaseRow)[]).every((key) => a[key] === b[key]);

/** Rows of entries that are read again and again: one that says what it said before is the very same object. */
export function rowKeeper(): (entry: Entry, meta: string) => CaseRow {
  const kept = new Map<string, CaseRow>();
  return (entry, meta) => {
    const row = rowOf(entry, meta);
    const before = kept.get(row.id);
    if (before && same(before, row)) return before;
    kept.set(row.id, row);
    return row;
  };
}

/** The facts of a row's line, without those that are missing. */
export const line = (...facts: (string | null | undefined | false)[]): string =>
  facts.filter(Boolean).join(" · ");
