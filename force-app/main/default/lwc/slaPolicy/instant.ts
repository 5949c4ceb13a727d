import { checkInstant } from "./faults.ts";
import type { Instant } from "./types.ts";

/** Case fields keep seconds: what comes from the org is floored to them on entry. Throws for what is no instant. */
export function floorToSecond(at: Instant): Instant {
  checkInstant(at, "at");
  return Math.floor(at / 1000) * 1000;
}
