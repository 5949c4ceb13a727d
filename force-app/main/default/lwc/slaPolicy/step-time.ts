import { HOUR, MINUTE } from "./civil.ts";
import type { Duration } from "./types.ts";

/** When a step is due: at a share of the target, and so much coverage (ms) beyond it. */
export interface StepTime {
  share: number;
  offset: number;
}

/** `"75%"`, and from the due instant `"-15m"`, `"+30m"`, `"-1h"`; null for anything else. */
export function parseStepTime(text: unknown): StepTime | null {
  const match = typeof text === "string" && /^(?:(\d{1,4}(?:\.\d{1,3})?)%|([+-]\d{1,5})([mh]))$/.exec(text);
  if (!match) return null;
  const [, percent = 100, offset = 0, unit] = match;
  return { share: Number(percent) / 100, offset: Number(offset) * (unit === "h" ? HOUR : MINUTE) };
}

/** The coverage between the due instant and a step, in ms: negative for a step before it. */
export function beyondDue(at: string, target: Duration): Duration {
  const { share, offset } = parseStepTime(at)!;
  return Math.round(target * share) - target + offset;
}
