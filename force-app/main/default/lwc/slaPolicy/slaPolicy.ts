/**
 * Business time, and a contract's policy ready to compute with: all of the rules that a page with a timer loads. The rest is in
 * c/slaEngine, which offers this too.
 */
export type * from "./types.ts";
export { compileCalendar } from "./calendar.ts";
export { compilePolicy } from "./compiled.ts";
export type { Commitment, CompiledPolicy } from "./compiled.ts";
export { CatalogueError } from "./faults.ts";
export { floorToSecond } from "./instant.ts";
export { policyFaults, readPolicy } from "./read-policy.ts";
export { categoryVerdict, channelVerdict } from "./verdicts.ts";
export type { ChannelVerdict } from "./verdicts.ts";
export { fromWallClock, wallClock } from "./wall-clock.ts";
export { lawBetween, UTC, zoneBy } from "./zone.ts";
export type { Span, Zone } from "./zone.ts";
export type { WallClock } from "./wall-clock.ts";

// what the rest of the rules is built with
export { MOST } from "./bounds.ts";
export {
  checkCoded,
  checkCoverage,
  checkList,
  checkName,
  checkSteps,
  checkTerms,
  checkText,
  isName,
  isObject,
  readingFault,
  READINGS,
  ROUND_THE_CLOCK,
  targetFault,
} from "./checks.ts";
export type { Loose, Report } from "./checks.ts";
export { checkInstant, quote } from "./faults.ts";
export { parseStepTime } from "./step-time.ts";
export { DAY, startOfYear, yearOf } from "./civil.ts";
export { placeOf } from "./zone.ts";
