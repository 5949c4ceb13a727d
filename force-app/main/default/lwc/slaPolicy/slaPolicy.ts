/**
 * Business time, and a contract's policy ready to compute with: all of the rules that a page with a timer loads, without words. The
 * sentences are in c/slaPolicyCheck, and stretches and steps in c/slaSegments; the rest is in c/slaEngine, which offers this too.
 */
export type * from "./types.ts";
export { compileCalendar } from "./calendar.ts";
export type { PageCalendar } from "./calendar.ts";
export { compilePolicy } from "./compiled.ts";
export type { Commitment, CompiledPolicy } from "./compiled.ts";
export { floorToSecond } from "./instant.ts";
export { takePolicy } from "./take-policy.ts";
export { contractRefusal } from "./contract-dates.ts";
export { acknowledgedStatus, endedStatus, runningStatus, WAITING_STATES } from "./status.ts";
export { hasChannel, isQuoted } from "./verdicts.ts";
export { fromWallClock, wallClock } from "./wall-clock.ts";
export { UTC, zoneBy } from "./zone.ts";
export type { Span, Zone } from "./zone.ts";

// what the rest of the rules is built with
export type { Mark } from "./closures.ts";
export { MOST } from "./bounds.ts";
export { parseDate, parseWallTime } from "./civil.ts";
export { reachFault } from "./reach.ts";
export { localTime, partsOf } from "./special.ts";
export { beyondDue, parseStepTime } from "./step-time.ts";
export { formatFault, isDeeper, READINGS, STEP_NAME } from "./take-policy.ts";
export { dayLength, WEEKDAYS } from "./week.ts";
export { isOffset, placeOf } from "./zone.ts";
