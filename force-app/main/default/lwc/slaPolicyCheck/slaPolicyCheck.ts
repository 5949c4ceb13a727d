/**
 * What is wrong with a policy, a contract's terms or a calendar, in sentences. The service and c/slaEngine check by it; a page with
 * a timer takes or refuses by c/slaPolicy, and does not load this.
 */
export { checkCalendar, checkLaw } from "./calendar-faults.ts";
export {
  checkCoded,
  checkCoverage,
  checkList,
  checkName,
  checkSteps,
  checkTerms,
  checkText,
  isName,
  readingFault,
  targetFault,
} from "./checks.ts";
export type { Loose, Report } from "./checks.ts";
export { CatalogueError, DAY, isObject, quote } from "./faults.ts";
export { policyFaults, readPolicy } from "./read-policy.ts";
