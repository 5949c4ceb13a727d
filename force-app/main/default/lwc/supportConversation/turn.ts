/** A client closes the case, or opens it again: to which status, and what follows from it. */
import type { PicklistField } from "lightning/uiObjectInfoApi";
import type { CaseRecord, Support } from "c/supportContract";
import type { Turn } from "c/supportComposer";
import { fill, near } from "c/supportFormat";
import { labels } from "./labels.ts";

/** The status that closes an open case, or opens a closed one; null where the org offers no such status. */
export function turnsTo({ closed }: CaseRecord, statuses: PicklistField | null): string | null {
  const fits = (statuses?.values ?? []).filter(({ attributes }) => attributes?.closed === !closed);
  const preferred = fits.find(({ value }) => value === statuses?.defaultValue?.value);
  return (preferred ?? fits[0])?.value ?? null;
}

/** @param waiting nobody has acknowledged the case, and its promise runs */
export function turnOf(
  record: CaseRecord,
  statuses: PicklistField | null,
  waiting: boolean,
  inForce: Support | null,
  now: number,
): Turn | null {
  if (turnsTo(record, statuses) === null) return null;
  if (!record.closed)
    return {
      label: labels.close,
      back: labels.keepOpen,
      hint: waiting ? labels.closeWaiting : labels.closeHint,
      send: labels.sendAndClose,
    };
  return {
    label: labels.reopen,
    back: labels.keepClosed,
    hint: promised(record, inForce, now),
    send: labels.sendAndReopen,
  };
}

function promised({ priority, category }: CaseRecord, inForce: Support | null, now: number): string {
  if (!inForce) return labels.reopenHint;
  const { calendar, target } = inForce.compiled.commitment(priority, category);
  return fill(labels.reopenPromise, near(inForce.compiled.due(now, calendar, target), now, inForce.zone));
}
