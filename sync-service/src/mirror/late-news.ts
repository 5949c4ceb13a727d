import type { CaseChange } from "../case/change.ts";
import { factFields } from "./facts.ts";
import type { CaseSnapshot } from "./snapshot.ts";

/** Events arrive within seconds. A later one tells of a time that the service has missed, ms. */
const late = 5 * 60_000;
/** If the org did not answer, we go on without readings for this long, ms. */
const pauseAfterFailure = 60_000;
const remembered = 50_000;

/**
 * Finds the cases that must be read together with a late event. The event may start or move a clock whose steps are
 * long overdue, and the event that ended this clock may come in a later batch. A reading tells of both.
 */
export class LateNews {
  /** When we read a case for such an event last, ms. We know its clocks from before that. */
  readonly #readAt = new Map<string, number>();
  #notBefore = -Infinity;

  wereRead(snapshots: readonly CaseSnapshot[]): void {
    if (this.#readAt.size > remembered) this.#readAt.clear();
    for (const { caseId, readAt } of snapshots) this.#readAt.set(caseId, readAt);
  }

  /** The org did not answer. */
  failed(now: number): void {
    this.#notBefore = now + pauseAfterFailure;
  }

  casesToRead(changes: readonly CaseChange[], now: number): string[] {
    if (now < this.#notBefore) return [];
    const telling = changes.filter(
      (change) =>
        now - change.commitTimestamp > late &&
        !((this.#readAt.get(change.caseId) ?? -Infinity) > change.commitTimestamp) &&
        mayMoveClock(change),
    );
    return [...new Set(telling.map(({ caseId }) => caseId))];
  }
}

const mayMoveClock = ({ kind, fields }: CaseChange): boolean =>
  kind === "CREATE" ||
  kind === "UNDELETE" ||
  (kind === "UPDATE" && factFields.some((field) => field in fields));
