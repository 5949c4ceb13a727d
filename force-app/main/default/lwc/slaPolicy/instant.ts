import type { Instant } from "./types.ts";

/** Case fields keep seconds: we floor the org's instants to them on entry. */
export const floorToSecond = (at: Instant): Instant => Math.floor(at / 1000) * 1000;
