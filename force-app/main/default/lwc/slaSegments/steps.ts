import { beyondDue } from "c/slaPolicy";
import type { Duration, Instant, StepSpec } from "c/slaPolicy";

/** How a clock counts its coverage. */
interface Coverage {
  target: Duration;
  due: Instant;
  /** The first instant at which so much coverage has passed since the start. */
  reached(amount: Duration): Instant;
  /** The instant at which so much coverage has passed since the due instant. */
  pastDue(amount: Duration): Instant;
}

/** The steps of a clock with their instants, the earliest first. Every step falls inside coverage. */
export function placeSteps(specs: readonly StepSpec[], clock: Coverage) {
  const instant = (beyond: Duration): Instant => {
    if (beyond === 0) return clock.due;
    if (beyond > 0) return clock.pastDue(beyond);
    const amount = clock.target + beyond;
    // a step at the start or before it falls where coverage begins to count
    return amount > 0 ? clock.reached(amount) : clock.reached(1) - 1;
  };
  return specs
    .map((spec) => ({ spec, beyond: beyondDue(spec.at, clock.target) }))
    .map(({ spec, beyond }) => ({ spec, beyond, at: instant(beyond) }))
    .sort((a, b) => a.at - b.at || a.beyond - b.beyond);
}
