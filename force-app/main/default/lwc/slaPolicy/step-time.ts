import { HOUR, MINUTE } from "./civil.ts";

/** When a step is due: at a share of the target, or so much coverage (ms) from the due instant. */
export type StepTime = { share: number } | { offset: number };

/** `"75%"`, `"-15m"`, `"+30m"`, `"-1h"`; null for anything else. */
export function parseStepTime(text: unknown): StepTime | null {
  if (typeof text !== "string") return null;
  const share = /^(\d{1,4}(?:\.\d{1,3})?)%$/.exec(text);
  if (share) return { share: Number(share[1]) / 100 };
  const offset = /^([+-])(\d{1,5})([mh])$/.exec(text);
  if (!offset) return null;
  const length = Number(offset[2]) * (offset[3] === "h" ? HOUR : MINUTE);
  return { offset: offset[1] === "-" ? -length : length };
}
