/** The rules of the promise: business time, policies, clocks, intake. See API.md. */
export type * from "c/slaPolicy";
export {
  CatalogueError,
  categoryVerdict,
  channelVerdict,
  compileCalendar,
  compilePolicy,
  floorToSecond,
  fromWallClock,
  readPolicy,
  wallClock,
} from "c/slaPolicy";
export type * from "./types.ts";
export { parseCatalogue, validateCatalogue } from "./catalogue.ts";
export { computeClocks, readClock } from "./clock.ts";
export { contractAt } from "./contract.ts";
export { promises, suggestPriority } from "./intake.ts";
export { resolvePolicy, withHolidays } from "./resolve-policy.ts";
export { nextInstant, passedSteps } from "./steps.ts";
