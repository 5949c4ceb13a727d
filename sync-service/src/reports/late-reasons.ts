import type { SlaClock } from "c/slaEngine";
import type { LateReason } from "../messages/month/report.ts";

/** A case that arrives this short before closing, in ms, is told with that fact. */
const NEAR_CLOSING = 30 * 60_000;
const minute = 60_000;

/** The facts of the clock that tell why its case was late, in the order they happened. */
export function lateReasons(clock: SlaClock): LateReason[] {
  const { explanation, cycle, endReason, endedAt, elapsed, target } = clock;
  const reasons: LateReason[] = [];
  if (cycle > 1) reasons.push({ is: "reopened", cycle });
  const first = explanation?.entries[0];
  if (first !== undefined) {
    const untilClosing = first.end - explanation!.start;
    if (!first.open) reasons.push({ is: "outsideHours" });
    else if (first.end < explanation!.due && untilClosing <= NEAR_CLOSING)
      reasons.push({ is: "nearClosing", minutes: Math.max(1, Math.round(untilClosing / minute)) });
  }
  for (const { at, from, to } of explanation?.changes ?? [])
    reasons.push({ is: "reprioritised", from: from.priority, to: to.priority, at });
  if (endedAt === null) reasons.push({ is: "waiting" });
  else if (endReason !== null && endReason !== "acknowledged")
    reasons.push({ is: "endedWithout", how: endReason });
  else {
    const late = ((elapsed ?? 0) - (target ?? 0)) / minute;
    reasons.push({ is: "acknowledged", minutesLate: Math.max(1, Math.round(late)) });
  }
  return reasons;
}
