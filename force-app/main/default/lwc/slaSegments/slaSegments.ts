/**
 * Coverage stretch by stretch, with the reason of each, and the steps of a clock: for the ledger, the coverage week and the promise
 * before sending. A page with timers alone computes by c/slaPolicy and does not load this.
 */
export { beyondKnownHolidays } from "./known-holidays.ts";
export { segmentsOf } from "./segments.ts";
export { placeSteps } from "./steps.ts";
