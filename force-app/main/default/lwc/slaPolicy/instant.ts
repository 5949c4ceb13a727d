import type { Instant } from "./types.ts";

/** Case fields keep seconds: what comes from the org is floored to them on entry. */
export const floorToSecond = (at: Instant): Instant => Math.floor(at / 1000) * 1000;
